import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { AnswerProgress } from '../../../../shared/socket-events.ts';
import type { SocketOptions } from '../socket/socket.ts';
import { ApiError } from './api.ts';
import { createChat } from './chat.ts';
import { createFileShelf } from './files.ts';
import type { Chat } from './state.ts';
import { createStore } from './store.ts';
import { createFakeServer, type FakeServer } from './testing/fake-server.ts';
import { fakeStorage } from './testing/fake-storage.ts';
import type { ThreadMessage } from './types.ts';

let server: FakeServer;
let storage: Storage;
let socket: SocketOptions | undefined;
/** What the server is writing when somebody begins to watch. */
let written: AnswerProgress | undefined;
let chats: Chat[];
let hasSocket: boolean;

function open(): Chat {
  const chat = createChat({
    api: server.api,
    store: createStore('confab-chat:key', () => storage),
    files: createFileShelf(),
    identityRefused: () => {},
    startFacts: () => ({ locale: 'en' }),
    openSocket: async (options) => {
      if (!hasSocket) throw new Error('There is no way through.');
      socket = options;
      return {
        emit(_name, data, ack) {
          const { conversationId } = data as { conversationId: string };
          const thread = server.threads.find(({ view }) => view.id === conversationId);
          const lastSequence = thread?.messages.length ?? 0;
          ack?.({ ok: true, value: { lastSequence, ...(written && { answer: written }) } });
        },
        retryNow: () => {},
        close: () => {},
      };
    },
    isSeen: () => true,
    arrived: () => {},
    stored: () => {},
  });
  chats.push(chat);
  return chat;
}

const pass = (ms = 50) => vi.advanceTimersByTimeAsync(ms);
const thread = () => server.threads[0] as FakeServer['threads'][number];
const step = (text: string, offset = 0, change: Partial<AnswerProgress> = {}): AnswerProgress => ({
  conversationId: thread().view.id,
  questionMessageId: thread().messages[0]?.id as string,
  phase: 'writing',
  offset,
  text,
  ...change,
});
const tell = (progress: AnswerProgress) => socket?.event('answer:progress', progress);
const bring = (message: ThreadMessage) => socket?.event('message:created', { message, conversation: thread().view });

/** A chat in which a question was asked, connected. */
async function asked(): Promise<Chat> {
  const chat = open();
  chat.send('When are you open?');
  await pass();
  socket?.up();
  await pass();
  return chat;
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('requestAnimationFrame', (run: () => void) => setTimeout(run, 16));
  server = createFakeServer();
  storage = fakeStorage();
  socket = undefined;
  written = undefined;
  hasSocket = true;
  chats = [];
});
afterEach(() => {
  for (const chat of chats) chat.stop();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('an answer that is being written', () => {
  test('is shown as far as it has come, and its message takes its place in one change', async () => {
    const chat = await asked();
    tell(step('', 0, { phase: 'thinking' }));
    await pass();
    expect(chat.state().draft).toMatchObject({ phase: 'thinking', text: '' });
    tell(step('Nine '));
    tell(step('to five.', 5));
    await pass();
    expect(chat.state().draft?.text).toBe('Nine to five.');
    const both: [boolean, number][] = [];
    chat.subscribe(() => both.push([!!chat.state().draft, chat.state().messages.length]));
    bring(server.answer(thread(), 'Nine to five.', 'assistant'));
    await pass();
    expect(both.filter(([isDrafted, count]) => isDrafted === (count === 2))).toEqual([]);
    expect(chat.state().messages.at(-1)?.content).toBe('Nine to five.');
  });

  test('disappears when a person answers, and does not come back', async () => {
    const chat = await asked();
    tell(step('Nine '));
    await pass();
    bring(server.answer(thread(), 'I am Ada.'));
    tell(step('to five.', 5));
    tell(step('Nine to five.'));
    await pass();
    expect(chat.state().draft).toBeNull();
    expect(chat.state().messages.map(({ content }) => content)).toEqual(['When are you open?', 'I am Ada.']);
  });

  test('goes on after a reconnect, with what was written meanwhile', async () => {
    const chat = await asked();
    tell(step('Nine '));
    await pass();
    socket?.down();
    expect(chat.state().draft?.text).toBe('Nine ');
    written = step('Nine to fi');
    socket?.up();
    tell(step('ve.', 10));
    await pass();
    expect(chat.state().draft?.text).toBe('Nine to five.');
  });

  test('that was finished during a break gives way to its message without a gap', async () => {
    const chat = await asked();
    tell(step('Nine '));
    await pass();
    socket?.down();
    server.answer(thread(), 'Nine to five.', 'assistant');
    const seen: string[] = [];
    chat.subscribe(() => seen.push(`${chat.state().draft?.text ?? ''}|${chat.state().messages.at(-1)?.content}`));
    socket?.up();
    await pass();
    expect(seen.at(-1)).toBe('|Nine to five.');
    expect(seen).not.toContain('|When are you open?');
  });

  test('stays while the visitor writes on and looks further up', async () => {
    const chat = await asked();
    tell(step('Nine '));
    await pass();
    chat.send('And on Sundays?');
    await pass();
    await chat.loadOlder();
    expect(chat.state().draft?.text).toBe('Nine ');
    expect(chat.state().messages).toHaveLength(2);
  });

  test('is not shown in another conversation', async () => {
    const chat = await asked();
    tell(step('Nine '));
    chat.startAnew();
    await pass();
    expect(chat.state().draft).toBeNull();
    tell(step('Nine to five.'));
    await pass();
    expect(chat.state().draft).toBeNull();
  });
});

test('without a socket the answer comes by asking for it', async () => {
  hasSocket = false;
  const chat = open();
  chat.send('When are you open?');
  await pass();
  server.answer(thread(), 'Nine to five.', 'assistant');
  await pass(6000);
  expect(chat.state().messages.at(-1)?.content).toBe('Nine to five.');
});

describe('whether an answer helped', () => {
  const answered = async () => {
    const chat = await asked();
    const message = server.answer(thread(), 'Nine to five.', 'assistant');
    bring(message);
    return { chat, id: message.id };
  };

  test('is shown at once, told to the server, and known after a reload', async () => {
    const { chat, id } = await answered();
    const said = chat.rateAnswer(id, -1);
    expect(chat.state().helped).toEqual({ [id]: -1 });
    await said;
    expect(server.helped.get(id)).toBe(-1);
    chat.stop();
    const next = open();
    await pass();
    expect(next.state().messages.find((message) => message.id === id)?.answer?.rating).toBe(-1);
  });

  test('can be changed and taken back', async () => {
    const { chat, id } = await answered();
    await chat.rateAnswer(id, 1);
    await chat.rateAnswer(id, -1);
    await chat.rateAnswer(id, null);
    expect(server.helped.get(id)).toBeNull();
    expect(chat.state().helped).toEqual({ [id]: null });
  });

  test('is as before when it does not get through', async () => {
    const { chat, id } = await answered();
    await chat.rateAnswer(id, 1);
    server.isDown = true;
    await expect(chat.rateAnswer(id, -1)).rejects.toThrow(ApiError);
    expect(chat.state().helped).toEqual({ [id]: 1 });
  });
});
