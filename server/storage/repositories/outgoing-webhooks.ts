import type { JsonObject, Webhook, WebhookDelivery } from '../../../shared/schema.ts';
import type { DeliveredEvent, DeliveryState } from '../../../shared/webhook-vocabulary.ts';
import type { Page, PageRequest } from '../storage.ts';

/** `id` is the caller's, because the secret is sealed for it. */
export type NewWebhook = Pick<Webhook, 'id' | 'url' | 'description' | 'events' | 'sealedSecret'>;

export type WebhookPatch = Undefinable<
  Pick<
    Webhook,
    | 'url'
    | 'description'
    | 'events'
    | 'sealedSecret'
    | 'previousSealedSecret'
    | 'previousSecretUntil'
    | 'enabled'
    | 'failingSince'
    | 'failuresInRow'
    | 'switchedOffAt'
    | 'switchedOffReason'
  >
>;

/** What is left out, or undefined, stays. */
type Undefinable<T> = { [Name in keyof T]?: T[Name] | undefined };

/**
 * Addresses that are told what happens, and the deliveries to them. What a conversation's repositories write is put in
 * the outbox by the same statement, one row for each enabled webhook that wants the event: see `webhook-payload.ts`.
 */
export interface OutgoingWebhooksRepository {
  /** Enabled, and never failed. @throws ConflictError `id_taken` */
  create(input: NewWebhook): Promise<Webhook>;

  /** Undefined when there is none. */
  find(id: string): Promise<Webhook | undefined>;

  /** All of them, earliest first (`createdAt`, then id). */
  list(): Promise<Webhook[]>;

  /** @throws NotFoundError `webhook` */
  update(id: string, patch: WebhookPatch): Promise<Webhook>;

  /** With its deliveries. @throws NotFoundError `webhook` */
  remove(id: string): Promise<void>;

  /** Puts a delivery in the outbox that a person asks for, due now. @throws NotFoundError `webhook` */
  enqueue(webhookId: string, delivery: { event: DeliveredEvent; payload: JsonObject }): Promise<WebhookDelivery>;

  /** Undefined when there is none. */
  findDelivery(id: string): Promise<WebhookDelivery | undefined>;

  /** A webhook's deliveries, newest first (`createdAt`, then id, both descending). @throws InvalidCursorError */
  listDeliveries(
    webhookId: string,
    filter: { state?: DeliveryState | undefined },
    page: PageRequest,
  ): Promise<Page<WebhookDelivery>>;

  /**
   * Makes a delivery due now: one that is pending and not asked for by a person goes on with its tries, any other is
   * sent once, as one that a person asks for, under the same id. `byHand` makes a pending one such a one as well.
   * Undefined when there is none, or its payload has been erased.
   */
  sendAgain(id: string, options?: { byHand?: boolean }): Promise<WebhookDelivery | undefined>;

  /**
   * Takes what was said out of every delivery about these conversations: payload and response are null from then on, and
   * what was still to be sent is dropped. Answers how many deliveries had a payload or a response.
   */
  eraseOfConversations(conversationIds: readonly string[]): Promise<number>;
}
