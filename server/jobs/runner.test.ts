import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Job } from '../../shared/schema.ts';
import { createBus } from '../events/bus.ts';
import { systemEnvironment } from '../lib/clock-and-ids.ts';
import { addClient, strangeId } from '../storage/conformance/worlds.ts';
import { StorageUnavailableError } from '../storage/errors.ts';
import { MemStorage } from '../storage/memory/mem-storage.ts';
import type { ClientStorage } from '../storage/storage.ts';
import { type JobContext, type JobHandler, type JobHandlers, JobLostError } from './job-handler.ts';
import { type JobRunner, type RunnerTimes, startJobRunner } from './runner.ts';

let storage: MemStorage;
let client: ClientStorage;
let runners: JobRunner[];
const bus = createBus((name, error) => {
  throw new Error(`A listener of ${name} failed.`, { cause: error });
});

beforeEach(async () => {
  storage = new MemStorage(systemEnvironment);
  client = (await addClient(storage)).client;
  runners = [];
});
afterEach(async () => {
  for (const runner of runners) await runner.stop();
  await storage.close();
});

/** Only what a test says happens by itself: nothing is polled for unless it asks for it. */
function start(handlers: JobHandlers, times: Partial<RunnerTimes> = {}): JobRunner {
  const deps = { storage, bus, log: pino({ level: 'silent' }), now: systemEnvironment.now };
  const runner = startJobRunner(deps, handlers, { pollMs: 60_000, ...times });
  runners.push(runner);
  return runner;
}

async function enqueue(kind: Job['kind'] = 'ingest', subjectId = strangeId()): Promise<Job> {
  return client.jobs.enqueue({ kind, subjectId });
}

function tell({ kind, subjectId, clientId }: Job): void {
  bus.publish('job.changed', { clientId, kind, subjectId });
}

/** A handler that notes what it was asked for; `run` does what the test wants. */
function handler(
  run: (job: Job, context: JobContext) => Promise<void>,
  more: Partial<JobHandler> = {},
): JobHandler & { ran: Job[]; gaveUp: unknown[] } {
  const ran: Job[] = [];
  const gaveUp: unknown[] = [];
  return {
    ran,
    gaveUp,
    atOnce: 2,
    attemptsMax: 3,
    retryDelayMs: () => 0,
    async run(job, context) {
      ran.push(job);
      await run(job, context);
    },
    async giveUp(_job, _context, error) {
      gaveUp.push(error);
    },
    ...more,
  };
}

const nothing = async () => {};
const forever = (_job: Job, { signal }: JobContext) =>
  new Promise<void>((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

/** A handler that says when it has begun, and then waits for what the test does. */
function pausing(then: (job: Job, context: JobContext) => Promise<void> = forever) {
  let begun: (context: JobContext) => void;
  const hasBegun = new Promise<JobContext>((resolve) => {
    begun = resolve;
  });
  const made = handler((job, context) => {
    begun(context);
    return then(job, context);
  });
  return { ...made, hasBegun };
}

describe('a job', () => {
  test('that waits is done by the next runner, and leaves the queue', async () => {
    const job = await enqueue();
    const ingest = handler(nothing);
    await start({ ingest }).idle();
    expect(ingest.ran).toMatchObject([{ subjectId: job.subjectId, attempts: 1 }]);
    expect(await client.jobs.find('ingest', job.subjectId)).toBeUndefined();
  });

  test('is begun at once when the bus tells of it, and within the poll when nobody does', async () => {
    const { hasBegun, ...ingest } = pausing(nothing);
    await start({ ingest }).idle();
    tell(await enqueue());
    await hasBegun;
    const polled = pausing(nothing);
    start({ answer: polled }, { pollMs: 5 });
    await enqueue('answer');
    await polled.hasBegun;
  });

  test('whose kind nobody works on stays where it is', async () => {
    const job = await enqueue('answer');
    await start({ ingest: handler(nothing) }).idle();
    expect(await client.jobs.find('answer', job.subjectId)).toMatchObject({ attempts: 0 });
  });

  test('that fails is tried again, and given up with its last error', async () => {
    const job = await enqueue();
    const attempts: [number, boolean][] = [];
    const ingest = handler(async (_job, { attempt, isLastAttempt }) => {
      attempts.push([attempt, isLastAttempt]);
      throw new Error(`Failure ${attempt}`);
    });
    await start({ ingest }).idle();
    expect(attempts).toEqual([
      [1, false],
      [2, false],
      [3, true],
    ]);
    expect(ingest.gaveUp).toEqual([new Error('Failure 3')]);
    expect(await client.jobs.find('ingest', job.subjectId)).toBeUndefined();
  });

  test('waits as long after a failure as its handler says, with the error beside it', async () => {
    const job = await enqueue();
    const ingest = handler(() => Promise.reject(new Error('No.')), { retryDelayMs: (attempt) => attempt * 60_000 });
    const before = Date.now();
    await start({ ingest }).idle();
    const waiting = await client.jobs.find('ingest', job.subjectId);
    expect(waiting).toMatchObject({ attempts: 1, lastError: 'Error: No.', leaseId: null });
    expect(waiting!.runAt.getTime()).toBeGreaterThanOrEqual(before + 60_000);
  });

  test('that ended its process at each attempt is given up without another one', async () => {
    await enqueue();
    for (let attempt = 1; attempt <= 3; attempt++) {
      await storage.queue.claim({ kinds: ['ingest'], limit: 1, leaseMs: 0 });
    }
    const ingest = handler(nothing);
    await start({ ingest }).idle();
    expect([ingest.ran, ingest.gaveUp]).toEqual([[], [undefined]]);
  });

  test('that cannot even be given up stays in the queue', async () => {
    const job = await enqueue();
    const ingest = handler(() => Promise.reject(new Error('No.')), {
      attemptsMax: 1,
      giveUp: () => Promise.reject(new Error('Neither.')),
    });
    await start({ ingest }).idle();
    expect(await client.jobs.find('ingest', job.subjectId)).toMatchObject({ leaseId: null });
  });

  test('leaves storage some time when that was what failed, and counts the attempt', async () => {
    const job = await enqueue();
    const ingest = handler(() => Promise.reject(new StorageUnavailableError(new Error('away'))));
    const before = Date.now();
    await start({ ingest }).idle();
    expect(ingest.ran).toHaveLength(1);
    const waiting = await client.jobs.find('ingest', job.subjectId);
    expect(waiting).toMatchObject({ attempts: 1, lastError: expect.stringMatching(/^StorageUnavailableError/) });
    expect(waiting!.runAt.getTime()).toBeGreaterThanOrEqual(before + 5_000);
  });
});

describe('whoever lost a job', () => {
  /** Takes the job away while its handler is at work, and answers what became of what the handler then writes. */
  async function loseBy(take: (job: Job) => Promise<unknown>) {
    const job = await enqueue();
    let written: unknown;
    const ingest = pausing(async (_job, context) => {
      await forever(_job, context).catch(() => {});
      written = await context
        .finish(async (scope) => scope.forClient(job.clientId).client.update({ name: 'Written' }))
        .catch((error: unknown) => error);
      throw new Error('after');
    });
    const runner = start({ ingest: { ...ingest, atOnce: 1 } }, { leaseMs: 60_000 });
    await ingest.hasBegun;
    await take(job);
    tell(job);
    await runner.idle();
    expect(written).toBeInstanceOf(JobLostError);
    expect((await client.client.get()).name).not.toBe('Written');
    return { job, ingest };
  }

  test('by its being cancelled is told at once, and can write no more', async () => {
    const { job, ingest } = await loseBy((one) => client.jobs.cancel('ingest', one.subjectId));
    expect(ingest.ran).toHaveLength(1);
    expect(await client.jobs.find('ingest', job.subjectId)).toBeUndefined();
  });

  test('by its being taken over leaves it to the other', async () => {
    const { job, ingest } = await loseBy(async ({ subjectId }) => {
      await client.jobs.enqueue({ kind: 'ingest', subjectId });
      await storage.queue.claim({ kinds: ['ingest'], limit: 1, leaseMs: 60_000 });
    });
    expect(ingest.ran).toHaveLength(1);
    const others = await client.jobs.find('ingest', job.subjectId);
    expect(others).toMatchObject({ attempts: 1, leaseId: expect.any(String) });
  });

  test('by its being begun anew makes room for the new one', async () => {
    const job = await enqueue();
    let runs = 0;
    const ingest = pausing(async (one, context) => {
      if (++runs === 1) await forever(one, context);
    });
    const runner = start({ ingest }, { leaseMs: 60_000 });
    await ingest.hasBegun;
    tell(await client.jobs.enqueue({ kind: 'ingest', subjectId: job.subjectId, payload: { anew: true } }));
    await runner.idle();
    expect(ingest.ran).toMatchObject([{ payload: {} }, { payload: { anew: true }, attempts: 1 }]);
  });
});

describe('a runner', () => {
  test('keeps the lease of what it works on', async () => {
    const job = await enqueue();
    const ingest = pausing();
    const leaseMs = 40;
    start({ ingest }, { leaseMs });
    await ingest.hasBegun;
    const first = (await client.jobs.find('ingest', job.subjectId))!.leaseUntil!.getTime();
    await expect
      .poll(async () => (await client.jobs.find('ingest', job.subjectId))!.leaseUntil!.getTime())
      .toBeGreaterThan(first + 2 * leaseMs);
    expect(ingest.ran).toHaveLength(1);
    expect(await storage.queue.claim({ kinds: ['ingest'], limit: 1, leaseMs })).toEqual([]);
  });

  test('works on no more of a kind at once than its handler says, and on other kinds meanwhile', async () => {
    for (let n = 0; n < 3; n++) await enqueue('ingest');
    const ingest = pausing();
    const answer = pausing(nothing);
    start({ ingest, answer });
    await ingest.hasBegun;
    tell(await enqueue('answer'));
    await answer.hasBegun;
    expect(ingest.ran).toHaveLength(2);
    expect((await storage.queue.waiting()).count).toBe(1);
  });

  test('that stops hands its jobs back unharmed', async () => {
    const job = await enqueue();
    const ingest = pausing();
    const runner = start({ ingest });
    await ingest.hasBegun;
    await runner.stop();
    expect(await client.jobs.find('ingest', job.subjectId)).toMatchObject({ attempts: 0, leaseId: null });
    const other = handler(nothing);
    await start({ ingest: other }).idle();
    expect(other.ran).toMatchObject([{ attempts: 1 }]);
  });

  test('that stops does not wait for a handler that goes on', async () => {
    await enqueue();
    const ingest = pausing(() => new Promise(() => {}));
    const runner = start({ ingest }, { stopMs: 5 });
    await ingest.hasBegun;
    await runner.stop();
  });

  test('never gives one job to two, among several', async () => {
    const jobs = await Promise.all(Array.from({ length: 20 }, () => enqueue()));
    const ingest = handler(nothing);
    const several = [1, 2, 3].map(() => start({ ingest }));
    await Promise.all(several.map((runner) => runner.idle()));
    expect(ingest.ran.map(({ subjectId }) => subjectId).sort()).toEqual(jobs.map(({ subjectId }) => subjectId).sort());
  });
});

test('what a handler finishes is written with the job’s end, or not at all', async () => {
  const job = await enqueue();
  const failing = handler(async (_job, context) => {
    await context.finish(async () => Promise.reject(new Error('No.')));
  });
  await start({ ingest: { ...failing, retryDelayMs: () => 60_000 } }).idle();
  expect(await client.jobs.find('ingest', job.subjectId)).toMatchObject({ lastError: 'Error: No.' });
  const done = handler(async (_job, context) => {
    await context.finish((scope) => scope.forClient(job.clientId).client.update({ name: 'Written' }));
  });
  tell(await client.jobs.enqueue({ kind: 'ingest', subjectId: job.subjectId }));
  await runners[0]!.stop();
  await start({ ingest: done }).idle();
  expect((await client.client.get()).name).toBe('Written');
  expect(await client.jobs.find('ingest', job.subjectId)).toBeUndefined();
});
