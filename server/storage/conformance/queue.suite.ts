import { beforeEach, describe, expect, it } from 'vitest';
import type { Job } from '../../../shared/schema.ts';
import type { ClientStorage } from '../storage.ts';
import { type OpenHarness, useHarness } from './harness.ts';
import { addClient, addConversation, errorOf, messageInput, strangeId } from './worlds.ts';

const kinds = ['ingest', 'answer'] as const;

export function queueSuite(open: OpenHarness): void {
  describe('queue', () => {
    const t = useHarness(open);
    let client: ClientStorage;
    beforeEach(async () => {
      await client?.client.remove();
      ({ client } = await addClient(t.storage));
    });

    const later = (ms: number) => new Date(t.env.now().getTime() + ms);
    const add = (runInMs = 0, kind: Job['kind'] = 'ingest', owner = client) =>
      owner.jobs.enqueue({ kind, subjectId: strangeId(), runAt: later(runInMs) });
    const claim = (wanted: { kinds?: readonly Job['kind'][]; limit?: number; leaseMs?: number } = {}) =>
      t.storage.queue.claim({ kinds, limit: 100, leaseMs: 1_000, ...wanted });
    const subjects = (jobs: Job[]) => jobs.map(({ subjectId }) => subjectId);

    describe('claim', () => {
      it('takes what is due, the longest due first, then the lowest subject, for the time asked', async () => {
        const [b, a, c] = [await add(-5), await add(-9), await add(-5, 'answer')];
        await add(1);
        const claimed = await claim({ leaseMs: 7_000 });
        const taken = { leaseId: expect.any(String), leaseUntil: later(7_000), attempts: 1 };
        expect(claimed).toEqual([a, b, c].map((job) => ({ ...job, ...taken })));
        expect(await client.jobs.find('ingest', a.subjectId)).toEqual(claimed[0]);
        expect(await claim()).toEqual([]);
      });

      it('takes what is due of one subject at the same moment by its kinds', async () => {
        const runAt = later(-5);
        const subjectId = strangeId();
        const given = ['retain', 'ingest', 'embed', 'answer'] as const;
        for (const kind of given) await client.jobs.enqueue({ kind, subjectId, runAt });
        const claimed = await claim({ kinds: given });
        expect(claimed.map(({ kind }) => kind)).toEqual(['answer', 'embed', 'ingest', 'retain']);
      });

      it('takes no more than the limit, of the kinds asked for', async () => {
        const ingests = [await add(-4), await add(-3), await add(-2)];
        const answers = [await add(-5, 'answer'), await add(-1, 'answer')];
        expect(subjects(await claim({ kinds: ['ingest'], limit: 2 }))).toEqual(subjects(ingests.slice(0, 2)));
        const rest = [answers[0]!, ingests[2]!];
        expect(subjects(await claim({ limit: 2 }))).toEqual(subjects(rest));
        expect(await claim({ kinds: [] })).toEqual([]);
        expect(subjects(await claim({ kinds: ['answer', 'answer'] }))).toEqual(subjects(answers.slice(1)));
      });

      it('takes jobs of every client, and says whose they are', async () => {
        const { client: other } = await addClient(t.storage);
        const [mine, theirs] = [await add(-2), await add(-1, 'ingest', other)];
        const claimed = await claim();
        expect(claimed.map(({ clientId }) => clientId)).toEqual([client.clientId, other.clientId]);
        expect(subjects(claimed)).toEqual(subjects([mine, theirs]));
        await other.client.remove();
      });

      it('takes a job again when its lease has ended, under a new one', async () => {
        await add();
        const [first] = await claim({ leaseMs: 1_000 });
        t.env.advance(999);
        expect(await claim()).toEqual([]);
        t.env.advance(1);
        const [second] = await claim({ leaseMs: 1_000 });
        expect(second).toEqual({ ...first, leaseId: expect.any(String), leaseUntil: later(1_000), attempts: 2 });
        expect(second!.leaseId).not.toBe(first!.leaseId);
        expect(await t.storage.queue.renew(first!, 1_000)).toBe(false);
        expect(await t.storage.queue.giveBack(first!, { runAt: t.env.now(), error: null })).toBe(false);
        expect(await t.storage.queue.complete(first!)).toBe(false);
        expect(await t.storage.queue.complete(second!)).toBe(true);
      });

      it('by many at once gives each job to one of them', async () => {
        const added = [];
        for (let n = 0; n < 30; n++) added.push(await add(-n, kinds[n % 2]));
        const taken: Job[] = [];
        while (taken.length < added.length) {
          const rounds = await Promise.all(Array.from({ length: 8 }, () => claim({ limit: 3 })));
          taken.push(...rounds.flat());
        }
        expect(subjects(taken).sort()).toEqual(subjects(added).sort());
        expect(await claim()).toEqual([]);
      });

      it('inside a transaction that fails takes nothing', async () => {
        const job = await add();
        const failing = t.storage.transaction(async (scope) => {
          expect(await scope.queue.claim({ kinds, limit: 1, leaseMs: 1_000 })).toHaveLength(1);
          throw new Error('no');
        });
        await errorOf(failing);
        expect(await client.jobs.find('ingest', job.subjectId)).toEqual(job);
      });
    });

    describe('renew', () => {
      it('keeps a job for the time asked from now, also one whose lease has ended untaken', async () => {
        await add();
        const [job] = await claim({ leaseMs: 1_000 });
        t.env.advance(600);
        expect(await t.storage.queue.renew(job!, 1_000)).toBe(true);
        t.env.advance(600);
        expect(await claim()).toEqual([]);
        expect(await client.jobs.find('ingest', job!.subjectId)).toEqual({ ...job, leaseUntil: later(400) });
        t.env.advance(600);
        expect(await t.storage.queue.renew(job!, 1_000)).toBe(true);
        expect(await claim()).toEqual([]);
        expect(await t.storage.queue.complete(job!)).toBe(true);
      });

      it('is refused for a job that is gone, or that nobody has claimed', async () => {
        const free = await add();
        const stranger = { ...free, subjectId: strangeId(), leaseId: strangeId() };
        for (const job of [free, stranger, { ...free, leaseId: strangeId() }]) {
          expect(await t.storage.queue.renew(job, 1_000)).toBe(false);
          expect(await t.storage.queue.complete(job)).toBe(false);
          expect(await t.storage.queue.giveBack(job, { runAt: later(0), error: null })).toBe(false);
        }
        expect(await client.jobs.find('ingest', free.subjectId)).toEqual(free);
      });
    });

    describe('complete', () => {
      it('ends a job, once', async () => {
        await add();
        const [job] = await claim();
        expect(await t.storage.queue.complete(job!)).toBe(true);
        expect(await client.jobs.find('ingest', job!.subjectId)).toBeUndefined();
        expect(await t.storage.queue.complete(job!)).toBe(false);
        t.env.advance(10_000);
        expect(await claim()).toEqual([]);
      });

      it('by two with the same lease lets one of them store what it did', async () => {
        const conversation = await addConversation(client);
        await add();
        const [job] = await claim();
        const work = () =>
          t.storage.transaction(async (scope) => {
            if (!(await scope.queue.complete(job!))) throw new Error('lost');
            await scope.forClient(client.clientId).messages.append(messageInput(conversation.id));
          });
        const outcomes = await Promise.allSettled([work(), work(), work()]);
        expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
        expect((await client.messages.list(conversation.id, { limit: 10 })).items).toHaveLength(1);
      });

      it('racing with a new beginning leaves either the new job, or nothing done by the old one', async () => {
        const conversation = await addConversation(client);
        for (let round = 0; round < 5; round++) {
          const { subjectId } = await add();
          const [job] = await claim();
          const work = t.storage.transaction(async (scope) => {
            if (!(await scope.queue.complete(job!))) throw new Error('lost');
            const input = messageInput(conversation.id, { clientMessageId: subjectId });
            await scope.forClient(client.clientId).messages.append(input);
          });
          const [done] = await Promise.allSettled([
            work,
            client.jobs.enqueue({ kind: 'ingest', subjectId, payload: { anew: true } }),
          ]);
          const message = await client.messages.findClientMade(conversation.id, subjectId);
          expect(message !== undefined).toBe(done.status === 'fulfilled');
          expect(await client.jobs.find('ingest', subjectId)).toMatchObject({ payload: { anew: true }, attempts: 0 });
          await client.jobs.cancel('ingest', subjectId);
        }
      });
    });

    describe('giveBack', () => {
      it('frees a job for later, with what went wrong and the attempt counted, or not when it was not at fault', async () => {
        await add();
        const [job] = await claim();
        const back = { runAt: later(500), error: 'It did not answer.' };
        expect(await t.storage.queue.giveBack(job!, back)).toBe(true);
        const free = { ...job, runAt: back.runAt, lastError: back.error, leaseId: null, leaseUntil: null };
        expect(await client.jobs.find('ingest', job!.subjectId)).toEqual(free);
        expect(await t.storage.queue.complete(job!)).toBe(false);
        expect(await claim()).toEqual([]);
        t.env.advance(500);
        const [again] = await claim();
        expect(again).toMatchObject({ attempts: 2, lastError: 'It did not answer.' });
        expect(await t.storage.queue.giveBack(again!, { runAt: later(0), error: null })).toBe(true);
        expect((await claim())[0]).toMatchObject({ attempts: 2, lastError: null });
      });
    });

    describe('waiting', () => {
      it('counts what is due and free, and tells since when', async () => {
        expect(await t.storage.queue.waiting()).toEqual({ count: 0, oldest: null });
        const oldest = await add(-50);
        await add(-20, 'answer');
        await add(1);
        expect(await t.storage.queue.waiting()).toEqual({ count: 2, oldest: oldest.runAt });
        await claim({ limit: 1, leaseMs: 1_000 });
        expect(await t.storage.queue.waiting()).toMatchObject({ count: 1, oldest: later(-20) });
        t.env.advance(1_000);
        expect(await t.storage.queue.waiting()).toEqual({ count: 3, oldest: oldest.runAt });
      });
    });

    describe('troubles', () => {
      it('counts what is to be tried again after a failure, and what was left by whoever worked on it', async () => {
        expect(await t.storage.queue.troubles()).toEqual({ failing: 0, abandoned: 0 });
        await add();
        await add(0, 'answer');
        const [failed, left] = await claim({ limit: 2, leaseMs: 1_000 });
        expect(await t.storage.queue.troubles()).toEqual({ failing: 0, abandoned: 0 });
        await t.storage.queue.giveBack(failed!, { runAt: later(60_000), error: 'It did not answer.' });
        expect(await t.storage.queue.troubles()).toEqual({ failing: 1, abandoned: 0 });
        t.env.advance(1_000);
        expect(await t.storage.queue.troubles()).toEqual({ failing: 1, abandoned: 1 });
        await t.storage.queue.giveBack({ ...left! }, { runAt: later(0), error: null });
        expect(await t.storage.queue.troubles()).toEqual({ failing: 1, abandoned: 0 });
      });
    });
  });
}
