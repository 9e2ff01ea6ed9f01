import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import type { AnswerProgress } from '../../../../shared/socket-events.ts';
import { type LiveSocket, Realtime } from './realtime.ts';

/** A socket whose other end is the test. */
class FakeSocket {
  connected = false;
  readonly sent: [string, ...unknown[]][] = [];
  readonly #incoming = new EventEmitter();
  lastSequence = 0;
  answer: AnswerProgress | undefined;

  connect() {
    this.connected = true;
    this.#incoming.emit('connect');
  }
  disconnect() {
    this.connected = false;
    this.#incoming.emit('disconnect', 'transport close');
  }
  on(event: string, listener: (...args: never[]) => void) {
    this.#incoming.on(event, listener as (...args: unknown[]) => void);
  }
  emit(event: string, ...args: unknown[]) {
    this.sent.push([event, args[0]]);
    const ack = args[1];
    if (typeof ack === 'function') ack({ ok: true, value: { lastSequence: this.lastSequence, answer: this.answer } });
  }
  receive(event: string, payload: unknown) {
    this.#incoming.emit(event, payload);
  }
}

function open() {
  const socket = new FakeSocket();
  let nowMs = 1000;
  const live = new Realtime(socket as unknown as LiveSocket, () => nowMs);
  return { socket, live, setNow: (ms: number) => (nowMs = ms) };
}

it('watches again after a reconnect what was watched before, then tells the listeners', () => {
  const { socket, live } = open();
  const heard: string[] = [];
  live.watchClient('c1', () => heard.push('watching client'));
  live.watchConversation('t1', (last) => heard.push(`watching at ${last}`));
  live.onReconnect(() => heard.push('reconnected'));
  socket.connect();
  expect(socket.sent).toEqual([
    ['client:watch', { clientId: 'c1' }],
    ['conversation:watch', { conversationId: 't1' }],
  ]);
  expect(heard).toEqual(['watching client', 'watching at 0']);

  socket.disconnect();
  socket.lastSequence = 7;
  socket.sent.length = 0;
  socket.connect();
  expect(socket.sent).toEqual([
    ['client:watch', { clientId: 'c1' }],
    ['conversation:watch', { conversationId: 't1' }],
  ]);
  expect(heard.slice(2)).toEqual(['watching client', 'watching at 7', 'reconnected']);
});

it('stops watching when the last who wanted it is gone, and only then', () => {
  const { socket, live } = open();
  socket.connect();
  const first = live.watchClient('c1', () => {});
  const second = live.watchClient('c1', () => {});
  first();
  first();
  expect(socket.sent.map(([event]) => event)).not.toContain('client:unwatch');
  second();
  expect(socket.sent.at(-1)).toEqual(['client:unwatch', { clientId: 'c1' }]);
});

it('hands events to the listeners of their name until they leave', () => {
  const { socket, live } = open();
  const removed: string[] = [];
  const leave = live.on('conversation:removed', (event) => removed.push(event.conversationId));
  socket.connect();
  socket.receive('conversation:removed', { conversationId: 'a' });
  leave();
  socket.receive('conversation:removed', { conversationId: 'b' });
  expect(removed).toEqual(['a']);
});

it('knows since when the connection is down', () => {
  const { socket, live, setNow } = open();
  expect(live.link.get()).toEqual({ kind: 'down', sinceMs: 1000 });
  socket.connect();
  expect(live.link.get()).toEqual({ kind: 'up' });
  setNow(5000);
  socket.disconnect();
  setNow(9000);
  socket.disconnect();
  expect(live.link.get()).toEqual({ kind: 'down', sinceMs: 5000 });
});

it('says that the agent is typing only while connected', () => {
  const { socket, live } = open();
  live.sendTyping('t1', true);
  expect(socket.sent).toEqual([]);
  socket.connect();
  live.sendTyping('t1', true);
  expect(socket.sent).toEqual([['typing', { conversationId: 't1', typing: true }]]);
});

it('tells whoever begins to watch a thread how far the assistant is with an answer', () => {
  const { socket, live } = open();
  const heard: (string | undefined)[] = [];
  live.watchConversation('t1', (_, answer) => heard.push(answer?.text));
  socket.connect();
  socket.disconnect();
  socket.answer = { conversationId: 't1', questionMessageId: 'm1', phase: 'writing', offset: 0, text: 'Within ' };
  socket.connect();
  expect(heard).toEqual([undefined, 'Within ']);
});
