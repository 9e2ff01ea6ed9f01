import type { JsonObject, Visitor } from '../../../shared/schema.ts';

export interface VisitorSighting {
  /** Issued by the server in a visitor token. */
  id: string;
  widgetId: string;
  name?: string | null;
  email?: string | null;
  info?: JsonObject;
  locale?: string | null;
  pageUrl?: string | null;
  userAgent?: string | null;
}

export interface VisitorsRepository {
  /**
   * Makes the visitor on the first call; on later ones changes the fields that are given and `lastSeenAt`; `info` is
   * replaced whole, and the widget of an existing visitor neither changes nor is looked at. Of several concurrent first
   * calls one makes it.
   * @throws NotFoundError `client`, or `widget` when the client does not have it
   */
  see(input: VisitorSighting): Promise<Visitor>;

  /** Undefined when there is none. */
  find(id: string): Promise<Visitor | undefined>;
}
