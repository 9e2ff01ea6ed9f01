import type { WidgetIdentity } from '../../../shared/schema.ts';

/** The secrets with which sites sign who their visitors are, at most one for each widget. */
export interface IdentitiesRepository {
  /** Gives the widget a secret, in place of an earlier one, with no failure noted. @throws NotFoundError `widget` */
  set(widgetId: string, secret: string): Promise<WidgetIdentity>;

  /** Undefined when the widget has none. */
  find(widgetId: string): Promise<WidgetIdentity | undefined>;

  /** Those of all the client's widgets, by widget id. */
  list(): Promise<WidgetIdentity[]>;

  /** Notes why a token was refused now. Nothing happens when the widget has no secret. */
  noteFailure(widgetId: string, reason: string): Promise<void>;

  /** Nothing happens when the widget has none. */
  remove(widgetId: string): Promise<void>;
}
