/**
 * How to sign in to the demo client, and the keys of its widget and its API. They are known to everybody, which is why
 * the demo client is made in development only.
 */
export const demoCredentials = {
  email: 'demo@confab.local',
  password: 'demo-demo-demo',
  /** For the header `x-org-key`. */
  apiKey: 'demo',
  /** For `data-widget` in a page. Public, and of no use with the API. */
  widgetKey: 'demo-widget',
} as const;
