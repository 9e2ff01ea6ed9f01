import type { WebhookCall, WebhookSecret } from '../../../shared/schema.ts';
import type { Page, PageRequest } from '../storage.ts';

export type NewWebhookCall = Omit<WebhookCall, 'clientId' | 'createdAt'>;

/** Calls of the owner's workflows, and what they are signed with. */
export interface WebhooksRepository {
  /** @throws NotFoundError `widget` or `conversation` @throws ConflictError `id_taken` */
  note(call: NewWebhookCall): Promise<WebhookCall>;

  /** Undefined when there is none. */
  find(id: string): Promise<WebhookCall | undefined>;

  /** A widget's calls, newest first (`createdAt`, then id, both descending). @throws InvalidCursorError */
  list(widgetId: string, page: PageRequest): Promise<Page<WebhookCall>>;

  /** Removes calls created before this time, at most 1,000, those of the lowest ids. Answers how many. */
  prune(before: Date): Promise<number>;

  /** Undefined when none has been made. */
  findSecret(widgetId: string): Promise<WebhookSecret | undefined>;

  /** Makes or replaces it. @throws NotFoundError `widget` */
  setSecret(widgetId: string, sealedSecret: string): Promise<WebhookSecret>;
}
