import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDeflateRaw } from 'node:zlib';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type BuiltServer, startBuiltServer } from '../testing/built-server.ts';
import { createTestDatabase, type TestDatabase } from '../testing/postgres.ts';

let database: TestDatabase;
let look: pg.Client;
let dataDir: string;
let server: BuiltServer;
let key: string;
let site: Server;
let siteUrl: string;
/** Requests for the page that are not answered yet; null: they are answered at once. */
let waiting: ServerResponse[] | null;

beforeAll(async () => {
  site = createServer((request, response) => {
    if (request.url !== '/help') response.writeHead(404).end();
    else if (waiting) waiting.push(response);
    else response.setHeader('Content-Type', 'text/html').end('<title>Help</title><p>The zebra crossing is closed.</p>');
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => site.once('listening', resolve));
  siteUrl = `http://127.0.0.1:${(site.address() as AddressInfo).port}/help`;
});
afterAll(() => {
  site.closeAllConnections();
  site.close();
});

beforeEach(async () => {
  waiting = null;
  database = await createTestDatabase();
  look = new pg.Client(database.url);
  await look.connect();
  dataDir = mkdtempSync(join(tmpdir(), 'confab-ingestion-'));
});
afterEach(async () => {
  await server.stop('SIGKILL');
  await look.end();
  await database.drop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(environment: Record<string, string> = {}): Promise<void> {
  const common = { DATABASE_URL: database.url, DEMO: 'off', FETCH_ALLOW_PRIVATE: '127.0.0.1' };
  server = await startBuiltServer({ environment: { ...common, ...environment }, dataDir });
}

async function found(): Promise<void> {
  const register = { email: 'ann@example.com', name: 'Ann', password: 'a long enough password', clientName: 'Shop' };
  const json = { 'Content-Type': 'application/json' };
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    fetch(server.origin + path, { method: 'POST', headers: { ...json, ...headers }, body: JSON.stringify(body) });
  const registered = await post('/api/auth/register', register);
  const cookie = (registered.headers.get('set-cookie') ?? '').split(';', 1)[0] ?? '';
  const { memberships } = (await registered.json()) as { memberships: { clientId: string }[] };
  const made = await post(`/api/clients/${memberships[0]?.clientId}/api-keys`, { name: 'Test' }, { cookie });
  ({ key } = (await made.json()) as { key: string });
}

async function call(method: string, path: string, body?: string | Buffer, type = 'application/json') {
  const headers = { 'x-org-key': key, ...(body === undefined ? {} : { 'Content-Type': type }) };
  const response = await fetch(server.origin + path, { method, headers, ...(body === undefined ? {} : { body }) });
  // biome-ignore lint/suspicious/noExplicitAny: answers are compared as they come
  const answer: any = await response.json();
  expect(response.ok, JSON.stringify(answer)).toBe(true);
  return answer;
}

const create = (document: unknown) => call('POST', '/api/v1/documents', JSON.stringify(document));
const upload = async (name: string, bytes: string | Buffer): Promise<string> =>
  (await call('POST', `/api/v1/files?name=${name}`, bytes, 'application/octet-stream')).id;
const reindex = (id: string) => call('POST', `/api/v1/documents/${id}/reindex`);
const find = (id: string) => call('GET', `/api/v1/documents/${id}`);
const ask = async (text: string): Promise<string[]> => {
  const { hits } = await call('POST', '/api/v1/knowledge/search', JSON.stringify({ text }));
  return hits.map(({ chunk }: { chunk: { text: string } }) => chunk.text);
};

async function row(id: string): Promise<{ status: string; version: number }> {
  const { rows } = await look.query('select status, version from documents where id = $1', [id]);
  return rows[0];
}

/** Kills the server as soon as the document is at this step. */
async function killAt(id: string, step: string): Promise<void> {
  for (;;) {
    const { status } = await row(id);
    if (status === step) break;
    expect(['ready', 'failed'], `${step} was over before it was seen`).not.toContain(status);
  }
  await server.stop('SIGKILL');
}

/** Resolves when the document is read, or cannot be. */
async function ended(id: string) {
  await expect
    .poll(() => row(id), { timeout: 90_000, interval: 200 })
    .toMatchObject({
      status: expect.stringMatching(/^(ready|failed)$/),
    });
  return find(id);
}

/** Some hundred kilobytes in which one word is nowhere else. */
function guide(word: string): string {
  const sentence =
    'Parcels that are handed in before noon leave the warehouse on the same day, all others on the next. ';
  const sections = Array.from({ length: 1_500 }, (_, n) => `## Section ${n + 1}\n\n${sentence.repeat(8)}\n`);
  return `# Guide\n\nThe ${word} is in the first passage.\n\n${sections.join('\n')}`;
}

describe('a server that is killed in the middle of reading', () => {
  it('leaves documents that the next one reads to their end, at whatever step it was, and no half of one answers', {
    timeout: 240_000,
  }, async () => {
    await start();
    await found();
    const steps = { extracting: 'aardvark', chunking: 'buzzard', indexing: 'capybara' };
    const ids: Record<string, string> = {};

    waiting = [];
    const page = (await create({ kind: 'page', url: siteUrl })).id;
    await expect.poll(() => waiting?.length).toBe(1);
    await killAt(page, 'fetching');
    waiting = null;

    for (const [step, word] of Object.entries(steps)) {
      await start();
      const id = await upload(`${word}.md`, guide(word));
      ids[word] = id;
      await killAt(id, step);
      expect(await row(id)).toMatchObject({ version: 0 });
    }

    await start();
    expect(await ask('Where is the capybara?')).not.toContainEqual(expect.stringContaining('capybara'));
    expect(await ended(page)).toMatchObject({ status: 'ready', name: 'Help' });
    const counts = new Set<number>();
    for (const [word, id] of Object.entries(ids)) {
      const { status, statusReason, chunkCount } = await ended(id);
      expect({ word, status, statusReason }).toEqual({ word, status: 'ready', statusReason: null });
      counts.add(chunkCount);
      expect((await ask(`Where is the ${word}?`))[0]).toContain(word);
    }
    expect([...counts]).toEqual([expect.any(Number)]);
    expect((await ask('Is the zebra crossing closed?'))[0]).toContain('zebra');
    const left = await look.query(
      'select count(*)::int as chunks, (select sum(chunk_count)::int from documents) as counted from chunks',
    );
    expect(left.rows[0].chunks).toBe(left.rows[0].counted);

    // Reading it again must not take from answers what they have.
    const again = ids.aardvark as string;
    const before = await find(again);
    await reindex(again);
    await killAt(again, 'chunking');
    await start();
    expect((await ask('Where is the aardvark?'))[0]).toContain('aardvark');
    expect(await row(again)).toMatchObject({ version: before.version });
    const after = await ended(again);
    expect(after).toMatchObject({ status: 'ready', chunkCount: before.chunkCount });
    expect(after.version).not.toBe(before.version);
    expect((await ask('Where is the aardvark?'))[0]).toContain('aardvark');
  });

  it('that is told to stop hands the document over within seconds', async () => {
    await start();
    await found();
    waiting = [];
    const page = (await create({ kind: 'page', url: siteUrl })).id;
    await expect.poll(() => waiting?.length).toBe(1);
    expect(await server.stop('SIGTERM')).toBe(0);
    waiting = null;
    const startedAt = performance.now();
    await start();
    expect(await ended(page)).toMatchObject({ status: 'ready' });
    expect(performance.now() - startedAt).toBeLessThan(15_000);
  });
});

describe('a server that works on no jobs', () => {
  it('leaves documents to one that does, which begins anew as soon as it is told so there', async () => {
    await start({ JOBS: 'off' });
    await found();
    waiting = [];
    const page = (await create({ kind: 'page', url: siteUrl })).id;
    const text = (await create({ kind: 'text', name: 'Notes', text: 'The zebra crossing is open.' })).id;
    expect(await row(text)).toMatchObject({ status: 'queued' });
    const environment = { DATABASE_URL: database.url, DEMO: 'off', FETCH_ALLOW_PRIVATE: '127.0.0.1' };
    const worker = await startBuiltServer({ environment });
    try {
      expect(await ended(text)).toMatchObject({ status: 'ready' });
      await expect.poll(() => waiting?.length).toBe(1);
      const request = waiting[0] as ServerResponse;
      const gone = new Promise((resolve) => request.once('close', resolve));
      expect(await reindex(page)).toMatchObject({ status: 'queued' });
      await gone;
      await expect.poll(() => waiting?.length).toBe(2);
    } finally {
      await worker.stop();
    }
    expect(await row(page)).toMatchObject({ version: 0 });
  });
});

/** A Word document whose text unfolds to `megabytes`. */
async function bomb(megabytes: number): Promise<Buffer> {
  const deflate = createDeflateRaw({ level: 9 });
  const packed: Buffer[] = [];
  deflate.on('data', (part: Buffer) => packed.push(part));
  const block = Buffer.alloc(1_000_000, ' ');
  for (let n = 0; n < megabytes; n++) {
    if (!deflate.write(block)) await new Promise((resolve) => deflate.once('drain', resolve));
  }
  deflate.end();
  await new Promise((resolve) => deflate.once('end', resolve));
  const files: [string, Buffer, number][] = [
    ['[Content_Types].xml', Buffer.from([0x03, 0]), 0],
    ['word/document.xml', Buffer.concat(packed), megabytes * 1_000_000],
  ];
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, data, size] of files) {
    const head = Buffer.alloc(30);
    head.writeUInt32LE(0x04034b50, 0);
    head.writeUInt16LE(20, 4);
    head.writeUInt16LE(8, 8);
    head.writeUInt32LE(data.length, 18);
    head.writeUInt32LE(size, 22);
    head.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(20, 4);
    head.copy(entry, 6, 4, 30);
    entry.writeUInt32LE(offset, 42);
    directory.push(entry, Buffer.from(name));
    bodies.push(head, Buffer.from(name), data);
    offset += head.length + name.length + data.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...bodies, listed, end]);
}

describe('a document that would cost too much', () => {
  /** Reads it while the server is asked whether it lives, and answers why it failed. */
  async function failureOf(id: string): Promise<string> {
    let slowestMs = 0;
    for (;;) {
      const askedAt = performance.now();
      await fetch(`${server.origin}/healthz`);
      slowestMs = Math.max(slowestMs, performance.now() - askedAt);
      const { status } = await row(id);
      expect(status).not.toBe('ready');
      if (status === 'failed') break;
    }
    expect(slowestMs).toBeLessThan(1_000);
    expect(server.output()).not.toMatch(/"level":"error"/);
    return (await find(id)).statusReason;
  }

  it('because it unfolds without end is stopped with a reason, and the server goes on answering meanwhile', async () => {
    await start();
    await found();
    expect(await failureOf(await upload('bomb.docx', await bomb(600)))).toMatch(/unfolds/);
  });

  it('because its reader does not come to an end is stopped with a reason, and the server goes on answering', async () => {
    await start({ DOCUMENT_MAX_SECONDS: '1' });
    await found();
    const line = `${'word '.repeat(20)},${'word '.repeat(20)}\n`;
    const slow = await upload('slow.csv', Buffer.from(`a,b\n${line.repeat(70_000)}`));
    expect(await failureOf(slow)).toMatch(/longer than/);
  });

  it('is not even received when it says it has two gigabytes, nor when it turns out to have them', async () => {
    await start({ DOCUMENT_MAX_MB: '1' });
    await found();
    const send = (head: string, flood: boolean) =>
      new Promise<string>((resolve, reject) => {
        const socket = connect(server.port, '127.0.0.1');
        let answer = '';
        socket.write(`POST /api/v1/files?name=big.pdf HTTP/1.1\r\nHost: x\r\nx-org-key: ${key}\r\n${head}\r\n\r\n`);
        const chunk = Buffer.from(`10000\r\n${'x'.repeat(65_536)}\r\n`);
        const more = () => {
          while (flood && answer === '' && socket.writable && socket.write(chunk));
        };
        socket.on('drain', more);
        more();
        socket.on('data', (part: Buffer) => {
          answer += part.toString();
          if (answer.includes('}')) socket.destroy();
        });
        socket.on('error', () => {});
        socket.on('close', () => (answer === '' ? reject(new Error('No answer.')) : resolve(answer)));
      });
    expect(await send(`Content-Length: ${2 ** 31}`, false)).toMatch(/^HTTP\/1.1 413 /);
    expect(await send('Transfer-Encoding: chunked', true)).toMatch(/^HTTP\/1.1 413 /);
    expect((await call('GET', '/api/v1/documents')).items).toEqual([]);
    const kept = readdirSync(join(dataDir, 'files'), { recursive: true, withFileTypes: true });
    expect(kept.filter((entry) => entry.isFile())).toEqual([]);
  });
});
