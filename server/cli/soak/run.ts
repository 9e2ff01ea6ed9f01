import { Agent as HttpAgent } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { makeOwner } from '../bench/actors.ts';
import { residentBytes } from '../bench/processes.ts';
import { Agent, type Stage, Visitor } from '../e2e/actors.ts';
import { Caller } from '../e2e/caller.ts';
import { storedMessages } from '../e2e/delivery.ts';
import { type DeliveryReport, reportDelivery } from '../e2e/delivery-report.ts';
import { createRandom, pick, type Random } from '../e2e/random.ts';
import { type ServerPair, startServerPair } from '../e2e/stage.ts';

export interface SoakOptions {
  visitors: number;
  /** How long messages are offered. */
  seconds: number;
  /** Messages a second that visitors and agent together begin to send. */
  perSecond: number;
  seed: number;
  say(line: string): void;
}

export interface SoakOutcome extends DeliveryReport {
  /** Connected when everything was over; all of them are expected. */
  connected: number;
  /** From sending to the acknowledgement after commit, while nothing was broken. */
  calm: { p50Ms: number; p99Ms: number };
  /** The same over the whole time: whoever was cut off repeats until it is acknowledged. */
  whole: { p50Ms: number; p99Ms: number };
  /** Of both processes, with everybody connected, before and after. */
  residentBytes: { start: number; end: number };
  /** Of all that was shown, what arrived live. */
  live: number;
}

/** Of five visitors one gets no WebSocket through, and polls. */
const pollingEvery = 5;
const arriveAtOnce = 40;
const settleMs = 60_000;

/**
 * Many connected visitors and an agent, a steady stream of messages both ways, two server processes behind a balancer
 * on one Postgres; a process is killed after a third of the time, Postgres restarted after two thirds.
 */
export async function runSoak(options: SoakOptions): Promise<SoakOutcome> {
  const { say } = options;
  const random = createRandom(options.seed);
  const pair = await startServerPair(random);
  const caller = new Caller(pair.origin);
  const leaving: (() => void)[] = [];
  try {
    const stage: Stage = { origin: pair.origin, caller, random, pauseMs: 0 };
    const owner = await makeOwner(pair.origin, 'soak');
    const agent = new Agent(stage, owner);
    leaving.push(() => agent.leave());
    const visitors: Visitor[] = [];
    while (visitors.length < options.visitors) {
      const numbers = Array.from({ length: Math.min(arriveAtOnce, options.visitors - visitors.length) }, (_, n) => n);
      const come = numbers.map((n) => arrive(stage, owner.publicKey, visitors.length + n));
      const arrived = await Promise.all(come);
      for (const visitor of arrived) leaving.push(() => visitor.leave());
      visitors.push(...arrived);
    }
    await untilConnected(visitors);
    const start = residentOf(pair);
    say(`${visitors.length} visitors are connected, ${perProcess(start)} MB in the two processes`);

    const calmUntil = { at: Number.POSITIVE_INFINITY };
    const startedAt = performance.now();
    const [took] = await Promise.all([
      stream(visitors, agent, random, options),
      disturb(pair, options, () => {
        calmUntil.at = performance.now() - startedAt;
      }),
    ]);
    say('Everything has been said; waiting until everybody has been shown everything');
    await untilShown(visitors, agent);
    say('Everybody has been shown everything; waiting until everybody is connected again');
    await untilConnected(visitors);
    const end = residentOf(pair);
    say(`Everybody is done, ${perProcess(end)} MB in the two processes`);

    const stored = await storedMessages(pair.databaseUrl);
    const outcomes = visitors.map(({ conversationId, said, view }) => ({
      saidByVisitor: said,
      saidByAgent: agent.said.get(conversationId) ?? [],
      stored: stored.get(conversationId) ?? [],
      shownToVisitor: view.shown,
      shownToAgent: agent.views.get(conversationId)?.shown ?? [],
    }));
    const views = [...agent.views.values(), ...visitors.map(({ view }) => view)];
    return {
      ...reportDelivery(outcomes),
      connected: visitors.filter(({ isConnected }) => isConnected).length,
      calm: quantiles(took.filter(({ at }) => at < calmUntil.at)),
      whole: quantiles(took),
      residentBytes: { start: sum(start), end: sum(end) },
      live: views.reduce((total, { live }) => total + live, 0),
    };
  } finally {
    caller.stop();
    for (const leave of leaving) leave();
    await pair.stop();
  }
}

function arrive(stage: Stage, publicKey: string, n: number): Promise<Visitor> {
  if (n % pollingEvery !== 0) return Visitor.arrive(stage, publicKey, `Visitor ${n}`);
  // An address of its own, by which the balancer leads all requests of one connection to the same process.
  const agent = new HttpAgent({ keepAlive: true, localAddress: `127.0.0.${2 + (n % 200)}` });
  // Typed for browsers, where there are no agents but this flag.
  const socket = { transports: ['polling'], agent: agent as never };
  return Visitor.arrive({ ...stage, socket }, publicKey, `Visitor ${n}`);
}

interface Took {
  /** When it was begun, since the stream began. */
  at: number;
  ms: number;
}

/** Begins messages at this rate, whatever becomes of those before; one at a time of each side of a thread. */
async function stream(
  visitors: readonly Visitor[],
  agent: Agent,
  random: Random,
  options: SoakOptions,
): Promise<Took[]> {
  const took: Took[] = [];
  const busy = new Set<string>();
  const underWay: Promise<void>[] = [];
  const startedAt = performance.now();
  for (let begun = 0, elapsed = 0; elapsed < options.seconds * 1_000; elapsed = performance.now() - startedAt) {
    for (; begun < (elapsed / 1_000) * options.perSecond; begun++) {
      const visitor = pick(random, visitors);
      const isVisitors = begun % 2 === 0;
      const { conversationId } = visitor;
      const lane = `${isVisitors} ${conversationId}`;
      if (busy.has(lane)) continue;
      busy.add(lane);
      const name = `${isVisitors ? 'Visitor' : 'Agent'} says ${begun}, `;
      const talk = isVisitors ? visitor.talk(1, name) : agent.talk(conversationId, 1, name);
      const at = elapsed;
      underWay.push(
        talk.then(() => {
          busy.delete(lane);
          const said = isVisitors ? visitor.said : agent.said.get(conversationId);
          took.push({ at, ms: said?.at(-1)?.tookMs ?? 0 });
        }),
      );
    }
    await delay(10);
  }
  await Promise.all(underWay);
  return took;
}

async function disturb(pair: ServerPair, { seconds, say }: SoakOptions, onBegin: () => void): Promise<void> {
  await delay((seconds * 1_000) / 3);
  onBegin();
  say('SIGKILL to one of the two server processes');
  await pair.crashServer(1_500);
  say('The process is back');
  await delay((seconds * 1_000) / 3);
  say('Postgres is restarted');
  await pair.restartPostgres(1_000);
  say('Postgres is back');
}

async function untilConnected(visitors: readonly Visitor[]): Promise<void> {
  await until(() => visitors.every(({ isConnected }) => isConnected));
}

async function untilShown(visitors: readonly Visitor[], agent: Agent): Promise<void> {
  const isShown = ({ conversationId, said, view }: Visitor) => {
    const last = said.length + (agent.said.get(conversationId)?.length ?? 0);
    return view.sequence >= last && (agent.views.get(conversationId)?.sequence ?? 0) >= last;
  };
  await until(() => visitors.every(isShown));
}

/** Waits at most `settleMs`: what is missing then is counted. */
async function until(isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + settleMs;
  while (!isSo() && performance.now() < deadline) await delay(100);
}

function quantiles(took: readonly Took[]): { p50Ms: number; p99Ms: number } {
  const sorted = took.map(({ ms }) => ms).sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50Ms: at(0.5), p99Ms: at(0.99) };
}

const residentOf = (pair: ServerPair) => pair.pids().map(residentBytes);
const perProcess = (bytes: readonly number[]) => bytes.map((one) => Math.round(one / 1e6)).join(' and ');
const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
