import { type ClientId, uuidPattern } from '../../../shared/ids.ts';
import type { ClientStorage, IStorage, StorageScope } from '../storage.ts';
import { testId } from './harness.ts';

/** What commands have made in one client: ids, in the order of making. */
export interface ClientPool {
  id: ClientId;
  widgets: string[];
  visitors: string[];
  conversations: string[];
  messages: string[];
  apiKeys: string[];
  invitations: string[];
  documents: string[];
}

type PoolName = Exclude<keyof ClientPool, 'id'>;

/** One of the storages that play the same commands, and what it has answered so far. */
export class CommandWorld {
  readonly storage: IStorage;
  readonly users: string[] = [];
  readonly clients: ClientPool[] = [];
  private readonly labels = new Map<string, string>();

  constructor(storage: IStorage) {
    this.storage = storage;
  }

  learnUser(id: string): void {
    if (!this.users.includes(id)) this.users.push(id);
  }

  learnClient(id: ClientId): void {
    const inbox = { visitors: [], conversations: [], messages: [] };
    this.clients.push({ id, widgets: [], ...inbox, apiKeys: [], invitations: [], documents: [] });
  }

  learn(clientId: string, pool: PoolName, id: string): void {
    const known = this.clients.find((client) => client.id === clientId)?.[pool];
    if (known && !known.includes(id)) known.push(id);
  }

  user(n: number): string {
    return this.users.length === 0 || isStranger(n) ? missingId : this.users[n % this.users.length]!;
  }

  client(n: number): ClientPool {
    return this.clients[n % this.clients.length]!;
  }

  scoped(scope: StorageScope, n: number): ClientStorage {
    return scope.forClient(this.client(n).id);
  }

  /** Mostly the client's own, the newest for a small `m`; now and then another client's, or nothing that exists. */
  pick(n: number, pool: PoolName, m: number): string {
    const own = this.client(n)[pool];
    const others = this.clients.flatMap((client) => client[pool]);
    const choice = m % 16 === 14 ? others : own;
    return isStranger(m) ? missingId : (choice.at(-1 - (Math.floor(m / 16) % choice.length)) ?? missingId);
  }

  /** The answer with each id replaced by the place of its first appearance, which is the same in every storage. */
  normalised(value: unknown): unknown {
    return replaceIds(value, (id) => {
      let label = this.labels.get(id);
      if (label === undefined) {
        label = `id ${this.labels.size}`;
        this.labels.set(id, label);
      }
      return label;
    });
  }
}

/** Orders answers to commands that ran at once, by all that is in them but ids. */
export function masked(value: unknown): string {
  return JSON.stringify(replaceIds(value, () => '*'));
}

const missingId = testId(0x7fff_ffff_ffff);
const isStranger = (n: number) => n % 16 === 15;

function replaceIds(value: unknown, replace: (id: string) => string): unknown {
  if (typeof value === 'string') return uuidPattern.test(value) ? replace(value) : value;
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map((member) => replaceIds(member, replace));
  if (typeof value !== 'object' || value === null) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, replaceIds(Reflect.get(value, key), replace)]));
}
