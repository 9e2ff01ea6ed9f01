import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestEnvironment, type TestEnvironment } from '../conformance/harness.ts';
import { plantKnowledge } from '../conformance/isolation-knowledge.ts';
import { plantPrivacy } from '../conformance/isolation-privacy.ts';
import { plantWebhooks } from '../conformance/isolation-webhooks.ts';
import {
  addClient,
  addConversation,
  addMember,
  addVisitor,
  apiKeyInput,
  attachmentInput,
  auditInput,
  cannedReplyInput,
  errorOf,
  invitationInput,
  messageInput,
  noteInput,
  strangeId,
} from '../conformance/worlds.ts';
import { MemStorage } from './mem-storage.ts';
import { loadState, StateFileError, saveState } from './state-file.ts';

let folder: string;
let file: string;
let env: TestEnvironment;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'confab-state-'));
  file = join(folder, 'state.jsonl');
  env = createTestEnvironment();
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** Every row, by table. */
function rowsOf(storage: MemStorage): Record<string, object[]> {
  return Object.fromEntries(storage.snapshot().map(({ table, rows }) => [table.name, rows]));
}

/** A storage with a row in every table. */
async function fullStorage() {
  const storage = new MemStorage(env);
  const { client } = await addClient(storage, 'Größe 😀');
  const owner = await addMember(storage, client, 'owner');
  await storage.accounts.updateUser(owner.id, { info: { deep: [{ a: null }], when: '2026-01-01T00:00:00.000Z' } });
  const expiresAt = env.now();
  await storage.credentials.setToken({ userId: owner.id, purpose: 'passwordReset', tokenHash: 'h', expiresAt });
  await storage.credentials.setSecondFactor(owner.id, 'sealed');
  await storage.credentials.confirmSecondFactor(owner.id, 'sealed', ['a', 'b']);
  await storage.tallies.add([{ id: 't', amount: 2, expiresAt, blockedUntil: expiresAt }]);
  await storage.removedFiles.add(['gone'], expiresAt);
  await client.invitations.create(invitationInput(owner.id));
  await client.apiKeys.create(apiKeyInput({ createdBy: owner.id }));
  const visitor = await addVisitor(client);
  const conversation = await addConversation(client, { visitorId: visitor.id, widgetId: visitor.widgetId });
  await client.conversations.update(conversation.id, { assigneeId: owner.id, tags: ['a', ''] });
  for (const content of ['line\nfeed\r\n\u2028\u2029\u0085', 'שלום 👩🏽‍🚀', '', 'x'.repeat(300_000)]) {
    await client.messages.append(messageInput(conversation.id, { content, metadata: { content } }));
  }
  const { message } = await client.messages.append(messageInput(conversation.id));
  const knowledge = await plantKnowledge({ client, widget: { id: visitor.widgetId }, conversation, message });
  await plantPrivacy({ client, conversation, message, ...knowledge });
  await plantWebhooks({ client, conversation });
  const finding = { origin: 'https://shop.example', kind: 'csp-frame', detail: 'frame-src' } as const;
  await client.findings.note(visitor.widgetId, finding);
  await client.attachments.create(attachmentInput(conversation.id));
  await client.installs.note(visitor.widgetId, 'https://shop.example');
  await client.identities.set(visitor.widgetId, 'ws_1');
  await client.identities.noteFailure(visitor.widgetId, 'It has expired.');
  await client.notes.create(noteInput(conversation.id));
  await client.cannedReplies.create(cannedReplyInput());
  await client.handoffs.request({ conversationId: conversation.id, requestedBy: 'visitor', reason: null });
  await client.handoffs.resolve(conversation.id, 'closed');
  await client.handoffs.request({ conversationId: conversation.id, requestedBy: 'assistant', reason: 'Größe' });
  await client.search.add({ conversationId: conversation.id, terms: ['größe', '日本'], upToSequence: 4 });
  await client.ratings.rate({ conversationId: conversation.id, score: 4, comment: null });
  await client.audit.append(auditInput({ actorKind: 'user', actorId: owner.id }));
  return { storage, client, conversation, owner };
}

describe('saveState and loadState', () => {
  it('bring back every row of every table, to the millisecond', async () => {
    const { storage } = await fullStorage();
    const before = rowsOf(storage);
    for (const [name, rows] of Object.entries(before)) expect([name, rows.length > 0]).toEqual([name, true]);
    await saveState(storage, file);
    const loaded = await loadState(file, env);
    expect(rowsOf(loaded!.storage)).toEqual(before);
    expect(loaded!.sessions).toEqual([]);
  });

  it('bring back a storage that goes on where the old one stopped', async () => {
    const { storage, client, conversation, owner } = await fullStorage();
    const input = messageInput(conversation.id, { clientMessageId: 'm' });
    const { message } = await client.messages.append(input);
    await storage.close();
    await saveState(storage, file);
    const { storage: again } = (await loadState(file, env))!;
    const scoped = again.forClient(client.clientId);
    expect(await scoped.messages.append(input)).toMatchObject({ repeated: true, message });
    const next = await scoped.messages.append(messageInput(conversation.id));
    expect(next.message.sequence).toBe(message.sequence + 1);
    expect(await errorOf(again.accounts.createUser(owner))).toMatchObject({ reason: 'email_taken' });
    expect((await scoped.conversations.list({}, { limit: 1 })).items[0]?.id).toBe(conversation.id);
  });

  it('carry the sign-in sessions', async () => {
    const sessions = [
      {
        sid: 'a',
        sess: { passport: { user: strangeId() }, cookie: { path: '/' } },
        expire: new Date(1_234_567_890_123),
      },
      { sid: 'b', sess: {}, expire: new Date(0) },
    ];
    await saveState(new MemStorage(env), file, { sessions });
    expect((await loadState(file, env))?.sessions).toEqual(sessions);
  });

  it('save the state of the moment of the call, though rows are written meanwhile', async () => {
    const { storage, client } = await fullStorage();
    const before = rowsOf(storage);
    const saving = saveState(storage, file);
    await client.client.remove();
    await saving;
    expect(rowsOf((await loadState(file, env))!.storage)).toEqual(before);
  });

  it('write a file that its owner alone can read, and leave no other file', async () => {
    await writeFile(file, 'old');
    await chmod(file, 0o644);
    await saveState(new MemStorage(env), file);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['state.jsonl']);
  });

  it('make the folder when it is not there', async () => {
    const deep = join(folder, 'a', 'b', 'state.jsonl');
    await saveState(new MemStorage(env), deep);
    expect(await loadState(deep, env)).toBeDefined();
  });

  it('keep the earlier file when the new one cannot be written', async () => {
    const { storage } = await fullStorage();
    await saveState(storage, file);
    const before = await readFile(file, 'utf8');
    await mkdir(`${file}.${process.pid}.tmp`);
    await errorOf(saveState(new MemStorage(env), file));
    expect(await readFile(file, 'utf8')).toBe(before);
  });

  it('write one line of JSON for each row', async () => {
    const { storage } = await fullStorage();
    await saveState(storage, file);
    const lines = (await readFile(file, 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const rows = Object.values(rowsOf(storage)).flat().length;
    expect(lines).toHaveLength(rows + 2);
    expect(lines[0]).toEqual({ confab: 'state', version: 1 });
    expect(lines.at(-1)).toEqual({ end: true, rows });
  });
});

describe('loadState', () => {
  it('reads a file older than an optional column, which is then empty', async () => {
    const { storage, conversation } = await fullStorage();
    await saveState(storage, file);
    const lines = (await readFile(file, 'utf8')).split('\n').map((line) => {
      const entry = line ? JSON.parse(line) : undefined;
      if (entry?.table === 'conversations') delete entry.row.snoozedUntil;
      return entry ? JSON.stringify(entry) : '';
    });
    await writeFile(file, lines.join('\n'));
    const loaded = await loadState(file, env);
    const client = loaded!.storage.forClient(conversation.clientId);
    expect(await client.conversations.find(conversation.id)).toMatchObject({ snoozedUntil: null });
  });

  it('answers undefined when there is no file', async () => {
    expect(await loadState(file, env)).toBeUndefined();
  });

  /** Loads the saved file after a change and answers the error; the file must still be there, unchanged. */
  async function errorAfter(change: (lines: string[]) => string | Buffer): Promise<StateFileError> {
    const { storage } = await fullStorage();
    await saveState(storage, file, { sessions: [{ sid: 's', sess: {}, expire: new Date(0) }] });
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
    const changed = Buffer.from(change(lines));
    await writeFile(file, changed);
    const error = await errorOf(loadState(file, env));
    expect(error).toBeInstanceOf(StateFileError);
    expect((error as Error).message).toContain(file);
    expect((error as Error).message).toMatch(/left as it is.*move it away/);
    expect((await readFile(file)).equals(changed)).toBe(true);
    return error as StateFileError;
  }

  const joined = (lines: string[]) => `${lines.join('\n')}\n`;
  const withLine = (at: number, edit: (entry: { row: Record<string, unknown> }) => void) => (lines: string[]) => {
    const entry = JSON.parse(lines[at]!);
    edit(entry);
    return joined(lines.with(at, JSON.stringify(entry)));
  };

  it.each<[string, number, RegExp, (lines: string[]) => string | Buffer]>([
    ['an empty file', 1, /cut off/, () => ''],
    ['a file of something else', 1, /not JSON/, () => 'hello\n'],
    ['a JSON file of something else', 1, /not a state file/, () => '{"a":1}\n'],
    ['a file of another format', 1, /format 2.*reads format 1/, () => '{"confab":"state","version":2}\n'],
    ['a line that is not JSON', 3, /not JSON/, (lines) => joined(lines.with(2, lines[2]!.slice(0, -5)))],
    ['an empty line', 2, /not JSON/, (lines) => joined(lines.toSpliced(1, 0, ''))],
    ['a line that is no row', 2, /no row/, (lines) => joined(lines.with(1, '7'))],
    ['a row of an unknown table', 2, /no table "nonsense"/, (lines) => joined(lines.with(1, '{"table":"nonsense"}'))],
    ['a row that is no object', 2, /no object/, (lines) => joined(lines.with(1, '{"table":"users","row":null}'))],
    ['a missing column', 2, /email/, withLine(1, ({ row }) => delete row.email)],
    ['a column of the wrong type', 2, /name/, withLine(1, (entry) => Object.assign(entry.row, { name: 7 }))],
    ['a date that is none', 2, /createdAt/, withLine(1, (entry) => Object.assign(entry.row, { createdAt: 'soon' }))],
    ['an unknown column', 2, /nickname/, withLine(1, (entry) => Object.assign(entry.row, { nickname: 'x' }))],
    ['the same row twice', 3, /same key/, (lines) => joined(lines.toSpliced(1, 0, lines[1]!))],
    ['a row without its parent', 2, /belongs to a user/, (lines) => joined(lines.toSpliced(1, 1))],
    ['a missing row', 0, /rows came before/, (lines) => joined(lines.toSpliced(-3, 1))],
    ['a missing end', 0, /cut off/, (lines) => joined(lines.slice(0, -1))],
    ['a missing last line feed', 0, /cut off/, (lines) => joined(lines).slice(0, -1)],
    ['half a file', 0, /cut off/, (lines) => joined(lines).slice(0, joined(lines).length / 2)],
    ['more after the end', 0, /more after the end/, (lines) => joined([...lines, lines[1]!])],
    ['a broken session', 0, /sid/, (lines) => joined(lines.with(-2, '{"session":{"sess":{},"expire":"x"}}'))],
    ['bytes that are not UTF-8', 2, /./, (lines) => Buffer.from(joined(lines).replace('Ada', '\xff\xfe'), 'latin1')],
  ])('refuses %s, names the line, and leaves the file as it is', async (_name, line, reason, change) => {
    const error = await errorAfter(change);
    expect(error.message).toMatch(reason);
    if (line > 0) expect(error.line).toBe(line);
    expect(error.message).toContain(`line ${error.line}`);
  });

  it('refuses what it cannot open', async () => {
    await mkdir(file);
    expect(await errorOf(loadState(file, env))).toBeInstanceOf(StateFileError);
  });
});
