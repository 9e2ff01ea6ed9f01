import type { ClientId } from '../../../shared/ids.ts';
import type { Webhook, WebhookDelivery } from '../../../shared/schema.ts';

/** What may be claimed. */
export interface DeliveryClaim {
  /** At most so many in all. */
  limit: number;
  /** Of one webhook at most so many; of one that is failing, one. */
  perWebhook: number;
  leaseMs: number;
  /** Clients and webhooks that are passed over. */
  exceptClients: readonly ClientId[];
  exceptWebhooks: readonly string[];
}

/** How an attempt ended. */
export interface DeliveryOutcome {
  state: 'delivered' | 'failed' | 'pending';
  /** With `pending`: when it is tried again. */
  nextTryAt?: Date | undefined;
  httpStatus: number | null;
  failure: string | null;
  durationMs: number;
  response: string | null;
}

/** Deliveries of all clients, for whoever sends them. */
export interface DeliveryQueueRepository {
  /**
   * Takes due deliveries of enabled webhooks, and those asked for by hand: each at most once at a time whoever asks. Every
   * client has its first turn before any has a second; within that, the longest due come first. Counts the attempt.
   */
  claim(wanted: DeliveryClaim): Promise<WebhookDelivery[]>;

  /**
   * Writes down how a claimed attempt ended, and what that says of its webhook: one that arrived ends its failing; one
   * that did not begins it, and counts in `failuresInRow` when it was given up; what was asked for by hand does only the
   * first. Answers the webhook as it is then; undefined, and changes nothing, when the lease was lost.
   */
  settle(claimed: WebhookDelivery, outcome: DeliveryOutcome): Promise<Webhook | undefined>;

  /** Gives a claimed delivery back unsent: the attempt does not count. Answers whether the lease was still held. */
  release(claimed: WebhookDelivery): Promise<boolean>;

  /**
   * How many are due and free, and since when the oldest is (null: none), of enabled webhooks that are not failing; and how
   * many enabled webhooks are. For health and metrics.
   */
  waiting(): Promise<{ count: number; oldest: Date | null; webhooksFailing: number }>;

  /** Clients that have an enabled webhook, in no particular order. */
  listeners(): Promise<ClientId[]>;

  /**
   * Gives up pending deliveries of webhooks that are switched off, if they were due before this time; at most 1,000.
   * Answers how many.
   */
  expire(before: Date): Promise<number>;

  /** Removes deliveries that are not pending, created before this time; at most 1,000. Answers how many. */
  prune(before: Date): Promise<number>;
}

/** What `expire` says of them. */
export const expiredFailure = 'The webhook was switched off for too long.';
