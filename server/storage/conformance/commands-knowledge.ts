import fc from 'fast-check';
import { answerOutcomes, documentStatuses, jobKinds } from '../../../shared/knowledge-vocabulary.ts';
import type { Job, KnowledgeDocument } from '../../../shared/schema.ts';
import type { ClientStorage } from '../storage.ts';
import {
  command,
  compact,
  index,
  json,
  limits,
  nullable,
  optional,
  record,
  someOf,
  texts,
  type WithId,
} from './command-parts.ts';
import type { CommandWorld } from './command-world.ts';
import { testId } from './harness.ts';
import { chunkInput, documentInput, modelInput, partInput, receiptInput } from './knowledge-worlds.ts';
import { allPages } from './worlds.ts';

const reasons = nullable(texts);
const numbers = fc.integer({ min: 1, max: 3 });
const staged = fc.uniqueArray(fc.tuple(numbers, texts), { selector: ([number]) => number, maxLength: 3 });

/** Mostly the version begun last, now and then one beside it. */
async function versionOf(client: ClientStorage, id: string, delta: number): Promise<number> {
  return ((await client.documents.find(id))?.begunVersion ?? 0) + delta;
}
const deltas = fc.constantFrom(0, 0, 0, 0, -1, 1);

const createDocument = command(
  'documents.create',
  record({ name: texts, url: optional(reasons), content: optional(nullable(record({ text: texts }))) }),
  ({ client }, input) => client.documents.create(documentInput(compact(input))),
  (world, client, { id }: WithId) => world.learn(client, 'documents', id),
);

const publish = command(
  'documents.publish',
  fc.tuple(index, deltas, record({ pageCount: numbers, wordCount: numbers, language: optional(nullable(texts)) })),
  async ({ client, world, n }, [m, delta, published]) => {
    const id = world.pick(n, 'documents', m);
    return client.documents.publish(id, await versionOf(client, id, delta), compact(published));
  },
);

const updateChunk = command(
  'chunks.update',
  fc.tuple(index, numbers, someOf({ text: nullable(texts), hidden: fc.boolean() })),
  async ({ client, world, n }, [m, nth, change]) => {
    const chunks = await client.chunks.list(world.pick(n, 'documents', m), { limit: 100 });
    const id = (chunks[nth - 1] ?? chunks[0])?.id;
    return id === undefined ? 'none' : client.chunks.update(id, change);
  },
);

/** Documents, chunks and what models used. */
export const knowledge = [
  createDocument,
  command('documents.list', limits, ({ client }, limit) => allPages((page) => client.documents.list(page), limit)),
  command(
    'documents.update',
    fc.tuple(
      index,
      someOf({
        name: texts,
        status: fc.constantFrom(...documentStatuses),
        statusReason: reasons,
        progress: numbers,
        sizeBytes: nullable(numbers),
      }),
    ),
    ({ client, world, n }, [m, change]) => client.documents.update(world.pick(n, 'documents', m), change),
  ),
  command('documents.remove', index, ({ client, world, n }, m) =>
    client.documents.remove(world.pick(n, 'documents', m % 4 === 0 ? m : 15)),
  ),
  command('documents.beginVersion', index, ({ client, world, n }, m) =>
    client.documents.beginVersion(world.pick(n, 'documents', m)),
  ),
  command('documents.stage', fc.tuple(index, deltas, staged), async ({ client, world, n }, [m, delta, content]) => {
    const id = world.pick(n, 'documents', m);
    const chunks = content.map(([number, text]) => chunkInput(number, { text }));
    const parts = content.slice(1).map(([number, text]) => partInput(number, { text }));
    return client.documents.stage(id, await versionOf(client, id, delta), { parts, chunks });
  }),
  publish,
  command('documents.listParts', index, ({ client, world, n }, m) =>
    client.documents.listParts(world.pick(n, 'documents', m), { limit: 2 }),
  ),
  command('documents.findPart', fc.tuple(index, numbers), ({ client, world, n }, [m, number]) =>
    client.documents.findPart(world.pick(n, 'documents', m), number),
  ),
  command('chunks.withoutVector', fc.tuple(index, limits), ({ client, world, n }, [m, limit]) =>
    client.chunks.withoutVector(world.pick(n, 'documents', m), { model: 'small', limit }),
  ),
  command('chunks.keepVectors', index, async ({ client, world, n }, m) => {
    const chunks = await client.chunks.list(world.pick(n, 'documents', m), { limit: 2 });
    await client.chunks.keepVectors(
      'small',
      chunks.map(({ id, text }) => ({ chunkId: id, text, values: [0.6, 0.8] })),
    );
  }),
  command('chunks.list', fc.tuple(index, limits), ({ client, world, n }, [m, limit]) =>
    client.chunks.list(world.pick(n, 'documents', m), { limit }),
  ),
  updateChunk,
  command('models.set', texts, ({ client }, model) => client.models.set(modelInput({ model }))),
  command('models.remove', fc.constant(null), ({ client }) => client.models.remove()),
  command('models.addUsage', numbers, ({ client }, n) =>
    client.models.addUsage('2026-11', { tokensIn: n, tokensOut: 0, costMicros: n }),
  ),
];

const createReceipt = command(
  'receipts.create',
  fc.tuple(
    record({ question: index, conversation: index, answer: nullable(index), widget: index }),
    record({
      questionKey: texts,
      outcome: fc.constantFrom(...answerOutcomes),
      confidence: nullable(fc.constantFrom(0, 0.25, 0.5, 1)),
    }),
  ),
  ({ client, world, n }, [{ question, conversation, answer, widget }, input]) =>
    client.receipts.create(
      receiptInput(world.pick(n, 'conversations', conversation), {
        ...input,
        questionMessageId: world.pick(n, 'messages', question),
        answerMessageId: answer === null ? null : world.pick(n, 'messages', answer),
        widgetId: world.pick(n, 'widgets', widget),
      }),
    ),
);

/** Receipts. */
export const answers = [
  createReceipt,
  createReceipt,
  command('receipts.find', index, ({ client, world, n }, m) => client.receipts.find(world.pick(n, 'messages', m))),
  command('receipts.findByAnswer', index, ({ client, world, n }, m) =>
    client.receipts.findByAnswer(world.pick(n, 'messages', m)),
  ),
  command('receipts.ratings', fc.array(index, { maxLength: 3 }), async ({ client, world, n }, some) => {
    const ratings = await client.receipts.ratings(some.map((m) => world.pick(n, 'messages', m)));
    return ratings.sort((a, b) => (a.answerMessageId < b.answerMessageId ? -1 : 1));
  }),
  command(
    'receipts.list',
    fc.tuple(record({ order: fc.constantFrom('newest' as const, 'worst' as const), widget: optional(index) }), limits),
    ({ client, world, n }, [{ order, widget }, limit]) => {
      const ofWidget = widget === undefined ? {} : { widgetId: world.pick(n, 'widgets', widget) };
      return allPages((page) => client.receipts.list({ order, ...ofWidget }, page), limit);
    },
  ),
  command(
    'receipts.rate',
    fc.tuple(index, index, fc.constantFrom(1 as const, -1 as const, null)),
    ({ client, world, n }, [m, k, rating]) =>
      client.receipts.rate(
        { conversationId: world.pick(n, 'conversations', m), answerMessageId: world.pick(n, 'messages', k) },
        rating,
      ),
  ),
  command('receipts.markReviewed', index, ({ client, world, n }, m) =>
    client.receipts.markReviewed(world.pick(n, 'messages', m)),
  ),
  command('receipts.unanswered', limits, ({ client }, limit) => client.receipts.unanswered(limit)),
  command('receipts.counts', fc.constant(new Date(0)), ({ client }, since) => client.receipts.counts(since)),
];

const kinds = fc.constantFrom(...jobKinds);

/** A document for one kind, a message for the other; only of the client itself, so that no two jobs have one subject. */
function subjectOf(world: CommandWorld, n: number, kind: Job['kind'], m: number): string {
  const own = kind === 'ingest' ? world.client(n).documents : world.client(n).messages;
  const none = testId(0x5000_0000_0000 + 2 * n + jobKinds.indexOf(kind));
  return own.at(-1 - (Math.floor(m / 16) % own.length)) ?? none;
}

const enqueue = command(
  'jobs.enqueue',
  fc.tuple(kinds, index, optional(json)),
  ({ client, world, n }, [kind, m, payload]) =>
    client.jobs.enqueue(compact({ kind, subjectId: subjectOf(world, n, kind, m), payload })),
);

/** The queue and its jobs: clients meet there. */
export const work = [
  enqueue,
  enqueue,
  command('jobs.cancel', fc.tuple(kinds, index), ({ client, world, n }, [kind, m]) =>
    client.jobs.cancel(kind, subjectOf(world, n, kind, m)),
  ),
  command('queue.claim', fc.tuple(fc.subarray([...jobKinds]), limits), ({ scope }, [wanted, limit]) =>
    scope.queue.claim({ kinds: wanted, limit, leaseMs: 1_000 }),
  ),
  command(
    'queue.end',
    fc.tuple(kinds, index, fc.constantFrom('renew' as const, 'complete' as const, 'giveBack' as const), reasons),
    async ({ scope, client, world, n }, [kind, m, how, error]) => {
      const job = await client.jobs.find(kind, subjectOf(world, n, kind, m));
      if (job === undefined) return 'none';
      if (how === 'renew') return scope.queue.renew(job, 5_000);
      if (how === 'complete') return scope.queue.complete(job);
      return scope.queue.giveBack(job, { runAt: job.createdAt, error });
    },
  ),
  command('queue.waiting', fc.constant(null), ({ scope }) => scope.queue.waiting()),
];

/** Calls of which several equal ones at once have, put in order, the same answers in every storage. */
export const repeatableKnowledge = [createDocument, createReceipt, updateChunk, publish, enqueue];

/** All that can be read of documents, jobs and receipts. */
export async function knowledgeIn(client: ClientStorage, messageIds: readonly string[]) {
  const all = { limit: 100 };
  const documents = await allPages((page) => client.documents.list(page), 7);
  const held = async ({ id }: KnowledgeDocument) => [
    await client.documents.listParts(id, all),
    await client.chunks.list(id, all),
    await client.jobs.find('ingest', id),
  ];
  return {
    documents,
    held: await Promise.all(documents.map(held)),
    jobs: await Promise.all(messageIds.map((id) => client.jobs.find('answer', id))),
    receipts: await allPages((page) => client.receipts.list({ order: 'worst' }, page), 7),
    model: [await client.models.find(), await client.models.usage('2026-11')],
  };
}
