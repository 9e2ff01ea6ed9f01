import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ApiError } from './api.ts';
import { createChat } from './chat.ts';
import { createFileShelf, type FileShelf } from './files.ts';
import type { Chat } from './state.ts';
import { createStore } from './store.ts';
import { createFakeServer, type FakeServer } from './testing/fake-server.ts';
import { fakeStorage } from './testing/fake-storage.ts';
// Loaded beforehand: no clock of a test waits for a part of the code that comes later.
import './upload.ts';

let server: FakeServer;
let storage: Storage;
let shelf: FileShelf;
let chats: Chat[];

function open(): Chat {
  const chat = createChat({
    api: server.api,
    store: createStore('confab-chat:key', () => storage),
    files: shelf,
    identityRefused: () => {},
    startFacts: () => ({ locale: 'en' }),
    openSocket: async () => ({ emit: () => {}, retryNow: () => {}, close: () => {} }),
    isSeen: () => true,
    arrived: () => {},
    stored: () => {},
  });
  chats.push(chat);
  return chat;
}

const pass = (ms = 50) => vi.advanceTimersByTimeAsync(ms);
const file = (name: string) => new File(['some tea'], name);
const stored = () =>
  server.threads[0]?.messages.map(({ content, attachments }) => [content, attachments.map(({ name }) => name)]);

beforeEach(() => {
  vi.useFakeTimers();
  server = createFakeServer();
  storage = fakeStorage();
  shelf = createFileShelf();
  chats = [];
});
afterEach(() => {
  for (const chat of chats) chat.stop();
  vi.useRealTimers();
});

test('files go with their message, in an order that stays', async () => {
  const chat = open();
  chat.send('Hello');
  chat.send('Two pictures', { files: [file('a.png'), file('b.png')] });
  chat.send('And a word');
  await pass();
  expect(stored()).toEqual([
    ['Hello', []],
    ['Two pictures', ['a.png', 'b.png']],
    ['And a word', []],
  ]);
  expect(chat.state().waiting).toEqual([]);
  expect(chat.state().messages[1]?.attachments.map(({ name }) => name)).toEqual(['a.png', 'b.png']);
});

test('files of a first message follow its words, or their names where there are none', async () => {
  const chat = open();
  chat.send('', { files: [file('bill.pdf')] });
  chat.send('See above');
  await pass();
  expect(stored()).toEqual([
    ['bill.pdf', []],
    ['', ['bill.pdf']],
    ['See above', []],
  ]);
});

test('a file that goes up again after a lost answer stands in one message', async () => {
  const chat = open();
  chat.send('Hello');
  await pass();
  server.answersToLose = 1;
  chat.send('Look', { files: [file('a.png')] });
  await pass(60_000);
  expect(stored()).toEqual([
    ['Hello', []],
    ['Look', ['a.png']],
  ]);
  expect(server.calls.filter((name) => name === 'upload')).toHaveLength(1);
});

test('a file that the server has not kept until its message came goes up once more', async () => {
  const chat = open();
  chat.send('Hello');
  await pass();
  vi.spyOn(server.api, 'post').mockRejectedValueOnce(new ApiError(0));
  chat.send('Look', { files: [file('a.png')] });
  await pass();
  server.sweepFiles();
  await pass(60_000);
  expect(stored()).toEqual([
    ['Hello', []],
    ['Look', ['a.png']],
  ]);
  expect(chat.state().waiting).toEqual([]);
});

test('a file that the server does not take is told with its reason, and the rest is sent', async () => {
  const chat = open();
  chat.send('Hello');
  chat.send('Look', { files: [file('page.html'), file('a.png')] });
  chat.send('Later');
  await pass();
  expect(stored()).toEqual([
    ['Hello', []],
    ['Look', ['a.png']],
    ['Later', []],
  ]);
  const [refused, ...others] = chat.state().waiting;
  expect(others).toEqual([]);
  expect(refused).toMatchObject({ content: '', refused: 'fileType', files: [{ name: 'page.html' }] });
  chat.discard(refused?.id as string);
  expect(chat.state().waiting).toEqual([]);
});

test.each([
  [
    'a file that is one too many for longer than a visitor waits is told, and what waits behind is sent',
    3_000_000,
    true,
  ],
  ['a file that is one too many for a moment is waited for', 30_000, false],
])('%s', async (_title, retryAfterMs, isPutAside) => {
  const chat = open();
  chat.send('Hello');
  await pass();
  vi.spyOn(server.api, 'upload').mockRejectedValueOnce(new ApiError(429, retryAfterMs));
  chat.send('Look', { files: [file('a.png')] });
  chat.send('Later');
  await pass(60_000);
  expect(stored()).toEqual([
    ['Hello', []],
    ['Look', isPutAside ? [] : ['a.png']],
    ['Later', []],
  ]);
  const aside = [{ content: '', refused: 'fileLater', files: [{ name: 'a.png' }] }];
  expect(chat.state().waiting).toMatchObject(isPutAside ? aside : []);
});

test('a reload that has lost the bytes says so of the file, and sends the words', async () => {
  const first = open();
  first.send('Hello');
  await pass();
  server.isDown = true;
  first.send('Look', { files: [file('a.png')] });
  await pass();
  first.stop();
  server.isDown = false;
  shelf = createFileShelf();
  const second = open();
  await pass(1000);
  expect(stored()).toEqual([
    ['Hello', []],
    ['Look', []],
  ]);
  expect(second.state().waiting).toMatchObject([{ refused: 'fileLost', files: [{ name: 'a.png' }] }]);
});

test('an upload is broken off with its message, and what waits behind goes on at once', async () => {
  const chat = open();
  chat.send('Hello');
  await pass();
  const upload = vi.spyOn(server.api, 'upload').mockImplementation(
    (_, __, ___, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('broken off')));
      }),
  );
  chat.send('Look', { files: [file('a.png')] });
  chat.send('Never mind');
  await pass();
  expect(upload).toHaveBeenCalledOnce();
  chat.discard(chat.state().waiting[0]?.id as string);
  await pass();
  expect(stored()).toEqual([
    ['Hello', []],
    ['Never mind', []],
  ]);
});

test('a person is called for with a message, also as the first of a conversation', async () => {
  const chat = open();
  chat.send('A person, please', { person: true });
  await pass();
  expect(server.threads[0]?.view.handoff).not.toBeNull();
  expect(chat.state().conversation?.handoff).not.toBeNull();
  expect(stored()).toEqual([['A person, please', []]]);
});

test('a call for a person that does not get through is repeated', async () => {
  const chat = open();
  chat.send('Hello');
  await pass();
  server.isDown = true;
  chat.send('A person, please', { person: true });
  await pass(1000);
  server.isDown = false;
  chat.wakeUp();
  await pass(1000);
  expect(server.threads[0]?.view.handoff).not.toBeNull();
  expect(stored()).toHaveLength(2);
});

test('a rating is remembered for its conversation alone, and can be replaced', async () => {
  const first = open();
  first.send('Hello');
  await pass();
  await first.rate({ score: 2, comment: 'Slow' });
  await first.rate({ score: 5, comment: '' });
  expect(first.state().rating).toMatchObject({ score: 5, comment: '' });
  first.stop();
  const second = open();
  await pass();
  expect(second.state().rating).toMatchObject({ score: 5 });
  second.startAnew();
  expect(second.state().rating).toBeNull();
});
