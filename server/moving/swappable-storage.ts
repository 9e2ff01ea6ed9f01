import { AsyncLocalStorage } from 'node:async_hooks';
import type { ClientId } from '../../shared/ids.ts';
import type { ClientStorage, IStorage, StorageScope } from '../storage/storage.ts';

type Method = (...given: unknown[]) => Promise<unknown>;

/**
 * A storage that can be exchanged for another while it is used. While it is held, calls wait; they are carried out by
 * whichever storage is there afterwards. What was under way before is waited for.
 */
export class SwappableStorage implements IStorage {
  readonly accounts: IStorage['accounts'];
  readonly credentials: IStorage['credentials'];
  readonly directory: IStorage['directory'];
  readonly queue: IStorage['queue'];
  readonly deliveryQueue: IStorage['deliveryQueue'];
  readonly tallies: IStorage['tallies'];
  readonly removedFiles: IStorage['removedFiles'];
  readonly transfer: IStorage['transfer'];
  #current: IStorage;
  #held: Promise<void> | undefined;
  #underWay = 0;
  #onIdle: (() => void) | undefined;
  /** Calls from within a transaction belong to it: to let them wait would let it never end. */
  readonly #inside = new AsyncLocalStorage<{ open: boolean }>();

  constructor(first: IStorage) {
    this.#current = first;
    this.accounts = this.#repository((storage) => storage.accounts);
    this.credentials = this.#repository((storage) => storage.credentials);
    this.directory = this.#repository((storage) => storage.directory);
    this.queue = this.#repository((storage) => storage.queue);
    this.deliveryQueue = this.#repository((storage) => storage.deliveryQueue);
    this.tallies = this.#repository((storage) => storage.tallies);
    this.removedFiles = this.#repository((storage) => storage.removedFiles);
    this.transfer = this.#repository((storage) => storage.transfer);
  }

  get kind(): IStorage['kind'] {
    return this.#current.kind;
  }

  /** The storage that is used now. */
  get current(): IStorage {
    return this.#current;
  }

  forClient(id: ClientId): ClientStorage {
    const repositories = new Map<string, object>();
    return new Proxy({} as ClientStorage, {
      get: (_, name) => {
        if (name === 'clientId') return this.#current.forClient(id).clientId;
        if (typeof name !== 'string') return undefined;
        let repository = repositories.get(name);
        if (repository === undefined) {
          repository = this.#repository(
            (storage) => (storage.forClient(id) as unknown as Record<string, object>)[name]!,
          );
          repositories.set(name, repository);
        }
        return repository;
      },
    });
  }

  transaction<T>(work: (scope: StorageScope) => Promise<T>): Promise<T> {
    return this.#run(async (storage) => {
      const marker = { open: true };
      try {
        return await this.#inside.run(marker, () => storage.transaction(work));
      } finally {
        marker.open = false;
      }
    });
  }

  ping(): Promise<void> {
    return this.#current.ping();
  }

  close(): Promise<void> {
    return this.#current.close();
  }

  /**
   * Lets new calls wait and those under way end, then does `work` and goes on with the storage it answers. When `work`
   * throws, or takes longer than `maxMs` together with the waiting, everything goes on with the storage that was there.
   * @throws what `work` throws, or an Error that says that it took too long
   */
  async exchange(work: (old: IStorage) => Promise<IStorage>, maxMs: number): Promise<void> {
    let release = () => {};
    this.#held = new Promise((resolve) => {
      release = resolve;
    });
    let timer: NodeJS.Timeout | undefined;
    const overdue = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`The last step took longer than ${maxMs} ms.`)), maxMs);
    });
    try {
      const exchanged = this.#idle().then(() => work(this.#current));
      exchanged.catch(() => {});
      this.#current = await Promise.race([exchanged, overdue]);
    } finally {
      clearTimeout(timer);
      this.#onIdle = undefined;
      this.#held = undefined;
      release();
    }
  }

  #idle(): Promise<void> {
    if (this.#underWay === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onIdle = resolve;
    });
  }

  #repository<T extends object>(pick: (storage: IStorage) => T): T {
    const methods = new Map<string, Method>();
    return new Proxy({} as T, {
      get: (_, name) => {
        // So that one that is awaited by mistake is not taken for a promise.
        if (typeof name !== 'string' || name === 'then') return undefined;
        let method = methods.get(name);
        if (method === undefined) {
          method = (...given) =>
            this.#run((storage) => (pick(storage) as unknown as Record<string, Method>)[name]!(...given));
          methods.set(name, method);
        }
        return method;
      },
    });
  }

  async #run<T>(call: (storage: IStorage) => Promise<T>): Promise<T> {
    while (this.#held !== undefined && this.#inside.getStore()?.open !== true) await this.#held;
    this.#underWay++;
    try {
      return await call(this.#current);
    } finally {
      if (--this.#underWay === 0) this.#onIdle?.();
    }
  }
}
