import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createTestDatabase } from '../../testing/postgres.ts';
import { openDatabaseStorage } from '../database/database-storage.ts';
import { ConflictError, NotFoundError } from '../errors.ts';
import { MemStorage } from '../memory/mem-storage.ts';
import type { StorageScope } from '../storage.ts';
import type { Command } from './command-parts.ts';
import { CommandWorld, masked } from './command-world.ts';
import { anyCommand, repeatable, scopedCommand } from './commands.ts';
import { knowledgeIn } from './commands-knowledge.ts';
import { createTestEnvironment, type OpenHarness, type StorageHarness, testId } from './harness.ts';
import { addConversation, addWidget, allPages } from './worlds.ts';

const openMemory: OpenHarness = async () => {
  const env = createTestEnvironment();
  const storage = new MemStorage(env);
  return { storage, env, close: () => storage.close() };
};

const openDatabase: OpenHarness = async () => {
  const database = await createTestDatabase();
  const env = createTestEnvironment();
  const storage = await openDatabaseStorage({ url: database.url, env });
  const close = async () => {
    await storage.close();
    await database.drop();
  };
  return { storage, env, close };
};

/** Something that happens to both storages. Its answers are compared before the next step. */
interface Step {
  play(world: CommandWorld, harness: StorageHarness): Promise<unknown>;
  toString(): string;
}

const single: fc.Arbitrary<Step> = anyCommand.map((command) => ({
  play: (world) => playOne(world, world.storage, command),
  toString: () => `${command}`,
}));

const laterBy: fc.Arbitrary<Step> = fc.constantFrom(1, 2, 999).map((ms) => ({
  play: async (_world, { env }) => env.advance(ms),
  toString: () => `${ms} ms later`,
}));

/** Different commands at once, each on a client of its own: what each answers does not depend on the others. */
const apart: fc.Arbitrary<Step> = fc
  .uniqueArray(scopedCommand, {
    selector: ({ client }) => client,
    minLength: 2,
    maxLength: 3,
  })
  .map((commands) => ({
    play: (world) => playAtOnce(world, commands, (answers) => answers),
    toString: () => `at once [${commands.join(', ')}]`,
  }));

/** The same command several times at once: the same answers, in whatever order. */
const together: fc.Arbitrary<Step> = fc.tuple(repeatable, fc.integer({ min: 2, max: 6 })).map(([command, times]) => ({
  play: (world) => playAtOnce(world, Array<Command>(times).fill(command), inOrder),
  toString: () => `${times} × at once ${command}`,
}));

/** Several commands in a transaction, which may be given up at the end. */
const transaction: fc.Arbitrary<Step> = fc
  .tuple(fc.array(anyCommand, { minLength: 1, maxLength: 5 }), fc.boolean())
  .map(([commands, givesUp]) => ({
    play: (world) => playTransaction(world, commands, givesUp),
    toString: () => `transaction${givesUp ? ' given up' : ''} [${commands.join(', ')}]`,
  }));

const steps = fc.array(
  fc.oneof(
    { weight: 10, arbitrary: single },
    { weight: 3, arbitrary: laterBy },
    { weight: 2, arbitrary: apart },
    { weight: 2, arbitrary: together },
    { weight: 2, arbitrary: transaction },
  ),
  { minLength: 1, maxLength: 200, size: 'max' },
);

test('both storages answer every sequence of commands alike, concurrent ones too', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (played) => {
      const harnesses = [await openMemory(), await openDatabase()] as const;
      const [memory, database] = harnesses.map(({ storage }) => new CommandWorld(storage)) as [
        CommandWorld,
        CommandWorld,
      ];
      try {
        for (const world of [memory, database]) await settle(world);
        for (const step of played) {
          const [expected, actual] = await Promise.all([
            step.play(memory, harnesses[0]),
            step.play(database, harnesses[1]),
          ]);
          expect(database.normalised(actual), `${step}`).toEqual(memory.normalised(expected));
        }
        const [expected, actual] = await Promise.all([everythingIn(memory), everythingIn(database)]);
        expect(database.normalised(actual)).toEqual(memory.normalised(expected));
      } finally {
        for (const { close } of harnesses) await close();
      }
    }),
    { numRuns: 50, interruptAfterTimeLimit: 15_000, markInterruptAsFailure: false },
  );
});

/** Three clients with a row of each kind, so that commands meet something. */
async function settle(world: CommandWorld): Promise<void> {
  const { accounts } = world.storage;
  const owner = await accounts.createUser({ email: 'owner@x.example', name: 'Owner', passwordHash: 'x' });
  world.learnUser(owner.id);
  for (const name of ['b', 'A', 'ä']) {
    const { id } = await accounts.createClient({ name });
    world.learnClient(id);
    const client = world.storage.forClient(id);
    await client.members.add({ userId: owner.id, role: 'owner' });
    const widget = await addWidget(client, { publicKey: `of ${name}` });
    world.learn(id, 'widgets', widget.id);
    const visitor = await client.visitors.see({ id: testId(0x6000_0000_0001), widgetId: widget.id });
    world.learn(id, 'visitors', visitor.id);
    const conversation = await addConversation(client, { widgetId: widget.id, visitorId: visitor.id });
    world.learn(id, 'conversations', conversation.id);
  }
}

async function playOne(world: CommandWorld, scope: StorageScope, command: Command): Promise<unknown> {
  const answer = await outcomeOf(command.run(world, scope));
  if ('ok' in answer && answer.ok !== undefined) command.learn(world, answer.ok);
  return answer;
}

async function playAtOnce(
  world: CommandWorld,
  commands: Command[],
  arrange: (answers: Outcome[]) => Outcome[],
): Promise<unknown> {
  const answers = arrange(await Promise.all(commands.map((command) => outcomeOf(command.run(world, world.storage)))));
  answers.forEach((answer, n) => {
    if ('ok' in answer && answer.ok !== undefined) commands[n]!.learn(world, answer.ok);
  });
  return answers;
}

async function playTransaction(world: CommandWorld, commands: Command[], givesUp: boolean): Promise<unknown> {
  const answers: unknown[] = [];
  const end = await outcomeOf(
    world.storage.transaction(async (scope) => {
      for (const command of commands) answers.push(await playOne(world, scope, command));
      if (givesUp) throw new NotFoundError('auditEntry');
    }),
  );
  return { answers, end };
}

type Outcome = { ok: unknown } | { error: string };

/** What a call came to. Only errors that storage throws on purpose are answers. */
async function outcomeOf(call: Promise<unknown>): Promise<Outcome> {
  try {
    return { ok: await call };
  } catch (error) {
    if (error instanceof NotFoundError) return { error: `not found: ${error.entity}` };
    if (error instanceof ConflictError) return { error: `conflict: ${error.reason}` };
    throw error;
  }
}

const inOrder = (answers: Outcome[]) =>
  answers
    .map((answer) => ({ answer, key: masked(answer) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ answer }) => answer);

/** All that can be read. */
async function everythingIn(world: CommandWorld): Promise<unknown> {
  const all = { limit: 100 };
  const { accounts, directory } = world.storage;
  const late = new Date(Date.UTC(2099, 0));
  const people = [];
  for (const id of world.users) people.push([await accounts.findUser(id), await accounts.listMemberships(id)]);
  const tenants = [];
  for (const pool of world.clients) {
    const client = world.storage.forClient(pool.id);
    const threads = [];
    for (const id of pool.conversations) threads.push(await client.messages.list(id, all));
    const seen = [];
    for (const id of pool.visitors) seen.push(await client.visitors.find(id));
    tenants.push({
      row: await outcomeOf(client.client.get()),
      members: await client.members.list(),
      invitations: await client.invitations.listOpen(),
      apiKeys: await client.apiKeys.list(),
      widgets: [await client.widgets.list(), await client.widgets.list({ archived: true })],
      conversations: await allPages((page) => client.conversations.list({}, page), 7),
      threads,
      seen,
      audit: await allPages((page) => client.audit.list(page), 7),
      knowledge: await knowledgeIn(client, pool.messages),
    });
  }
  const due = [
    await directory.listWidgetsDueForActivation(late, 100),
    await directory.listConversationsDueToWake(late, 100),
  ];
  return { people, tenants, due, empty: await accounts.isEmpty() };
}
