/**
 * What can be wrong with a widget's tag on a site. Those the page itself finds out travel in a report; the others the
 * server sees by itself.
 */
export const reportedFaults = [
  /** The page's policy has no place for us in `frame-src`. */
  'csp-frame',
  /** Nor in `connect-src`: the chat works, at the price of loading it with every page. */
  'csp-connect',
  /** The frame never answered, and it was not the policy. */
  'frame-blocked',
  /** The same tag more than once. */
  'double-install',
  /** Two tags of one widget, from two addresses of Confab. */
  'two-hosts',
  /** Something of the page lies over the launcher. */
  'launcher-covered',
  /** The page's styles take the launcher out of sight. */
  'launcher-hidden',
  /** The browser keeps nothing for the page. */
  'storage-blocked',
  /** No WebSocket gets through, long polling does. */
  'polling-only',
  /** Neither gets through. */
  'socket-blocked',
] as const;

export const storedFaults = [
  ...reportedFaults,
  /** A page of a site that is not on the widget's list. */
  'site-not-allowed',
  /** The widget is pending, has failed or is archived. */
  'widget-inactive',
  /** A page that has no site: a sandboxed frame, or a file. */
  'sandboxed',
] as const;

export const installFaults = [
  ...storedFaults,
  /** A tag with a key that no widget has. */
  'unknown-key',
  /** A tag without a key. */
  'tag-without-key',
  /** An allowed site on which the tag was never seen. */
  'never-seen',
] as const;

export type ReportedFault = (typeof reportedFaults)[number];
export type StoredFault = (typeof storedFaults)[number];
export type InstallFault = (typeof installFaults)[number];
