import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { strangeId } from '../../storage/conformance/worlds.ts';
import { StorageUnavailableError } from '../../storage/errors.ts';
import { createKnowledgeWorld, extractedOf, type KnowledgeWorld } from '../../testing/knowledge-world.ts';
import { removeClient } from '../clients/remove-client.ts';

let world: KnowledgeWorld;
beforeEach(async () => {
  world = await createKnowledgeWorld();
});
afterEach(() => world.stop());

const text = { kind: 'text', name: 'Notes', text: 'Parcels leave on Mondays.' };
const pairs = [{ question: 'Who are you?', answer: 'A shop.' }];

async function* parts(...texts: string[]) {
  for (const one of texts) yield Buffer.from(one);
}
async function* broken() {
  yield Buffer.from('begin');
  throw new Error('The file broke off.');
}

const upload = (bytes: AsyncIterable<Buffer>, name = 'guide.txt', headers = {}) =>
  world.call('uploadDocument', { query: `name=${encodeURIComponent(name)}`, upload: bytes, headers });

/** A document of one page for each text, read. */
async function addPages(...texts: string[]): Promise<string> {
  const { body } = await upload(parts(texts.join('\f')));
  await world.work();
  return body.id;
}

async function chunksOf(documentId: string) {
  return (await world.call('listDocumentChunks', { params: { documentId } })).body.items;
}

describe('a new document', () => {
  test('is queued and told of, with an audit row that does not repeat it', async () => {
    const { status, body } = await world.call('createDocument', { body: text });
    expect(status).toBe(201);
    expect(body).toMatchObject({ kind: 'text', name: 'Notes', status: 'queued', version: 0, chunkCount: 0 });
    expect(body).not.toHaveProperty('text');
    expect(world.events.map(({ name }) => name)).toEqual(['document.changed', 'job.changed']);
    const { items } = await world.acme.storage.audit.list({ limit: 1 });
    expect(items[0]).toMatchObject({ action: 'document.created', actorId: world.acme.owner.id, targetId: body.id });
    expect(JSON.stringify(items)).not.toContain('Mondays');
    expect(await world.acme.storage.jobs.find('ingest', body.id)).toBeDefined();
  });

  test('shows what its owner wrote to who looks at it, and not in the list', async () => {
    await world.call('createDocument', { body: text });
    const { body } = await world.call('createDocument', { body: { kind: 'qa', name: 'FAQ', pairs } });
    expect(await world.find(body.id)).toMatchObject({ text: null, pairs });
    const list = await world.call('listDocuments');
    expect(list.body.items.map(({ name }: { name: string }) => name)).toEqual(['FAQ', 'Notes']);
    expect(JSON.stringify(list.body)).not.toContain('Mondays');
  });

  test.each([
    ['of no kind', { name: 'x' }, ['#/kind']],
    ['of the kind file, which is uploaded', { kind: 'file', name: 'x' }, ['#/kind']],
    ['at no address', { kind: 'page', url: 'help' }, ['#/url']],
    ['at an address of another kind', { kind: 'page', url: 'file:///etc/passwd' }, ['#/url']],
    ['at an address with a password', { kind: 'site', url: 'https://a:b@shop.example/' }, ['#/url']],
    [
      'with a crawl beyond all limits',
      { kind: 'site', url: 'https://a.example', crawl: {} },
      ['#/crawl/pagesMax', '#/crawl/depthMax'],
    ],
    ['without text', { kind: 'text', name: 'x', text: ' \n' }, ['#/text']],
    ['without pairs', { kind: 'qa', name: 'x', pairs: [] }, ['#/pairs']],
    [
      'with half a pair',
      { kind: 'qa', name: '', pairs: [{ question: '', answer: '' }] },
      ['#/name', '#/pairs/0/question', '#/pairs/0/answer'],
    ],
  ])('%s is refused with all its faults', async (_, body, pointers) => {
    const answer = await world.call('createDocument', { body });
    expect(answer.status).toBe(400);
    expect(answer.body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual(pointers);
  });
});

describe('an uploaded file', () => {
  test('is kept with its name and size, and given back as it was, only ever to be saved', async () => {
    const { status, body } = await upload(parts('<script>', 'alert(1)</script>'), '../docs\\Größe\u202e 😀.html');
    expect(status).toBe(201);
    expect(body).toMatchObject({ kind: 'file', name: 'Größe 😀.html', sizeBytes: 25, status: 'queued' });
    await world.work();
    const file = await world.call('downloadDocument', { params: { documentId: body.id } });
    expect(file.bytes?.toString()).toBe('<script>alert(1)</script>');
    expect(file.headers).toMatchObject({
      'Content-Type': 'text/html',
      'Content-Length': '25',
      'Content-Disposition': expect.stringMatching(/^attachment; /),
      'Content-Security-Policy': "sandbox; default-src 'none'",
    });
  });

  test.each([
    ['empty', parts(), {}, 415],
    ['that is empty in parts', parts('', ''), {}, 415],
    ['larger than allowed', parts('12345', '67890', '1'), {}, 413],
    ['that says it is larger than allowed', parts('1'), { 'content-length': '11' }, 413],
    ['that breaks off', broken(), {}, 500],
  ])('%s is refused, and nothing of it stays', async (_, bytes, headers, status) => {
    world.reading.fileBytesMax = 10;
    expect((await upload(bytes, 'guide.txt', headers)).status).toBe(status);
    expect(world.deps.files.keys()).toEqual([]);
    expect((await world.call('listDocuments')).body.items).toEqual([]);
  });

  test('of the largest size that is allowed is taken', async () => {
    world.reading.fileBytesMax = 10;
    expect((await upload(parts('12345', '67890'), 'a.txt', { 'content-length': '10' })).status).toBe(201);
  });

  test('leaves no bytes behind when its row cannot be made', async () => {
    world.storage.transaction = () => Promise.reject(new StorageUnavailableError(new Error('away')));
    expect((await upload(parts('tea'))).status).toBe(503);
    expect(world.deps.files.keys()).toEqual([]);
  });
});

describe('a change', () => {
  test('of what was written has the document read again, and of a file’s name alone does not', async () => {
    const id = await world.add(text);
    const params = { documentId: id };
    const changed = await world.call('updateDocument', { params, body: { text: 'Parcels leave on Fridays.' } });
    expect(changed.body).toMatchObject({ status: 'queued', text: 'Parcels leave on Fridays.', name: 'Notes' });
    await world.work();
    expect(await world.ask('when do parcels leave')).toEqual(['Parcels leave on Fridays.']);
    const file = await addPages('One.');
    world.events.length = 0;
    const renamed = await world.call('updateDocument', { params: { documentId: file }, body: { name: 'New' } });
    expect(renamed.body).toMatchObject({ name: 'New', status: 'ready' });
    expect(world.events.map(({ name }) => name)).toEqual(['document.changed']);
  });

  test('of what its kind does not have is refused with all faults', async () => {
    const id = await world.add(text);
    const body = { pairs, url: 'https://shop.example/', crawl: { pagesMax: 1, depthMax: 1 }, text: 'New' };
    const answer = await world.call('updateDocument', { params: { documentId: id }, body });
    expect(answer.status).toBe(400);
    const pointers = answer.body.errors.map(({ pointer }: { pointer: string }) => pointer);
    expect(pointers.sort()).toEqual(['#/crawl', '#/pairs', '#/url']);
    expect((await world.find(id)).text).toBe(text.text);
  });

  test('of nothing leaves everything as it is', async () => {
    const id = await world.add(text);
    const before = await world.find(id);
    expect((await world.call('updateDocument', { params: { documentId: id }, body: {} })).body).toEqual(before);
  });
});

describe('a removed document', () => {
  test('answers no more from that moment, and its bytes are gone', async () => {
    const id = await addPages('Doors open at nine.');
    expect(await world.ask('when do doors open')).toHaveLength(1);
    expect((await world.call('deleteDocument', { params: { documentId: id } })).status).toBe(204);
    expect(await world.ask('when do doors open')).toEqual([]);
    expect(world.deps.files.keys()).toEqual([]);
    expect(world.events.at(-2)).toMatchObject({ name: 'document.removed', event: { documentId: id } });
    expect((await world.call('deleteDocument', { params: { documentId: id } })).status).toBe(404);
  });
});

test('removing the client removes the files of all its documents, however many', async () => {
  const { acme, deps } = world;
  for (let n = 0; n < 101; n++) {
    const { key, sizeBytes } = await deps.files.put(parts(`File ${n}`));
    await acme.storage.documents.create({ kind: 'file', name: `File ${n}`, sizeBytes, storageKey: key });
  }
  const { storage, owner } = acme;
  const caller = { kind: 'member', user: owner, role: 'owner', clientId: storage.clientId, storage } as const;
  const { name } = await storage.client.get();
  await removeClient(deps, { caller, confirmName: name, requestId: 'r1' });
  await expect.poll(() => deps.files.keys()).toEqual([]);
});

describe('cancelling', () => {
  test('takes a waiting document out of the queue, and leaves one that is not read as it is', async () => {
    const { body } = await world.call('createDocument', { body: text });
    const params = { documentId: body.id };
    expect((await world.call('cancelDocument', { params })).body).toMatchObject({ status: 'failed' });
    await world.work();
    expect(await world.find(body.id)).toMatchObject({ status: 'failed', version: 0 });
    await world.call('reindexDocument', { params });
    await world.work();
    const before = await world.find(body.id);
    expect(before).toMatchObject({ status: 'ready', statusReason: null });
    expect((await world.call('cancelDocument', { params })).body.status).toBe('ready');
    expect(await world.find(body.id)).toEqual(before);
  });
});

describe('a passage', () => {
  test('is listed in reading order, page by page, and shown where it stands in its part', async () => {
    const id = await addPages('First page.', 'Second page.', 'Third page.');
    const params = { documentId: id };
    const first = await world.call('listDocumentChunks', { params, query: 'limit=2' });
    const second = await world.call('listDocumentChunks', { params, query: `limit=2&cursor=${first.body.nextCursor}` });
    const chunks = [...first.body.items, ...second.body.items];
    expect(chunks.map(({ text: one, page }) => [one, page])).toEqual([
      ['First page.', 1],
      ['Second page.', 2],
      ['Third page.', 3],
    ]);
    expect(second.body.nextCursor).toBeNull();
    const list = await world.call('listDocumentParts', { params });
    expect(list.body.items).toHaveLength(3);
    expect(list.body.items[0]).not.toHaveProperty('text');
    const part = (await world.call('getDocumentPart', { params, query: 'number=2' })).body;
    expect(part).toMatchObject({ documentId: id, documentName: 'guide.txt', number: 2, page: 2, text: 'Second page.' });
    expect(part.chunks).toEqual([{ id: chunks[1].id, number: 2, start: 0, end: 12, edited: false, hidden: false }]);
    expect((await world.call('getChunk', { params: { chunkId: chunks[1].id } })).body).toEqual(chunks[1]);
    expect((await world.call('getDocumentPart', { params, query: 'number=4' })).status).toBe(404);
    expect((await world.call('listDocumentChunks', { params, query: 'cursor=bi4w' })).status).toBe(400);
  });

  test('that an agent puts right answers so at once, and still does when the document is read again', async () => {
    const id = await addPages('Doors open at nine.', 'We close at noon.');
    const [chunk] = await chunksOf(id);
    const params = { chunkId: chunk.id };
    const as = { user: world.acme.agent };
    const put = await world.call('updateChunk', { as, params, body: { text: 'Doors open at ten.' } });
    expect(put.body).toMatchObject({ text: 'Doors open at ten.', edited: true });
    expect((await world.ask('when do doors open'))[0]).toBe('Doors open at ten.');
    await world.call('reindexDocument', { params: { documentId: id } });
    await world.work();
    expect((await world.ask('when do doors open'))[0]).toBe('Doors open at ten.');
    const [again] = await chunksOf(id);
    await world.call('updateChunk', { params: { chunkId: again.id }, body: { text: null } });
    expect((await world.ask('when do doors open'))[0]).toBe('Doors open at nine.');
  });

  test('that is hidden is kept out of answers until it is shown again', async () => {
    const [chunk] = await chunksOf(await addPages('Doors open at nine.'));
    const params = { chunkId: chunk.id };
    await world.call('updateChunk', { params, body: { hidden: true } });
    expect(await world.ask('when do doors open')).toEqual([]);
    await world.call('updateChunk', { params, body: { hidden: false } });
    expect(await world.ask('when do doors open')).toHaveLength(1);
  });

  test('is found in the documents that were asked for', async () => {
    const one = await addPages('Doors open at nine.');
    await addPages('Doors open at ten.');
    const { body } = await world.call('searchKnowledge', { body: { text: 'when do doors open', documentIds: [one] } });
    expect(body.hits).toMatchObject([
      { chunk: { documentId: one, text: 'Doors open at nine.' }, documentName: 'guide.txt', score: expect.any(Number) },
    ]);
    expect(body.hits[0].matches.length).toBeGreaterThan(0);
    expect(body.confidence).toBeGreaterThan(0);
  });
});

test('a program with a key adds, reads, searches and removes documents, under its own name', async () => {
  const asProgram = { as: { apiKey: world.acme.apiKey.secret } };
  const made = await world.call('integrationCreateDocument', { ...asProgram, body: text });
  expect(made.status).toBe(201);
  const sent = { ...asProgram, query: 'name=a.txt', upload: parts('Doors open at nine.') };
  const file = await world.call('integrationUploadDocument', sent);
  await world.work();
  const params = { documentId: made.body.id };
  const found = await world.call('integrationGetDocument', { ...asProgram, params });
  expect(found.body).toMatchObject({ status: 'ready', name: 'Notes' });
  const search = { ...asProgram, body: { text: 'when do doors open' } };
  const { body } = await world.call('integrationSearchKnowledge', search);
  expect(body.hits[0].chunk).toMatchObject({ documentId: file.body.id, text: 'Doors open at nine.' });
  const again = await world.call('integrationReindexDocument', { ...asProgram, params });
  expect(again.body.status).toBe('queued');
  expect((await world.call('integrationDeleteDocument', { ...asProgram, params })).status).toBe(204);
  const { body: left } = await world.call('integrationListDocuments', asProgram);
  expect(left.items).toHaveLength(1);
  const { items } = await world.acme.storage.audit.list({ limit: 1 });
  expect(items[0]).toMatchObject({ action: 'document.deleted', actorKind: 'apiKey', actorId: null });
});

test('agents read and correct, and change no documents', async () => {
  const as = { user: world.acme.agent };
  expect((await world.call('createDocument', { as, body: text })).status).toBe(403);
  const id = await world.add(text);
  const params = { documentId: id };
  for (const name of ['deleteDocument', 'reindexDocument', 'cancelDocument']) {
    expect([name, (await world.call(name, { as, params })).status]).toEqual([name, 403]);
  }
  for (const name of ['getDocument', 'listDocumentChunks', 'getDocumentPart']) {
    expect([name, (await world.call(name, { as, params })).status]).toEqual([name, 200]);
  }
});

test('another client finds nothing of it, and no question of theirs does', async () => {
  const other = await world.addTenant('Other');
  const id = await addPages('Doors open at nine.');
  const [chunk] = await chunksOf(id);
  const get = (name: string, params: Record<string, string>) => world.call(name, { params }, other);
  expect((await get('getDocument', { documentId: id })).status).toBe(404);
  expect((await get('getDocumentPart', { documentId: id })).status).toBe(404);
  expect((await get('downloadDocument', { documentId: id })).status).toBe(404);
  expect((await get('getChunk', { chunkId: chunk.id })).status).toBe(404);
  expect(await world.ask('when do doors open', other)).toEqual([]);
  const { body } = await world.call('searchKnowledge', { body: { text: 'doors', documentIds: [id] } }, other);
  expect(body.hits).toEqual([]);
});

test('a file whose bytes are lost is not found, and the log names the request that found it so', async () => {
  const upload = [Buffer.from('Doors open at nine.')];
  const { body } = await world.call('uploadDocument', { query: 'name=doors.txt', upload });
  for (const key of world.deps.files.keys()) await world.deps.files.remove(key);
  expect((await world.call('downloadDocument', { params: { documentId: body.id } })).status).toBe(404);
  const requestId = expect.stringMatching(/^request-\d+$/);
  expect(world.logged).toMatchObject([{ event: 'document.file-lost', documentId: body.id, requestId }]);
});

test('what does not exist is not found', async () => {
  const params = { documentId: strangeId(), chunkId: strangeId() };
  const bodies: Record<string, unknown> = { updateDocument: { name: 'x' }, updateChunk: { hidden: true } };
  for (const name of [
    ...['getDocument', 'updateDocument', 'deleteDocument', 'reindexDocument', 'cancelDocument', 'downloadDocument'],
    ...['listDocumentChunks', 'listDocumentParts', 'getDocumentPart', 'getChunk', 'updateChunk'],
  ]) {
    expect([name, (await world.call(name, { params, body: bodies[name] })).status]).toEqual([name, 404]);
  }
  const page = 'https://shop.example/help';
  world.sites.set(page, extractedOf('Help.'));
  const id = await world.add({ kind: 'page', url: page });
  expect((await world.call('downloadDocument', { params: { documentId: id } })).status).toBe(404);
});
