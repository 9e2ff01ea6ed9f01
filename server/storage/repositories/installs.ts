import type { WidgetInstall } from '../../../shared/schema.ts';

/** On which sites the tags of a client's widgets have been seen. */
export interface InstallsRepository {
  /**
   * Notes that the widget's tag was seen there now: for the first time, or once more. Of several first times at once one
   * counts. A new site takes the place of those seen longest ago, beyond `limits.installsPerWidgetMax` in all; sites that
   * are new at the same moment may leave a few more until the next one.
   * @throws NotFoundError `widget`
   */
  note(widgetId: string, origin: string): Promise<WidgetInstall>;

  /** At most `limit` of the widget's sites, the last seen first (`lastSeenAt`, then origin, both descending). */
  list(widgetId: string, limit: number): Promise<WidgetInstall[]>;
}
