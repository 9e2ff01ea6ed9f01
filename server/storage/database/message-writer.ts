import type pg from 'pg';
import type { ClientId } from '../../../shared/ids.ts';
import { NotFoundError, StorageOverloadedError, StorageUnavailableError } from '../errors.ts';
import type { AppendResult } from '../repositories/messages.ts';
import { isConnectionLost, NotConnectedError, RowHeldError, translateError } from './database-errors.ts';
import { retryCollisions, translated } from './handle.ts';
import { query } from './lease.ts';
import { conversationOf, MessageQueue, type QueuedMessage } from './message-queue.ts';
import { readAppended } from './message-rows.ts';
import { appendStatement, type OutgoingMessage, tellingStatement } from './message-statement.ts';
import { planGeneration } from './prepared.ts';
import type { TextRow } from './row-decoder.ts';
import { mayBeSingle, readSingle, singleMessageStatement, singleMessageValues } from './single-message-statement.ts';

/** Groups in flight at once, each on a connection of its own. More would wait for each other in Postgres. */
export const writerConnections = 2;

/**
 * Settings of the writer's connections. Its statements are planned without looking at the values, since planning
 * costs more than running it, and by index, since a plan made for a small table outlives its smallness. A conversation
 * that somebody holds (an operator's open transaction, say) must not hold up the others of its group for long.
 */
export const writerSettings = {
  plan_cache_mode: 'force_generic_plan',
  enable_seqscan: 'off',
  jit: 'off',
  lock_timeout: '2s',
};

type Kind = 'single' | 'group' | 'telling';

/** So long a client is taken for one that has a webhook. */
const LISTENING_MS = 60_000;

const WAITING_MAX = 5_000;
const RETRY_AFTER_S = 1;

/** A group that is not stored by then will not be; those who sent it send it again. */
const GROUP_TIMEOUT_MS = 15_000;

/**
 * Stores messages that arrive at the same time in one statement. At rest a message is one round trip; under load what
 * arrives while `writerConnections` groups are in flight makes up the next group. Nothing waits for a timer.
 */
export class MessageWriter {
  readonly #pool: pg.Pool;
  readonly #waitingMax: number;
  readonly #queue = new MessageQueue();
  readonly #idle: (() => void)[] = [];
  #inFlight = 0;
  /** How often each statement has been run. */
  readonly #runs: Record<Kind, number> = { single: 0, group: 0, telling: 0 };
  /** Clients whose webhooks had to be told, and when that was found. */
  readonly #listening = new Map<ClientId, number>();
  #scheduled = false;
  #closed = false;

  /** `pool` is for this writer alone and is ended by `close`. */
  constructor(pool: pg.Pool, waitingMax: number = WAITING_MAX) {
    this.#pool = pool;
    this.#waitingMax = waitingMax;
  }

  /**
   * Resolves after the message's commit.
   * @throws NotFoundError `conversation`
   * @throws StorageOverloadedError when too many are waiting; it was not stored
   * @throws StorageUnavailableError when nothing is known about it: sent again with its client-made id, it is stored once
   */
  append(outgoing: OutgoingMessage): Promise<AppendResult> {
    if (this.#closed) return Promise.reject(new StorageUnavailableError('closed'));
    if (this.#queue.waiting >= this.#waitingMax) return Promise.reject(new StorageOverloadedError(RETRY_AFTER_S));
    const json = JSON.stringify(outgoing);
    return new Promise((resolve, reject) => {
      this.#queue.add({ outgoing, json, resolve, reject });
      this.#schedule();
    });
  }

  /** Stores what is waiting, then ends the connections. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#inFlight > 0 || this.#queue.waiting > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
    await this.#pool.end();
  }

  /** Sends at the end of this turn of the event loop, so that all that the turn brings goes together. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#pump();
    });
  }

  #pump(): void {
    while (this.#inFlight < writerConnections) {
      const group = this.#queue.takeGroup();
      if (group.length === 0) break;
      this.#inFlight++;
      void this.#send(group).finally(() => {
        this.#queue.release(group);
        this.#inFlight--;
        this.#schedule();
      });
    }
    if (this.#inFlight === 0) for (const resolve of this.#idle.splice(0)) resolve();
  }

  /** Never throws: every message of the group is answered. */
  async #send(group: QueuedMessage[]): Promise<void> {
    try {
      settle(group, await retryCollisions((isLastTry) => this.#store(group, isLastTry)));
    } catch (error) {
      // The rest would only wait its turn to find out the same.
      if (error instanceof NotConnectedError) fail(this.#queue.takeAll(), error);
      if (group.length === 1 || isConnectionLost(error)) fail(group, error);
      else await this.#sendOneByOne(group);
    }
  }

  /** One of them cannot be stored, and which one is known only by trying: its neighbours must not suffer. */
  async #sendOneByOne(group: QueuedMessage[]): Promise<void> {
    const held = new Map<string, unknown>();
    for (const [index, message] of group.entries()) {
      const conversation = conversationOf(message);
      if (held.has(conversation)) {
        fail([message], held.get(conversation));
        continue;
      }
      try {
        settle([message], await retryCollisions((isLastTry) => this.#store([message], isLastTry)));
      } catch (error) {
        if (isConnectionLost(error)) return fail(group.slice(index), error);
        if (error instanceof RowHeldError) held.set(conversation, error);
        fail([message], error);
      }
    }
  }

  /**
   * Most clients have no webhook, and what tells webhooks takes longer: messages go by the statements without it, and
   * those that these did not take, by the one with it. Which clients had to be told lately is remembered; to be wrong in
   * that costs time alone.
   */
  async #store(group: QueuedMessage[], isLastTry: boolean): Promise<(AppendResult | undefined)[]> {
    const results = new Map<QueuedMessage, AppendResult | undefined>();
    const untold = group.filter(({ outgoing }) => !this.#isListening(outgoing.client_id));
    const settle = (messages: QueuedMessage[], stored: (AppendResult | undefined)[]) => {
      for (const [index, message] of messages.entries()) results.set(message, stored[index]);
    };
    settle(untold, await this.#storeUntold(untold, isLastTry));
    const rest = group.filter((message) => results.get(message) === undefined);
    if (rest.length > 0) settle(rest, await this.#storeGroup('telling', rest, isLastTry));
    for (const message of rest) {
      if (results.get(message) !== undefined) this.#listening.set(message.outgoing.client_id, performance.now());
    }
    return group.map((message) => results.get(message));
  }

  async #storeUntold(group: QueuedMessage[], isLastTry: boolean): Promise<(AppendResult | undefined)[]> {
    const [first] = group;
    if (first === undefined) return [];
    if (group.length > 1 || !mayBeSingle(first.outgoing)) return this.#storeGroup('group', group, isLastTry);
    const values = singleMessageValues(first.outgoing);
    return [readSingle(first.outgoing, await this.#query('single', singleMessageStatement, values))];
  }

  async #storeGroup(
    kind: 'group' | 'telling',
    group: QueuedMessage[],
    isLastTry: boolean,
  ): Promise<(AppendResult | undefined)[]> {
    const values = [`[${group.map((message) => message.json).join(',')}]`, !isLastTry];
    const rows = await this.#query(kind, kind === 'group' ? appendStatement : tellingStatement, values);
    return readAppended(
      group.map(({ outgoing }) => outgoing),
      rows,
    );
  }

  #isListening(clientId: ClientId): boolean {
    const since = this.#listening.get(clientId);
    if (since === undefined) return false;
    if (performance.now() - since < LISTENING_MS) return true;
    this.#listening.delete(clientId);
    return false;
  }

  #query(kind: Kind, statement: pg.QueryArrayConfig, values: unknown[]): Promise<TextRow[]> {
    const name = `confab_message_${kind}_${planGeneration(++this.#runs[kind])}`;
    return translated(async () => {
      const answer = await query(this.#pool, { ...statement, name }, values, GROUP_TIMEOUT_MS);
      return answer.rows as unknown as TextRow[];
    });
  }
}

function settle(group: QueuedMessage[], results: (AppendResult | undefined)[]): void {
  for (const [index, result] of results.entries()) {
    if (result === undefined) group[index]!.reject(new NotFoundError('conversation'));
    else group[index]!.resolve(result);
  }
}

function fail(group: QueuedMessage[], error: unknown): void {
  const reason = translateError(error);
  for (const message of group) message.reject(reason);
}
