import type { StoredFault } from '../../../shared/install-vocabulary.ts';
import type { WidgetFinding } from '../../../shared/schema.ts';

/** What was seen to be wrong on a site. `detail` is at most 300 characters, or null. */
export interface FindingInput {
  origin: string;
  kind: StoredFault;
  detail: string | null;
}

/** What was found wrong with the tags of a client's widgets. */
export interface FindingsRepository {
  /**
   * Notes that it is wrong there now: for the first time, or once more, with the detail that is told now. What was solved
   * begins anew, with a count of 1. A new site takes the place of those seen longest ago, beyond
   * `limits.findingsPerKindMax` of this kind of this widget; sites that are new at the same moment may leave a few more
   * until the next one.
   * @throws NotFoundError `widget`
   */
  note(widgetId: string, input: FindingInput): Promise<WidgetFinding>;

  /** Marks what is wrong there, of these kinds, as solved now. Answers what it marked, by kind; empty when there was none. */
  solve(widgetId: string, origin: string, kinds: readonly StoredFault[]): Promise<WidgetFinding[]>;

  /** At most `limit` of the widget's, solved ones too; the last seen first (`lastSeenAt`, origin, kind, descending). */
  list(widgetId: string, limit: number): Promise<WidgetFinding[]>;
}
