import { io, type Socket } from 'socket.io-client';
import { WebSocket } from 'ws';
import type { ClientToServerEvents } from '../../../shared/socket-events.ts';
import { pick, type Random } from '../e2e/random.ts';
import type { Findings } from './findings.ts';
import { naughtyJson, naughtyTexts } from './naughty.ts';
import type { CallerName, Tenant } from './tenants.ts';

/** Every event there is: the compiler asks for what is new. */
const events: Record<keyof ClientToServerEvents, 'thread' | 'client'> = {
  'conversation:watch': 'thread',
  'conversation:unwatch': 'thread',
  'client:watch': 'client',
  'client:unwatch': 'client',
  'message:send': 'thread',
  typing: 'thread',
};
const eventNames = Object.keys(events) as (keyof ClientToServerEvents)[];

const letIn: readonly CallerName[] = ['owner', 'agent', 'guest', 'apiKey', 'visitor', 'neighbour'];
const keptOut: readonly CallerName[] = ['stranger', 'signedOut', 'forgedSession', 'revokedKey', 'forgedToken'];

export interface SocketFuzz {
  origin: string;
  attacker: Tenant;
  victim: Tenant;
  /** Events to send, over all sockets. */
  count: number;
  random: Random;
  deadlineMs: number;
  findings: Findings;
  /** Told of every event that was sent. */
  sent(): void;
}

/** Sends well-made and odd events as everybody, while the other client talks where nobody here may listen. */
export async function fuzzSockets(fuzz: SocketFuzz): Promise<void> {
  const { origin, attacker, victim, random, findings } = fuzz;
  for (const name of keptOut) await expectKeptOut(fuzz, name);
  const sockets = await Promise.all(letIn.map((name) => openSocket(origin, attacker.callers[name])));
  for (const [at, socket] of sockets.entries()) {
    socket.onAny((event: string, payload: unknown) => {
      if (!JSON.stringify(payload)?.includes(victim.mark)) return;
      findings.add(
        `event ${event} tells ${letIn[at]} of another client`,
        JSON.stringify(payload).slice(0, 300),
        () => '',
      );
    });
  }
  try {
    for (let n = 0; n < fuzz.count; n += sockets.length) {
      if (n % 60 === 0) await victim.speak();
      await Promise.all(sockets.map((socket, at) => sendOne(fuzz, socket, letIn[at] as CallerName)));
      if (random() < 0.02) await sendFrames(fuzz);
    }
  } finally {
    for (const socket of sockets) socket.off('disconnect').disconnect();
  }
}

async function sendOne(fuzz: SocketFuzz, socket: Socket, caller: CallerName): Promise<void> {
  const { attacker, victim, random, findings, deadlineMs } = fuzz;
  const name = pick(random, eventNames);
  const reachesOut = random() < 0.4;
  const { clientId, ids, busyConversationId } = reachesOut ? victim : attacker;
  const conversationId = random() < 0.5 ? busyConversationId : ids.conversationId;
  const good = {
    ...(events[name] === 'client' ? { clientId } : { conversationId }),
    ...(name === 'typing' ? { typing: random() < 0.5 } : {}),
    ...(name === 'message:send' ? { content: pick(random, naughtyTexts), clientMessageId: `f${random()}` } : {}),
  };
  const isGood = random() < 0.5;
  const payload: unknown = isGood ? good : oddPayload(good, random);
  const repeat = () =>
    `as ${caller}: socket.emit(${JSON.stringify(name)}, ${JSON.stringify(payload)?.slice(0, 2_000)}, ack)`;
  fuzz.sent();
  if (random() < 0.05) socket.emit(pick(random, ['', '__proto__', 'nothing', ...eventNames]) || 'x', payload);
  // A socket that was closed for what it sent comes back by itself; what it asked meanwhile is sent then.
  const answer = await socket
    .timeout(deadlineMs)
    .emitWithAck(name, payload)
    .catch(() => undefined);
  if (answer === undefined) {
    if (socket.connected) findings.add(`event ${name} is not acknowledged`, `within ${deadlineMs} ms`, repeat);
    return;
  }
  if (JSON.stringify(answer).includes(victim.mark))
    findings.add(`event ${name} tells ${caller} of another client`, '', repeat);
  if (answer.ok !== true && !(answer.problem?.status >= 400 && answer.problem.status < 500)) {
    findings.add(`event ${name} fails`, JSON.stringify(answer).slice(0, 300), repeat);
  }
  const harmless = name === 'conversation:unwatch' || name === 'client:unwatch' || name === 'typing';
  if (isGood && reachesOut && answer.ok === true && !harmless) {
    findings.add(`event ${name} lets ${caller} reach another client`, JSON.stringify(answer).slice(0, 300), repeat);
  }
}

/** The deepest of them the client itself cannot write. */
const shallowJson = naughtyJson.filter((json) => json.length < 4_500);

function oddPayload(good: Record<string, unknown>, random: Random): unknown {
  const odd = JSON.parse(pick(random, shallowJson).replace(/1e999/g, '1'));
  if (random() < 0.3) return odd;
  if (random() < 0.1) return Buffer.from('binary');
  return {
    ...good,
    [pick(random, [...Object.keys(good), 'extra'])]: random() < 0.5 ? odd : pick(random, naughtyTexts),
  };
}

async function expectKeptOut(
  { origin, attacker, findings, deadlineMs }: SocketFuzz,
  caller: CallerName,
): Promise<void> {
  const socket = connectAs(origin, attacker.callers[caller]);
  const outcome = await new Promise<string>((resolve) => {
    const overdue = setTimeout(() => resolve('is left without an answer'), deadlineMs);
    socket.once('connect', () => resolve('is let in'));
    socket.once('connect_error', () => resolve('refused'));
    socket.once('connect', () => clearTimeout(overdue)).once('connect_error', () => clearTimeout(overdue));
  });
  socket.disconnect();
  if (outcome !== 'refused') findings.add(`a socket as ${caller} ${outcome}`, '', () => '');
}

async function openSocket(origin: string, headers: Record<string, string>): Promise<Socket> {
  const socket = connectAs(origin, headers);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
  // Only the server's own closing is not followed by a new attempt.
  socket.on('disconnect', () => setTimeout(() => socket.connect(), 50));
  return socket;
}

function connectAs(origin: string, headers: Record<string, string>): Socket {
  const { Authorization: authorization, 'x-org-key': apiKey, ...others } = headers;
  const token = authorization?.slice('Bearer '.length);
  return io(origin, {
    auth: { ...(token === undefined ? {} : { token }), ...(apiKey === undefined ? {} : { apiKey }) },
    extraHeaders: others,
    transports: ['websocket'],
    forceNew: true,
    reconnectionDelay: 50,
  });
}

const frames: readonly (string | Buffer)[] = [
  ...[
    '',
    'x',
    '9',
    '40{',
    '40null',
    '40[]',
    '42',
    '42[',
    '42["typing"]',
    '42[]',
    '42{}',
    '4',
    '44',
    '45',
    '451-["a"]',
    '46',
    '49',
  ],
  ...[
    '0',
    '1',
    '2probe',
    '3',
    '5',
    '6',
    '42999999999999999999["typing",{}]',
    '40/admin,{}',
    '42/nothing,["a"]',
    '43[]',
    '41',
  ],
  `42["typing",${'['.repeat(2_000)}${']'.repeat(2_000)}]`,
  Buffer.from([0, 1, 2, 255]),
  'x'.repeat(300_000),
];

/** What is no event at all, on connections of their own: the server may close them, and goes on. */
async function sendFrames({ origin, random, sent }: SocketFuzz): Promise<void> {
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
  await new Promise<void>((resolve) => {
    socket.once('close', () => resolve());
    socket.on('error', () => {});
    socket.once('open', () => {
      if (random() < 0.5) socket.send('40{}');
      for (let n = 0; n < 5; n++) {
        socket.send(pick(random, frames));
        sent();
      }
      socket.close();
    });
  });
}
