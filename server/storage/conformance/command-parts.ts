import fc from 'fast-check';
import type { JsonObject } from '../../../shared/schema.ts';
import type { ClientStorage, StorageScope } from '../storage.ts';
import type { CommandWorld } from './command-world.ts';

/** One call of the seam, with arguments that mean the same in every storage. */
export interface Command {
  /** The client it is played on; commands on different clients cannot come into each other's way. */
  client: number;
  run(world: CommandWorld, scope: StorageScope): Promise<unknown>;
  /** Remembers what was made. */
  learn(world: CommandWorld, answer: unknown): void;
  toString(): string;
}

// Few values, so that they meet; all the kinds of them on which storages could differ.
export const texts = fc.constantFrom(
  '',
  'a',
  'A',
  'b',
  'ä',
  'Ä',
  'e\u0301',
  '😀',
  '\uFF21',
  ' x ',
  "'",
  '\u202Eא',
  'a\u2028b',
);
export const keys = fc.constantFrom('k1', 'K1', 'k2', 'k3', '');
export const instants = fc.integer({ min: -1, max: 2 }).map((n) => new Date(Date.UTC(2026, 0, 15, 12, 0, n, 123)));
export const optional = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: undefined });
export const nullable = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: null, freq: 3 });
export const index = fc.nat({ max: 4_095 });
export const json: fc.Arbitrary<JsonObject> = fc.oneof(
  fc.constant({}),
  fc.dictionary(
    texts,
    fc.oneof(texts, fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(null)),
    {
      maxKeys: 3,
      noNullPrototype: true,
    },
  ),
);
export const limits = fc.constantFrom(1, 2, 3, 100);

// Objects as a parsed body has them: drizzle does not take those without a prototype.
export const record = <T>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(fields, { noNullPrototype: true });
export const someOf = <T>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record<T, never>(fields, { noNullPrototype: true, requiredKeys: [] });

export type WithId = { id: string };

/** Only the members that are not undefined: the seam's types tell a field left out from one that is undefined. */
export function compact<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as never;
}

export function command<A>(
  name: string,
  args: fc.Arbitrary<A>,
  run: (
    context: { world: CommandWorld; scope: StorageScope; client: ClientStorage; n: number },
    args: A,
  ) => Promise<unknown>,
  learn: (world: CommandWorld, clientId: string, answer: never) => void = () => {},
): fc.Arbitrary<Command> {
  return fc.tuple(fc.constantFrom(0, 0, 1, 2), args).map(([n, value]) => ({
    client: n,
    run: (world, scope) => run({ world, scope, client: world.scoped(scope, n), n }, value),
    learn: (world, answer) => learn(world, world.client(n).id, answer as never),
    toString: () => `${name}(client ${n}, ${fc.stringify(value)})`,
  }));
}
