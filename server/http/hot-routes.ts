import type { Route } from './route.ts';

/** The endpoints that carry nearly all traffic; none of them needs a session. */
const hot = new Set(['postVisitorMessage', 'listVisitorMessages', 'getWidgetConfig', 'integrationPostMessage']);

/** Those of the routes that are answered before Express sees them. */
export function hotRoutes(routes: Route[]): Route[] {
  return routes.filter(({ endpoint }) => hot.has(endpoint.name));
}
