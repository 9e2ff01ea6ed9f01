import type { JsonObject, Visitor } from '../../../shared/schema.ts';

export interface VisitorSighting {
  /** Issued by the server in a visitor token. */
  id: string;
  widgetId: string;
  /** The site's own id of the visitor, once it is proven. */
  externalId?: string;
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
   * @throws ConflictError `external_id_taken` when another visitor of the widget has that external id
   */
  see(input: VisitorSighting): Promise<Visitor>;

  /** As `see`, of a visitor who is there; undefined when there is none: nobody is made. */
  update(id: string, change: Omit<VisitorSighting, 'id' | 'widgetId' | 'externalId'>): Promise<Visitor | undefined>;

  /** The widget's visitor with this external id. Undefined when there is none. */
  findByExternalId(widgetId: string, externalId: string): Promise<Visitor | undefined>;

  /** What those of them who are there have told of themselves; each once, in no order. */
  namesOf(ids: readonly string[]): Promise<Pick<Visitor, 'id' | 'name' | 'email'>[]>;

  /** Undefined when there is none. */
  find(id: string): Promise<Visitor | undefined>;
}
