import { Agent as HttpAgent } from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { makeOwner } from '../bench/actors.ts';
import { residentBytes } from '../bench/processes.ts';
import { Agent, type Stage, Visitor } from '../e2e/actors.ts';
import { Caller } from '../e2e/caller.ts';
import { storedMessages } from '../e2e/delivery.ts';
import { type DeliveryReport, reportDelivery } from '../e2e/delivery-report.ts';
import { createRandom, pick, type Random } from '../e2e/random.ts';
import { type ServerPair, startServerPair } from '../e2e/stage.ts';
import { byCalmness, type Calmness, type Fault, missedIn, type Quantiles, quantiles, waitsOf } from './latencies.ts';

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
  /** From sending to the acknowledgement after commit: whoever was cut off repeats until there is one. */
  acknowledging: Calmness;
  /** From the acknowledgement to the screen of the visitor. */
  showingVisitors: Calmness;
  /** The same for those visitors who poll. */
  showingPolling: Calmness;
  /** What a fault kept from visitors who poll: from when the process, or Postgres, was back to their screen. */
  showingMissed: Quantiles;
  /** From the acknowledgement to the screen of the agent. */
  showingAgent: Calmness;
  /** How long after the process, and after Postgres, was back everybody was connected. */
  connectedAgainMs: number[];
  /** How late this process itself was at its 99th percentile: it plays all the people, on the same processors. */
  heldUpMs: number;
  /** Of both processes, with everybody connected, before and after. */
  residentBytes: { start: number; end: number };
  /** Of all that was shown, what arrived live. */
  live: number;
}

/** Of five visitors one gets no WebSocket through, and polls. */
const pollingEvery = 5;
const arriveAtOnce = 40;
const settleMs = 60_000;
/** How long after the end of a fault what happens is told apart from the rest. */
export const afterFaultMs = 15_000;
/** As the widget does: see its backoff.ts and socket.ts, and chat.ts. */
const pollMs = 2_000;
const asWidget = { reconnectionDelay: 500, reconnectionDelayMax: 30_000, timeout: 8_000 };

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
    const stage: Stage = {
      origin: pair.origin,
      caller,
      random,
      pauseMs: 0,
      answerMs: 15_000,
      socket: asWidget,
      pollMs,
    };
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

    const heldUp = monitorEventLoopDelay();
    heldUp.enable();
    const [faults] = await Promise.all([disturb(pair, visitors, options), stream(visitors, agent, random, options)]);
    say('Everything has been said; waiting until everybody has been shown everything');
    await untilShown(visitors, agent);
    say('Everybody has been shown everything; waiting until everybody is connected again');
    await untilConnected(visitors);
    heldUp.disable();
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
    const waits = waitsOf(visitors, agent);
    const polling = waitsOf(
      visitors.filter((_, n) => n % pollingEvery === 0),
      agent,
    );
    return {
      ...reportDelivery(outcomes),
      connected: visitors.filter(({ isConnected }) => isConnected).length,
      acknowledging: byCalmness(waits.acknowledged, faults),
      showingVisitors: byCalmness(waits.shownToVisitors, faults),
      showingPolling: byCalmness(polling.shownToVisitors, faults),
      showingMissed: quantiles(missedIn(polling.shownToVisitors, faults)),
      showingAgent: byCalmness(waits.shownToAgent, faults),
      connectedAgainMs: faults.map(({ connectedAgainMs }) => connectedAgainMs),
      heldUpMs: heldUp.percentile(99) / 1e6,
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
  // An address of its own, by which the balancer leads all requests of one connection to the same process. A connection
  // for each request: the client of these tests does not notice when one that it uses again breaks under a request.
  const agent = new HttpAgent({ localAddress: `127.0.0.${2 + (n % 200)}` });
  // Typed for browsers, where there are no agents but this flag.
  const socket = { ...asWidget, transports: ['polling'], agent: agent as never };
  return Visitor.arrive({ ...stage, socket }, publicKey, `Visitor ${n}`);
}

/** Begins messages at this rate, whatever becomes of those before; one at a time of each side of a thread. */
async function stream(visitors: readonly Visitor[], agent: Agent, random: Random, options: SoakOptions): Promise<void> {
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
      underWay.push(talk.then(() => void busy.delete(lane)));
    }
    await delay(10);
  }
  await Promise.all(underWay);
}

/** A fault and how long after it everybody was connected. */
type Endured = Fault & { backAtMs: number; connectedAgainMs: number };

async function disturb(pair: ServerPair, visitors: readonly Visitor[], { seconds, say }: SoakOptions) {
  const third = (seconds * 1_000) / 3;
  const endure = async (fault: Promise<void>, what: string): Promise<Endured> => {
    const fromMs = performance.now();
    await fault;
    const backAtMs = performance.now();
    say(`${what} is back`);
    await untilConnected(visitors);
    const connectedAgainMs = performance.now() - backAtMs;
    say(`Everybody is connected ${(connectedAgainMs / 1_000).toFixed(1)} s later`);
    return { fromMs, backAtMs, untilMs: backAtMs + Math.max(afterFaultMs, connectedAgainMs), connectedAgainMs };
  };
  await delay(third);
  say('SIGKILL to one of the two server processes');
  const crash = pair.crashServer(1_500);
  const killed = endure(crash, 'The process');
  // A process that starts while Postgres is away ends again.
  await Promise.all([crash, delay(third)]);
  say('Postgres is restarted');
  const restarted = endure(pair.restartPostgres(1_000), 'Postgres');
  return Promise.all([killed, restarted]);
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

const residentOf = (pair: ServerPair) => pair.pids().map(residentBytes);
const perProcess = (bytes: readonly number[]) => bytes.map((one) => Math.round(one / 1e6)).join(' and ');
const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
