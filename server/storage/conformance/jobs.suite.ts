import { describe, expect, it } from 'vitest';
import { NotFoundError } from '../errors.ts';
import type { NewMessage } from '../repositories/messages.ts';
import { type OpenHarness, useHarness } from './harness.ts';
import { addClient, addConversation, addVisitor, errorOf, messageInput, strangeId } from './worlds.ts';

export function jobsSuite(open: OpenHarness): void {
  describe('jobs', () => {
    const t = useHarness(open);
    const claim = async (subjectId: string) => {
      const claimed = await t.storage.queue.claim({ kinds: ['ingest', 'answer'], limit: 100, leaseMs: 1_000 });
      return claimed.find((job) => job.subjectId === subjectId)!;
    };

    describe('enqueue', () => {
      it('puts a job in the queue that is due now and has not been tried', async () => {
        const { client } = await addClient(t.storage);
        const subjectId = strangeId();
        const payload = { a: [1, { b: null }], text: 'Größe 😀' };
        const job = await client.jobs.enqueue({ kind: 'ingest', subjectId: subjectId.toUpperCase(), payload });
        expect(job).toEqual({
          clientId: client.clientId,
          kind: 'ingest',
          subjectId,
          payload,
          runAt: t.env.now(),
          attempts: 0,
          leaseId: null,
          leaseUntil: null,
          lastError: null,
          createdAt: t.env.now(),
        });
        expect(await client.jobs.find('ingest', subjectId.toUpperCase())).toEqual(job);
      });

      it('takes a time to wait for, and a payload left out for an empty one', async () => {
        const { client } = await addClient(t.storage);
        const runAt = new Date(t.env.now().getTime() + 60_000);
        const job = await client.jobs.enqueue({ kind: 'answer', subjectId: strangeId(), runAt });
        expect(job).toMatchObject({ runAt, payload: {}, createdAt: t.env.now() });
      });

      it('lets one of the same kind and subject begin anew, lost to whoever works on it', async () => {
        const { client } = await addClient(t.storage);
        const subjectId = strangeId();
        await client.jobs.enqueue({ kind: 'ingest', subjectId, payload: { n: 1 } });
        const claimed = await claim(subjectId);
        await t.storage.queue.giveBack(claimed, { runAt: t.env.now(), error: 'No.' });
        const again = await claim(subjectId);
        expect(again).toMatchObject({ attempts: 2, lastError: 'No.' });
        t.env.advance(5);
        const anew = await client.jobs.enqueue({ kind: 'ingest', subjectId, payload: { n: 2 } });
        expect(anew).toEqual({
          ...again,
          payload: { n: 2 },
          runAt: t.env.now(),
          attempts: 0,
          leaseId: null,
          leaseUntil: null,
          lastError: null,
          createdAt: t.env.now(),
        });
        expect(await t.storage.queue.complete(again)).toBe(false);
        expect(await t.storage.queue.renew(again, 1_000)).toBe(false);
        const back = { runAt: new Date(0), error: 'late' };
        expect(await t.storage.queue.giveBack(again, back)).toBe(false);
        expect(await client.jobs.find('ingest', subjectId)).toEqual(anew);
        await client.jobs.cancel('ingest', subjectId);
      });

      it('keeps jobs of other kinds, subjects and clients apart', async () => {
        const { client } = await addClient(t.storage);
        const { client: other } = await addClient(t.storage);
        const subjectId = strangeId();
        await client.jobs.enqueue({ kind: 'ingest', subjectId, payload: { n: 1 } });
        await client.jobs.enqueue({ kind: 'answer', subjectId, payload: { n: 2 } });
        await client.jobs.enqueue({ kind: 'ingest', subjectId: strangeId(), payload: { n: 3 } });
        await other.jobs.enqueue({ kind: 'ingest', subjectId, payload: { n: 4 } });
        expect((await client.jobs.find('ingest', subjectId))?.payload).toEqual({ n: 1 });
        expect((await client.jobs.find('answer', subjectId))?.payload).toEqual({ n: 2 });
        expect((await other.jobs.find('ingest', subjectId))?.payload).toEqual({ n: 4 });
      });

      it('of one job by many at once leaves one', async () => {
        const { client } = await addClient(t.storage);
        const subjectId = strangeId();
        const payloads = Array.from({ length: 8 }, (_, n) => ({ n }));
        await Promise.all(payloads.map((payload) => client.jobs.enqueue({ kind: 'answer', subjectId, payload })));
        expect(payloads).toContainEqual((await client.jobs.find('answer', subjectId))?.payload);
      });

      it('throws NotFoundError when the client has been removed', async () => {
        const { client } = await addClient(t.storage);
        const subjectId = strangeId();
        await client.jobs.enqueue({ kind: 'ingest', subjectId });
        await client.client.remove();
        expect(await client.jobs.find('ingest', subjectId)).toBeUndefined();
        const error = await errorOf(client.jobs.enqueue({ kind: 'ingest', subjectId }));
        expect(error).toMatchObject({ name: 'NotFoundError', entity: 'client' });
      });
    });

    describe('cancel', () => {
      it('takes a job out, also from whoever works on it, and says whether it was there', async () => {
        const { client } = await addClient(t.storage);
        const subjectId = strangeId();
        await client.jobs.enqueue({ kind: 'ingest', subjectId });
        const claimed = await claim(subjectId);
        expect(await client.jobs.cancel('answer', subjectId)).toBe(false);
        expect(await client.jobs.cancel('ingest', subjectId.toUpperCase())).toBe(true);
        expect(await client.jobs.find('ingest', subjectId)).toBeUndefined();
        expect(await t.storage.queue.complete(claimed)).toBe(false);
        expect(await client.jobs.cancel('ingest', subjectId)).toBe(false);
      });
    });

    describe('find', () => {
      it('answers undefined when there is none, and a copy otherwise', async () => {
        const { client } = await addClient(t.storage);
        const subjectId = strangeId();
        expect(await client.jobs.find('ingest', subjectId)).toBeUndefined();
        const job = await client.jobs.enqueue({ kind: 'ingest', subjectId, payload: { a: 1 } });
        (await client.jobs.find('ingest', subjectId))!.payload.a = 2;
        expect(await client.jobs.find('ingest', subjectId)).toEqual(job);
      });
    });

    describe('list', () => {
      it('answers all of one kind by subject, and none of others', async () => {
        const { client } = await addClient(t.storage);
        const { client: other } = await addClient(t.storage);
        const subjects = [strangeId(), strangeId()].sort();
        const made = [];
        for (const subjectId of subjects) made.push(await client.jobs.enqueue({ kind: 'removeFiles', subjectId }));
        await client.jobs.enqueue({ kind: 'embed', subjectId: strangeId() });
        await other.jobs.enqueue({ kind: 'removeFiles', subjectId: strangeId() });
        expect(await client.jobs.list('removeFiles')).toEqual(made);
        expect(await client.jobs.list('retain')).toEqual([]);
      });
    });

    describe('messages.append', () => {
      const start = async () => {
        const { client } = await addClient(t.storage);
        const visitor = await addVisitor(client);
        const conversation = await addConversation(client, { visitorId: visitor.id });
        const append = (input: Partial<NewMessage> = {}) =>
          client.messages.append(messageInput(conversation.id, { answerJob: { n: 1 }, ...input }));
        /** The jobs of these messages, in their order. */
        const jobsOf = (ids: string[]) => Promise.all(ids.map((id) => client.jobs.find('answer', id)));
        return { client, conversation, append, jobsOf };
      };

      it.each(['user', 'agent'] as const)('of a new message of role %s enqueues its answer job', async (role) => {
        const { client, append } = await start();
        t.env.advance(1);
        const answerJob = { deep: [{ a: null }], text: "Größe 😀 '" };
        const { message } = await append({ role, answerJob });
        expect(message.metadata).toEqual({});
        expect(await client.jobs.find('answer', message.id)).toEqual({
          clientId: client.clientId,
          kind: 'answer',
          subjectId: message.id,
          payload: answerJob,
          runAt: message.createdAt,
          attempts: 0,
          leaseId: null,
          leaseUntil: null,
          lastError: null,
          createdAt: message.createdAt,
        });
      });

      it.each(['user', 'agent'] as const)('of a known message of role %s enqueues nothing', async (role) => {
        const { client, append, jobsOf } = await start();
        const { message } = await append({ role, clientMessageId: 'm1' });
        await client.jobs.cancel('answer', message.id);
        const before = await t.storage.queue.waiting();
        expect(await append({ role, clientMessageId: 'm1' })).toMatchObject({ repeated: true });
        expect(await jobsOf([message.id])).toEqual([undefined]);
        expect(await t.storage.queue.waiting()).toEqual(before);
      });

      it('of one message sent many times at once enqueues one job, of those without one none', async () => {
        const { append, jobsOf } = await start();
        const before = (await t.storage.queue.waiting()).count;
        const same = Array.from({ length: 6 }, () => append({ clientMessageId: 'm1', answerJob: { same: true } }));
        const others = Array.from({ length: 9 }, (_, n) =>
          n % 3
            ? append({ answerJob: { n }, role: n % 2 ? 'user' : 'agent' })
            : append({ answerJob: undefined as never }),
        );
        const ids = (await Promise.all([...same, ...others])).map(({ message }) => message.id);
        expect((await t.storage.queue.waiting()).count).toBe(before + 7);
        const payloads = (await jobsOf(ids)).map((job) => job?.payload);
        const expected = [undefined, 1, 2, undefined, 4, 5, undefined, 7, 8].map((n) => (n ? { n } : undefined));
        expect(payloads).toEqual([...Array.from({ length: 6 }, () => ({ same: true })), ...expected]);
      });

      it('that is refused enqueues nothing, and those beside it do', async () => {
        const { append, jobsOf } = await start();
        const before = (await t.storage.queue.waiting()).count;
        const outcomes = await Promise.allSettled([
          append(),
          append({ conversationId: strangeId() }),
          append({ onlyForVisitorId: strangeId() }),
          append({ role: 'agent' }),
        ]);
        expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
        expect((await t.storage.queue.waiting()).count).toBe(before + 2);
        const stored = outcomes.flatMap((outcome) =>
          outcome.status === 'fulfilled' ? [outcome.value.message.id] : [],
        );
        expect(await jobsOf(stored)).toMatchObject([{ attempts: 0 }, { attempts: 0 }]);
      });

      it.each(['user', 'agent'] as const)(
        'of role %s in a transaction enqueues with it or not at all',
        async (role) => {
          const { client, conversation, jobsOf } = await start();
          const input = messageInput(conversation.id, { role, answerJob: { n: 1 } });
          const append = (failing: boolean) =>
            t.storage.transaction(async (scope) => {
              const { message } = await scope.forClient(client.clientId).messages.append(input);
              expect(await client.jobs.find('answer', message.id)).toBeUndefined();
              expect(await scope.forClient(client.clientId).jobs.find('answer', message.id)).toBeDefined();
              if (failing) throw new Error('no');
              return message.id;
            });
          const before = await t.storage.queue.waiting();
          await errorOf(append(true));
          expect(await t.storage.queue.waiting()).toEqual(before);
          const id = await append(false);
          expect(await jobsOf([id])).toMatchObject([{ payload: { n: 1 } }]);
        },
      );

      it('racing with the removal of the client leaves no job', async () => {
        const { client, append, jobsOf } = await start();
        const outcomes = await Promise.allSettled([
          ...Array.from({ length: 5 }, () => append()),
          client.client.remove(),
          ...Array.from({ length: 5 }, () => append({ role: 'agent' })),
        ]);
        expect(outcomes[5]?.status).toBe('fulfilled');
        const ids: string[] = [];
        for (const outcome of outcomes) {
          if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(NotFoundError);
          else if (outcome.value) ids.push(outcome.value.message.id);
        }
        expect((await jobsOf(ids)).filter(Boolean)).toEqual([]);
      });
    });
  });
}
