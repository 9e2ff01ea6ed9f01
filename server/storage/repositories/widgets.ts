import type { Widget } from '../../../shared/schema.ts';

/** The settings an owner edits. */
export type WidgetSettings = Pick<
  Widget,
  | 'name'
  | 'welcomeMessage'
  | 'systemPrompt'
  | 'color'
  | 'position'
  | 'theme'
  | 'language'
  | 'voice'
  | 'allowedSites'
  | 'suggestedQuestions'
  | 'appearance'
  | 'businessHours'
  | 'preChat'
  | 'retrieval'
  | 'engine'
  | 'engineSettings'
>;

export type NewWidget = WidgetSettings &
  Pick<Widget, 'publicKey' | 'status'> &
  Partial<Pick<Widget, 'activateAt' | 'activatedAt' | 'statusReason'>>;

export type WidgetPatch = Partial<
  WidgetSettings & Pick<Widget, 'publicKey' | 'status' | 'statusReason' | 'activateAt' | 'activatedAt' | 'archivedAt'>
>;

export interface WidgetsRepository {
  /**
   * @throws NotFoundError `client`
   * @throws ConflictError `key_taken` when the public key is in use, by whichever client
   */
  create(input: NewWidget): Promise<Widget>;

  /** Archived ones too. Undefined when there is none. */
  find(id: string): Promise<Widget | undefined>;

  /** Those not archived (or, with `archived: true`, only the archived), earliest first (`createdAt`, then id, both ascending). */
  list(filter?: { archived?: boolean }): Promise<Widget[]>;

  /**
   * Changes the given fields and `updatedAt`; JSON fields are replaced whole.
   * @throws NotFoundError `widget`
   * @throws ConflictError `key_taken`
   */
  update(id: string, patch: WidgetPatch): Promise<Widget>;
}
