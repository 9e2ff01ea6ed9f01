import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';
import { RawSocket } from './raw-socket.ts';
import type { IdlePlan, RealtimeLoad, RealtimePlan, RealtimeResult } from './realtime-load.ts';

/** The other half of `realtime-load.ts`, in a process of its own: opens sockets, sends, and times what arrives. */

const drainMs = 5_000;
const openedAtOnce = 50;

process.once('message', (plan: RealtimePlan) => {
  const work = plan.kind === 'idle' ? holdIdle(plan) : run(plan);
  work.then(
    (result) => process.send?.(result, () => process.exit(0)),
    (error: Error) => process.send?.({ error: error.message }, () => process.exit(1)),
  );
});

/** One thread under load: when each of what was sent and has not arrived yet was sent, in order. */
interface Lane {
  visitor: RawSocket;
  conversationId: string;
  sentAt: number[];
  typing: boolean;
}

async function run(plan: RealtimeLoad): Promise<RealtimeResult> {
  const latencies: number[] = [];
  let acknowledged = 0;
  let refused = 0;
  const lanes = await inTurns(plan.threads, async ({ token, conversationId }) => {
    const visitor = await RawSocket.open(plan.visitorPort, { token });
    const agent = await RawSocket.open(plan.agentPort, { apiKey: plan.apiKey });
    await visitor.ask('conversation:watch', { conversationId });
    await agent.ask('conversation:watch', { conversationId });
    const lane: Lane = { visitor, conversationId, sentAt: [], typing: false };
    visitor.onAnswer = (answer) => {
      if (answer.includes('"ok":true')) acknowledged += 1;
      else refused += 1;
    };
    const expected = plan.kind === 'typing' ? '["typing"' : '["message:created"';
    agent.onEvent = (text) => {
      if (!text.startsWith(expected)) return;
      const sentAt = lane.sentAt.shift();
      if (sentAt !== undefined) latencies.push(performance.now() - sentAt);
    };
    return lane;
  });

  await offer(plan, lanes, { perSecond: Math.min(plan.perSecond, 500), ms: plan.warmUpMs });
  await drained(lanes);
  for (const lane of lanes) lane.sentAt.length = 0;
  latencies.length = 0;
  acknowledged = 0;
  refused = 0;
  await told('measuring');
  const startedAt = performance.now();
  const offered = await offer(plan, lanes, { perSecond: plan.perSecond, ms: plan.measureMs });
  const offeredMs = performance.now() - startedAt;
  await told('measured');
  await drained(lanes);
  latencies.sort((a, b) => a - b);
  const at = (share: number) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0;
  return {
    offeredPerSecond: offered / (offeredMs / 1000),
    offered,
    delivered: latencies.length,
    acknowledged,
    refused,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
  };
}

/** Sends at this rate whatever comes back, each thread in its turn. Answers how much was sent. */
async function offer(
  { kind }: RealtimeLoad,
  lanes: Lane[],
  { perSecond, ms }: { perSecond: number; ms: number },
): Promise<number> {
  const startedAt = performance.now();
  let sent = 0;
  for (let elapsed = 0; elapsed < ms; elapsed = performance.now() - startedAt) {
    const due = Math.floor((elapsed / 1000) * perSecond);
    for (; sent < due; sent++) {
      const lane = lanes[sent % lanes.length]!;
      const { conversationId } = lane;
      lane.sentAt.push(performance.now());
      if (kind === 'typing') {
        lane.typing = !lane.typing;
        lane.visitor.send('typing', { conversationId, typing: lane.typing });
      } else {
        const content = 'A question of about the usual length, as visitors ask.';
        lane.visitor.send('message:send', { conversationId, content, clientMessageId: randomUUID() });
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return sent;
}

async function drained(lanes: Lane[]): Promise<void> {
  const deadline = performance.now() + drainMs;
  while (lanes.some(({ sentAt }) => sentAt.length > 0) && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Opens sockets that say nothing, and holds them until they have been measured. */
async function holdIdle({ port, sockets, threads }: IdlePlan): Promise<{ open: number }> {
  const numbers = Array.from({ length: sockets }, (_, n) => n);
  const open = await inTurns(numbers, async (n) => {
    const thread = threads[n % threads.length];
    if (!thread) return openBare(port);
    const socket = await RawSocket.open(port, { token: thread.token });
    await socket.ask('conversation:watch', { conversationId: thread.conversationId });
    return socket;
  });
  await told('open');
  return { open: open.length };
}

async function openBare(port: number): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`, { perMessageDeflate: false });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  return socket;
}

/** Tells the parent, and waits until it has done what it does at this point. */
async function told(event: string): Promise<void> {
  const goOn = new Promise((resolve) => process.once('message', resolve));
  process.send?.({ event });
  await goOn;
}

async function inTurns<In, Out>(all: readonly In[], work: (one: In) => Promise<Out>): Promise<Out[]> {
  const done: Out[] = [];
  for (let at = 0; at < all.length; at += openedAtOnce) {
    done.push(...(await Promise.all(all.slice(at, at + openedAtOnce).map(work))));
  }
  return done;
}
