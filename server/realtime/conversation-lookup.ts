import type { ClientId } from '../../shared/ids.ts';
import type { Conversation } from '../../shared/schema.ts';
import type { IStorage } from '../storage/storage.ts';

/** Questions under way at once: where a thousand sockets come back together, the others collect meanwhile. */
const underWayMax = 2;
/** Asked for with one question. */
export const lookupIdsMax = 200;

interface Waiting {
  id: string;
  resolve(found: Conversation | undefined): void;
  reject(error: unknown): void;
}

/**
 * Finds conversations by id. One that is asked for alone is asked for at once; those that are asked for while storage is
 * busy with others are asked for together, which costs storage hardly more than one.
 */
export class ConversationLookup {
  readonly #storage: Pick<IStorage, 'forClient'>;
  readonly #waiting = new Map<ClientId, Waiting[]>();
  #underWay = 0;

  constructor(storage: Pick<IStorage, 'forClient'>) {
    this.#storage = storage;
  }

  /** Undefined when the client has none of this id. What is answered was read after the call. */
  find(clientId: ClientId, id: string): Promise<Conversation | undefined> {
    return new Promise((resolve, reject) => {
      const others = this.#waiting.get(clientId);
      if (others) others.push({ id, resolve, reject });
      else this.#waiting.set(clientId, [{ id, resolve, reject }]);
      this.#next();
    });
  }

  #next(): void {
    if (this.#underWay >= underWayMax) return;
    const [first] = this.#waiting;
    if (first === undefined) return;
    const [clientId, waiting] = first;
    // To the end of the line, so that a client with many does not hold up the others.
    this.#waiting.delete(clientId);
    const asked = waiting.splice(0, lookupIdsMax);
    if (waiting.length > 0) this.#waiting.set(clientId, waiting);
    this.#underWay += 1;
    void this.#ask(clientId, asked).finally(() => {
      this.#underWay -= 1;
      this.#next();
    });
  }

  async #ask(clientId: ClientId, asked: readonly Waiting[]): Promise<void> {
    try {
      const { conversations } = this.#storage.forClient(clientId);
      const [only] = asked;
      if (asked.length === 1 && only) {
        only.resolve(await conversations.find(only.id));
        return;
      }
      const found = new Map((await conversations.findAll(asked.map(({ id }) => id))).map((one) => [one.id, one]));
      for (const { id, resolve } of asked) resolve(found.get(id.toLowerCase()));
    } catch (error) {
      for (const { reject } of asked) reject(error);
    }
  }
}
