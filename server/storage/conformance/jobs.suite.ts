import { describe, expect, it } from 'vitest';
import { type OpenHarness, useHarness } from './harness.ts';
import { addClient, errorOf, strangeId } from './worlds.ts';

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
  });
}
