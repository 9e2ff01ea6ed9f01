import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Socket, SocketOptions } from '../socket/socket.ts';
import { ApiError } from './api.ts';
import { createChat } from './chat.ts';
import { createFileShelf, type FileShelf } from './files.ts';
import type { Chat } from './state.ts';
import { createStore } from './store.ts';
import { createFakeServer, type FakeServer } from './testing/fake-server.ts';
import { fakeStorage } from './testing/fake-storage.ts';
import type { ThreadMessage } from './types.ts';

const prefix = 'confab-chat:key';
let server: FakeServer;
let shelf: FileShelf;
let storage: Storage;
let sockets: { options: SocketOptions; emitted: [string, unknown][] }[];
let arrived: ThreadMessage[];
let refusals: string[];
let isSeen: boolean;
let chats: Chat[];

function open(identityToken?: string, drawer = prefix): Chat {
  const chat = createChat({
    api: server.api,
    store: createStore(drawer, () => storage),
    files: shelf,
    identityToken,
    identityRefused: (reason) => refusals.push(reason),
    startFacts: () => ({ locale: 'en', pageUrl: 'https://shop.example/tea' }),
    openSocket: async (options) => {
      const emitted: [string, unknown][] = [];
      sockets.push({ options, emitted });
      const emit: Socket['emit'] = (name, data, ack) => {
        emitted.push([name, data]);
        const { conversationId } = data as { conversationId: string };
        const thread = server.threads.find(({ view }) => view.id === conversationId);
        ack?.({ ok: true, value: { lastSequence: thread?.messages.length ?? 0 } });
      };
      return { emit, retryNow: () => {}, close: () => {} };
    },
    isSeen: () => isSeen,
    arrived: (message) => arrived.push(message),
    stored: () => {},
  });
  chats.push(chat);
  return chat;
}

/** Lets everything happen that is due within `ms`. */
const pass = (ms = 50) => vi.advanceTimersByTimeAsync(ms);
const texts = (chat: Chat) => chat.state().messages.map(({ content }) => content);
const waiting = (chat: Chat) => chat.state().waiting.map(({ content }) => content);
const thread = (index = 0) => server.threads[index] as FakeServer['threads'][number];
const stored = (index = 0) => thread(index).messages.map(({ content }) => content);

beforeEach(() => {
  vi.useFakeTimers();
  server = createFakeServer();
  shelf = createFileShelf();
  storage = fakeStorage();
  sockets = [];
  arrived = [];
  refusals = [];
  isSeen = true;
  chats = [];
});
afterEach(() => {
  for (const chat of chats) chat.stop();
  vi.useRealTimers();
});

describe('before the first message', () => {
  test('nothing is stored and nothing is asked of the server, however long the chat is open', async () => {
    const chat = open();
    chat.typing(true);
    chat.showList();
    chat.show('thread');
    chat.toggleMuted();
    chat.startAnew();
    await pass(10 * 60_000);
    expect(server.calls).toEqual([]);
    expect(storage.length).toBe(0);
    expect(sockets).toEqual([]);
  });
});

describe('sending', () => {
  test('a message is on the screen and in the browser before it is sent, and once at the server after', async () => {
    const chat = open();
    chat.send('Hello');
    expect(waiting(chat)).toEqual(['Hello']);
    expect(storage.length).toBe(2);
    await pass();
    expect(waiting(chat)).toEqual([]);
    expect(texts(chat)).toEqual(['Hello']);
    expect(stored()).toEqual(['Hello']);
  });

  test('an answer that gets lost leads to no second message and no second conversation', async () => {
    const chat = open();
    server.answersToLose = 4;
    chat.send('one');
    chat.send('two');
    await pass(60_000);
    expect(server.threads).toHaveLength(1);
    expect(stored()).toEqual(['one', 'two']);
    expect(texts(chat)).toEqual(['one', 'two']);
    expect(server.calls.filter((name) => name === 'start').length).toBeGreaterThan(1);
  });

  test('what is written without a network is sent by the next page, in order, once', async () => {
    const first = open();
    server.isDown = true;
    for (const text of ['one', 'two', 'three']) first.send(text);
    await pass(5000);
    expect(first.state().isFailing).toBe(true);
    first.stop();
    server.isDown = false;
    const second = open();
    expect(waiting(second)).toEqual(['one', 'two', 'three']);
    await pass(1000);
    expect(stored()).toEqual(['one', 'two', 'three']);
    expect(texts(second)).toEqual(['one', 'two', 'three']);
  });

  test('the first message carries the page, the language and the answers given before', async () => {
    const start = vi.spyOn(server.api, 'start');
    open().send('Hello', { preChat: { email: 'ann@example.com' } });
    await pass();
    expect(start.mock.calls[0]?.[2]).toEqual({
      locale: 'en',
      pageUrl: 'https://shop.example/tea',
      preChat: { email: 'ann@example.com' },
    });
  });

  test('a token that is no longer good is renewed and the visitor stays the same', async () => {
    const chat = open();
    chat.send('one');
    await pass();
    server.revokeTokens();
    chat.send('two');
    await pass();
    expect(stored()).toEqual(['one', 'two']);
  });

  test('what is written into a conversation that was deleted begins a new one', async () => {
    const chat = open();
    chat.send('one');
    await pass();
    server.remove(thread());
    chat.send('two');
    chat.send('three');
    await pass(10_000);
    expect(server.threads).toHaveLength(1);
    expect(stored()).toEqual(['two', 'three']);
    expect(texts(chat)).toEqual(['two', 'three']);
  });

  test('a message the server refuses stays to be seen and does not hold up the next', async () => {
    const chat = open();
    chat.send('one');
    await pass();
    chat.send('refuse me');
    chat.send('two');
    await pass();
    expect(stored()).toEqual(['one', 'two']);
    expect(chat.state().waiting).toMatchObject([{ content: 'refuse me', refused: true }]);
    chat.discard((chat.state().waiting[0] as { id: string }).id);
    expect(waiting(chat)).toEqual([]);
  });
});

describe('receiving', () => {
  const begin = async () => {
    const chat = open();
    chat.send('Hello');
    await pass();
    sockets[0]?.options.up();
    await pass();
    return chat;
  };
  const push = (message: ThreadMessage) =>
    sockets[0]?.options.event('message:created', { message, conversation: thread().view });

  test('the socket follows the conversation as soon as there is one', async () => {
    await begin();
    expect(sockets).toHaveLength(1);
    expect(sockets[0]?.emitted).toContainEqual(['conversation:watch', { conversationId: thread().view.id }]);
  });

  test('a message that comes is shown, told and marked as seen', async () => {
    const chat = await begin();
    push(server.answer(thread(), 'Hi!'));
    await pass();
    expect(texts(chat)).toEqual(['Hello', 'Hi!']);
    expect(arrived.map(({ content }) => content)).toEqual(['Hi!']);
    expect(thread().view.visitorReadSequence).toBe(2);
  });

  test('what was missed is read when the conversation is said to go further', async () => {
    const chat = await begin();
    server.answer(thread(), 'One');
    server.answer(thread(), 'Two');
    sockets[0]?.options.event('conversation:updated', { conversation: thread().view });
    await pass();
    expect(texts(chat)).toEqual(['Hello', 'One', 'Two']);
  });

  test('a message nobody looks at is not marked as seen until somebody does', async () => {
    const chat = await begin();
    isSeen = false;
    push(server.answer(thread(), 'Hi!'));
    await pass();
    expect(thread().view.visitorReadSequence).toBe(0);
    isSeen = true;
    chat.wakeUp();
    await pass();
    expect(thread().view.visitorReadSequence).toBe(2);
  });

  test('a message that comes twice is shown and told once', async () => {
    const chat = await begin();
    const message = server.answer(thread(), 'Hi!');
    push(message);
    push(message);
    await pass();
    expect(texts(chat)).toEqual(['Hello', 'Hi!']);
    expect(arrived).toHaveLength(1);
  });

  test('what was missed in between is fetched, in order, however much it is', async () => {
    const chat = await begin();
    const answers = Array.from({ length: 120 }, (_, i) => server.answer(thread(), `answer ${i}`));
    push(answers.at(-1) as ThreadMessage);
    await pass();
    expect(texts(chat)).toEqual(['Hello', ...answers.map(({ content }) => content)]);
  });

  test('what came while the socket was away is fetched when it is back', async () => {
    const chat = await begin();
    sockets[0]?.options.down();
    server.answer(thread(), 'while away');
    sockets[0]?.options.up();
    await pass();
    expect(texts(chat)).toEqual(['Hello', 'while away']);
  });

  test('without any socket what comes is shown within three seconds', async () => {
    const chat = await begin();
    sockets[0]?.options.down();
    for (const text of ['one', 'two', 'three']) {
      server.answer(thread(), text);
      await pass(3000);
      expect(texts(chat)).toContain(text);
    }
  });

  test.each([1_000, 10_000, 600_000])(
    'once the server answers again after %i ms, what was missed is shown and what was written sent within three seconds',
    async (awayMs) => {
      const chat = await begin();
      sockets[0]?.options.down();
      server.isDown = true;
      chat.send('written meanwhile');
      await pass(awayMs);
      server.isDown = false;
      server.answer(thread(), 'missed');
      await pass(3000);
      expect(texts(chat)).toEqual(['Hello', 'missed', 'written meanwhile']);
      expect(waiting(chat)).toEqual([]);
      expect(chat.state().isCutOff).toBe(false);
    },
  );

  test('a server that names a time is not asked for news before', async () => {
    const chat = await begin();
    const list = vi.spyOn(server.api, 'conversations').mockRejectedValue(new ApiError(503, 60_000));
    sockets[0]?.options.down();
    await pass(59_000);
    expect(list).toHaveBeenCalledOnce();
    expect(chat.state().isCutOff).toBe(true);
    await pass(20_000);
    expect(list).toHaveBeenCalledTimes(2);
  });

  test.each([
    [0, 2000],
    [0.99, 2495],
  ])('browsers that lose their sockets together do not ask together: %d drawn waits %i ms', async (drawn, waitMs) => {
    const random = vi.spyOn(Math, 'random').mockReturnValue(drawn);
    await begin();
    sockets[0]?.options.down();
    const asked: number[] = [];
    vi.spyOn(server.api, 'conversations').mockImplementation(async () => {
      asked.push(Date.now());
      throw new ApiError(0);
    });
    await pass(10_000);
    random.mockRestore();
    expect(asked.slice(1).map((at, n) => at - (asked[n] as number))).toEqual(Array(asked.length - 1).fill(waitMs));
    expect(asked.length).toBeGreaterThan(2);
  });

  test('a chat that nobody looks at asks about once a minute', async () => {
    await begin();
    isSeen = false;
    await pass(3000);
    sockets[0]?.options.down();
    server.calls.length = 0;
    await pass(10 * 60_000);
    expect(server.calls.length).toBeGreaterThanOrEqual(8);
    expect(server.calls.length).toBeLessThanOrEqual(10);
  });

  test('a conversation that is gone is noticed without a socket too', async () => {
    const chat = await begin();
    sockets[0]?.options.down();
    server.remove(thread());
    await pass(3000);
    expect(texts(chat)).toEqual([]);
  });

  test('nothing is said of a lost connection before nothing gets through at all', async () => {
    const chat = await begin();
    sockets[0]?.options.down();
    await pass(20_000);
    expect(chat.state().isCutOff).toBe(false);
    server.isDown = true;
    await pass(6000);
    expect(chat.state().isCutOff).toBe(true);
    server.isDown = false;
    await pass(6000);
    expect(chat.state().isCutOff).toBe(false);
  });

  test('a list that was read before the socket told of a change does not take it back', async () => {
    const chat = await begin();
    const before = structuredClone(thread().view);
    let answer = () => {};
    vi.spyOn(server.api, 'conversations').mockImplementation(
      () => new Promise((resolve) => (answer = () => resolve({ items: [before], nextCursor: null }))),
    );
    sockets[0]?.options.down();
    sockets[0]?.options.up();
    await pass();
    sockets[0]?.options.event('conversation:updated', { conversation: { ...before, status: 'closed' } });
    answer();
    await pass();
    expect(chat.state().conversation?.status).toBe('closed');
  });

  test('marks of having been seen never go back', async () => {
    const chat = await begin();
    const event = (agentReadSequence: number) =>
      sockets[0]?.options.event('conversation:updated', { conversation: { ...thread().view, agentReadSequence } });
    event(1);
    event(0);
    expect(chat.state().conversation?.agentReadSequence).toBe(1);
  });

  test('somebody who writes is shown, and forgotten when nothing more is heard', async () => {
    const chat = await begin();
    const conversationId = thread().view.id;
    sockets[0]?.options.event('typing', { conversationId, side: 'visitor', name: null, typing: true });
    expect(chat.state().typing).toBeNull();
    sockets[0]?.options.event('typing', { conversationId, side: 'agent', name: 'Ada', typing: true });
    expect(chat.state().typing).toEqual({ name: 'Ada' });
    await pass(7000);
    expect(chat.state().typing).toBeNull();
  });

  test('older messages come in front of what is there', async () => {
    const first = await begin();
    for (let i = 0; i < 80; i++) server.answer(thread(), `answer ${i}`);
    first.stop();
    const chat = open();
    await pass();
    expect(chat.state().messages).toHaveLength(50);
    expect(chat.state().hasOlder).toBe(true);
    await chat.loadOlder();
    expect(chat.state().messages).toHaveLength(81);
    expect(chat.state().hasOlder).toBe(false);
    expect(texts(chat)[0]).toBe('Hello');
  });
});

describe('conversations', () => {
  test('starting anew leaves the old one in the list, and going back shows it', async () => {
    const chat = open();
    chat.send('first');
    await pass();
    chat.startAnew();
    expect(texts(chat)).toEqual([]);
    chat.send('second');
    await pass();
    expect(server.threads).toHaveLength(2);
    chat.showList();
    await pass();
    const [, older] = chat.state().conversations ?? [];
    chat.openConversation(older as NonNullable<typeof older>);
    await pass();
    expect(texts(chat)).toEqual(['first']);
    chat.send('first again');
    await pass();
    expect(stored(0)).toEqual(['first', 'first again']);
  });

  test('a message on its way to the old conversation arrives there after starting anew', async () => {
    const chat = open();
    chat.send('first');
    await pass();
    server.isDown = true;
    chat.send('late');
    await pass();
    chat.startAnew();
    server.isDown = false;
    await pass(5000);
    expect(stored(0)).toEqual(['first', 'late']);
    expect(texts(chat)).toEqual([]);
  });
});

describe('two tabs', () => {
  test('both show one conversation and what either of them sends', async () => {
    const one = open();
    const two = open();
    one.send('from one');
    two.storageChanged(prefix);
    expect(waiting(two)).toEqual([]);
    await pass();
    two.storageChanged(null);
    await pass();
    expect(texts(two)).toEqual(['from one']);
    two.send('from two');
    await pass();
    one.wakeUp();
    await pass();
    expect(texts(one)).toEqual(['from one', 'from two']);
    expect(server.threads).toHaveLength(1);
  });

  test('a message of a tab that was closed is sent by the other', async () => {
    const one = open();
    one.send('first');
    await pass();
    const two = open();
    await pass();
    server.isDown = true;
    one.send('left behind');
    await pass();
    one.stop();
    server.isDown = false;
    two.storageChanged(`${prefix}:out:x`);
    await pass(15_000);
    expect(stored()).toEqual(['first', 'left behind']);
    expect(texts(two)).toEqual(['first', 'left behind']);
  });
});

describe('people who are signed in', () => {
  test('find their newest conversation, on whichever browser', async () => {
    open('ann', `${prefix}:sub:ann`).send('I am Ann');
    await pass();
    storage = fakeStorage();
    const elsewhere = open('ann', `${prefix}:sub:ann`);
    await pass();
    expect(texts(elsewhere)).toEqual(['I am Ann']);
  });

  test('are not shown what is kept for the name in a token the server refuses', async () => {
    open('ann', `${prefix}:sub:ann`).send('I am Ann');
    await pass();
    const forged = open('bad.token', `${prefix}:sub:ann`);
    await pass(20_000);
    expect(texts(forged)).toEqual([]);
    expect(refusals[0]).toBe('It has expired.');
  });
});

test('nothing is kept or sent after the chat is stopped', async () => {
  const chat = open();
  chat.send('Hello');
  chat.stop();
  createStore(prefix, () => storage).clear();
  await pass(60_000);
  expect(storage.length).toBe(0);
  expect(stored().length).toBeLessThanOrEqual(1);
});
