import { type QueryClient, queryOptions } from '@tanstack/react-query';
import { listWidgetFindings, type WidgetFindingView } from '../../../../../shared/contracts/doctor.ts';
import {
  getWidget,
  listWidgetInstalls,
  listWidgets,
  type WidgetInstallView,
  type WidgetView,
} from '../../../../../shared/contracts/widgets.ts';
import { call } from '../../lib/api.ts';
import { readAll } from '../../lib/paging.ts';

export const widgetsKey = (clientId: string) => ['widgets', clientId] as const;

/** All widgets of the client, earliest first; the archived ones apart. */
export function widgetsQuery(clientId: string, archived = false) {
  return queryOptions({
    queryKey: [...widgetsKey(clientId), archived ? 'archived' : 'live'] as const,
    queryFn: ({ signal }): Promise<WidgetView[]> =>
      readAll((cursor) =>
        call(
          listWidgets,
          {
            params: { clientId },
            query: { limit: '100', archived: archived ? 'true' : 'false', ...(cursor !== undefined && { cursor }) },
          },
          { signal },
        ),
      ),
  });
}

export function widgetQuery(clientId: string, widgetId: string) {
  return queryOptions({
    queryKey: [...widgetsKey(clientId), 'one', widgetId] as const,
    queryFn: ({ signal }) => call(getWidget, { params: { clientId, widgetId } }, { signal }),
  });
}

/** The sites on which the widget's tag was seen, the latest first. */
export function installsQuery(clientId: string, widgetId: string) {
  return queryOptions({
    queryKey: ['installs', clientId, widgetId] as const,
    queryFn: async ({ signal }): Promise<WidgetInstallView[]> =>
      (await call(listWidgetInstalls, { params: { clientId, widgetId } }, { signal })).items,
  });
}

/** Puts a sighting of the tag at the head of its list, if that is in the cache. */
export function applyInstall(
  queryClient: QueryClient,
  clientId: string,
  widgetId: string,
  install: WidgetInstallView,
): void {
  queryClient.setQueryData(
    installsQuery(clientId, widgetId).queryKey,
    (installs) => installs && [install, ...installs.filter((one) => one.origin !== install.origin)],
  );
}

/** What is wrong with the widget's tags, and what lately was. */
export function findingsQuery(clientId: string, widgetId: string) {
  return queryOptions({
    queryKey: ['findings', clientId, widgetId] as const,
    queryFn: async ({ signal }): Promise<WidgetFindingView[]> =>
      (await call(listWidgetFindings, { params: { clientId, widgetId } }, { signal })).items,
  });
}
