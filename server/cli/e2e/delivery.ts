import { setTimeout as delay } from 'node:timers/promises';
import { makeOwner } from '../bench/actors.ts';
import { Agent, type Stage, Visitor } from './actors.ts';
import { Caller } from './caller.ts';
import { type DeliveryReport, reportDelivery } from './delivery-report.ts';
import { between, createRandom, type Random } from './random.ts';
import { run, type ServerPair, startServerPair } from './stage.ts';

export interface DeliveryOptions {
  /** Messages of each side, at least. */
  messages: number;
  /** Decides what breaks when; timing still differs from run to run. */
  seed: number;
  /** Told what is done, as it is done. */
  say(line: string): void;
}

export interface DeliveryOutcome extends DeliveryReport {
  requests: number;
  /** Connections that were broken on purpose. */
  cuts: number;
  /** Of all that was shown, what arrived live. */
  live: number;
}

const messagesPerThread = 25;
const pauseMs = 1_000;
/** How long everything may take to be shown after the last disturbance: a dead process is noticed within 10 seconds. */
const settleMs = 60_000;

/**
 * Visitors and an agent talk through two server processes while connections break at random, one process is killed and
 * started again, and Postgres is restarted. Resolves when everybody has been shown everything, or time is up.
 */
export async function runDelivery(options: DeliveryOptions): Promise<DeliveryOutcome> {
  const { say } = options;
  const random = createRandom(options.seed);
  const pair = await startServerPair(random);
  const caller = new Caller(pair.origin);
  const leaving: (() => void)[] = [];
  try {
    const stage: Stage = { origin: pair.origin, caller, random, pauseMs };
    const owner = await makeOwner(pair.origin, 'delivery');
    const agent = new Agent(stage, owner);
    leaving.push(() => agent.leave());
    const threads = Math.ceil(options.messages / messagesPerThread);
    const visitors = await Promise.all(
      Array.from({ length: threads }, (_, n) => Visitor.arrive(stage, owner.publicKey, `Visitor ${n}`)),
    );
    for (const visitor of visitors) leaving.push(() => visitor.leave());
    say(`${threads} visitors and an agent, ${messagesPerThread} messages of each side in each thread`);

    let talking = true;
    const talk = Promise.all(
      visitors.flatMap((visitor, n) => [
        visitor.talk(messagesPerThread),
        agent.talk(visitor.conversationId, messagesPerThread, `Agent in ${n}`),
      ]),
    ).finally(() => {
      talking = false;
    });
    const [, cuts] = await Promise.all([talk, breakConnections(pair, random, () => talking), disturb(pair, say)]);
    say('Everything has been said; waiting until everybody has been shown everything');
    await untilShown(visitors, agent);

    const stored = await storedMessages(pair.databaseUrl);
    const views = [...agent.views.values(), ...visitors.map(({ view }) => view)];
    const outcomes = visitors.map(({ conversationId, said, view }) => ({
      saidByVisitor: said,
      saidByAgent: agent.said.get(conversationId) ?? [],
      stored: stored.get(conversationId) ?? [],
      shownToVisitor: view.shown,
      shownToAgent: agent.views.get(conversationId)?.shown ?? [],
    }));
    return {
      ...reportDelivery(outcomes),
      requests: caller.requests,
      cuts,
      live: views.reduce((sum, { live }) => sum + live, 0),
    };
  } finally {
    caller.stop();
    for (const leave of leaving) leave();
    await pair.stop();
  }
}

/** Cuts some connections every moment, and now and then lets nobody through. Answers how many were cut. */
async function breakConnections({ proxy }: ServerPair, random: Random, goesOn: () => boolean): Promise<number> {
  let cuts = 0;
  while (goesOn()) {
    await delay(between(random, 50, 500));
    cuts += proxy.cut(between(random, 0.05, 0.3));
    if (random() < 0.1) {
      proxy.refuse(true);
      await delay(between(random, 100, 800));
      proxy.refuse(false);
    }
  }
  return cuts;
}

async function disturb(pair: ServerPair, say: (line: string) => void): Promise<void> {
  await delay(3_000);
  say('SIGKILL to one of the two server processes');
  await pair.crashServer(1_500);
  say('The process is back');
  await delay(2_000);
  say('Postgres is restarted');
  await pair.restartPostgres(1_000);
  say('Postgres is back');
  await delay(2_000);
}

async function untilShown(visitors: readonly Visitor[], agent: Agent): Promise<void> {
  const deadline = performance.now() + settleMs;
  const isShown = ({ conversationId, said, view }: Visitor) => {
    const last = said.length + (agent.said.get(conversationId)?.length ?? 0);
    return view.sequence >= last && (agent.views.get(conversationId)?.sequence ?? 0) >= last;
  };
  while (!visitors.every(isShown) && performance.now() < deadline) await delay(100);
}

/** What the database holds of every thread, in the order of numbers. */
export async function storedMessages(url: string): Promise<Map<string, { sequence: number; content: string }[]>> {
  const rows = await run<{ conversation_id: string; sequence: number; content: string }>(
    url,
    'SELECT conversation_id, sequence, content FROM messages ORDER BY conversation_id, sequence',
  );
  const stored = new Map<string, { sequence: number; content: string }[]>();
  for (const { conversation_id, sequence, content } of rows) {
    const thread = stored.get(conversation_id) ?? [];
    thread.push({ sequence, content });
    stored.set(conversation_id, thread);
  }
  return stored;
}
