import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ExtractionError } from '../../../extract/extracted.ts';
import { FileStoreError } from '../../../files/file-store-error.ts';
import { createKnowledgeWorld, extractedOf, type KnowledgeWorld } from '../../../testing/knowledge-world.ts';

let world: KnowledgeWorld;
beforeEach(async () => {
  world = await createKnowledgeWorld();
});
afterEach(() => world.stop());

const text = { kind: 'text', name: 'Notes', text: 'Parcels leave on Mondays.' };
const page = { kind: 'page', url: 'https://shop.example/help' };

/** The steps that agents were told of, without repeats. */
function steps(): string[] {
  const told = world.events.flatMap(({ name, event }) => (name === 'document.changed' ? [event.document.status] : []));
  return told.filter((status, index) => status !== told[index - 1]);
}

/** Resolves with the reader's signal once it has begun to read; it then reads until it is aborted, or `go` is called. */
function pauseReading() {
  let begun: (signal: AbortSignal) => void;
  const reading = new Promise<AbortSignal>((resolve) => {
    begun = resolve;
  });
  let go: () => void = () => {};
  const { extract } = world.readers;
  world.readers.extract = async (file, options) => {
    begun(options.signal);
    await new Promise<void>((resolve, reject) => {
      go = resolve;
      options.signal.addEventListener('abort', () => reject(options.signal.reason));
    });
    return extract(file, options);
  };
  return {
    reading,
    go: () => {
      world.readers.extract = extract;
      go();
    },
    leave: () => {
      world.readers.extract = extract;
    },
  };
}

async function upload(bytes: string, name = 'guide.txt'): Promise<string> {
  const { body } = await world.call('uploadDocument', { query: `name=${name}`, upload: [Buffer.from(bytes)] });
  return body.id;
}

describe('a document', () => {
  test('of each kind goes through its steps in order, and answers', async () => {
    await upload('Doors open at nine.\fWe close at noon.');
    await world.work();
    expect(steps()).toEqual(['queued', 'fetching', 'extracting', 'chunking', 'indexing', 'ready']);
    expect(await world.ask('when do doors open')).toEqual(['Doors open at nine.']);
    world.events.length = 0;
    await world.add(text);
    expect(steps()).toEqual(['queued', 'extracting', 'chunking', 'indexing', 'ready']);
    world.events.length = 0;
    await world.add({ kind: 'qa', name: 'FAQ', pairs: [{ question: 'Who?', answer: 'We.' }] });
    expect(steps()).toEqual(['queued', 'chunking', 'indexing', 'ready']);
    world.events.length = 0;
    world.sites.set(page.url, extractedOf('Help is near.', { title: 'Help' }));
    await world.add(page);
    expect(steps()).toEqual(['queued', 'fetching', 'chunking', 'indexing', 'ready']);
  });

  test('tells what was found of it', async () => {
    const id = await upload('One two.\fThree.', 'guide.md');
    world.readers.extract = async () => extractedOf('One two.\fThree.', { warnings: ['Two pictures were left out.'] });
    await world.work();
    expect(await world.find(id)).toMatchObject({
      status: 'ready',
      statusReason: 'Two pictures were left out.',
      mediaType: 'text/markdown',
      language: 'en',
      pageCount: 2,
      wordCount: 3,
      chunkCount: 2,
      version: expect.any(Number),
      processedAt: expect.any(String),
    });
  });

  test('that does not say its language is known by its words', async () => {
    world.readers.extract = async () => extractedOf('Die Pakete gehen am Montag aus dem Haus.', { language: null });
    const id = await upload('x');
    await world.work();
    expect((await world.find(id)).language).toBe('de');
  });

  test('that is a web page is called by its title, unless its owner has named it', async () => {
    world.sites.set(page.url, extractedOf('Help is near.', { title: ' Help \n desk ' }));
    const unnamed = await world.call('createDocument', { body: page });
    expect(unnamed.body.name).toBe('shop.example/help');
    const named = await world.call('createDocument', { body: { ...page, name: 'Ours' } });
    await world.work();
    expect((await world.find(unnamed.body.id)).name).toBe('Help desk');
    expect((await world.find(named.body.id)).name).toBe('Ours');
  });

  test('of pairs answers its own question first, whatever else speaks of the same words', async () => {
    await world.add({ ...text, text: 'Opening hours, opening hours: when we open is when we open, says the sign.' });
    await world.add({
      kind: 'qa',
      name: 'FAQ',
      pairs: [
        { question: 'When do you open the shop in winter for groups?', answer: 'On request.' },
        { question: 'When do you open?', answer: 'At nine.' },
        { question: 'When do you close?', answer: 'When all who want to open a parcel have done so.' },
      ],
    });
    expect((await world.ask('When do you open?'))[0]).toBe('At nine.');
    expect((await world.ask('When do you close?'))[0]).toMatch(/^When all/);
  });

  test('with much text is read in several writes, with its passages in order', async () => {
    const sentence = 'This sentence is one of many that stand in a long document about the sea and its tides. ';
    const pages = Array.from({ length: 700 }, (_, n) => `${n + 1}. ${sentence.repeat(20)}`);
    const id = await upload(pages.join('\f'));
    await world.work();
    const { chunkCount, pageCount } = await world.find(id);
    expect(pageCount).toBe(700);
    const numbers: number[] = [];
    let cursor = '';
    do {
      const query = `limit=100${cursor && `&cursor=${cursor}`}`;
      const { body } = await world.call('listDocumentChunks', { params: { documentId: id }, query });
      numbers.push(...body.items.map(({ number }: { number: number }) => number));
      cursor = body.nextCursor ?? '';
    } while (cursor !== '');
    expect(numbers).toEqual(Array.from({ length: chunkCount }, (_, n) => n + 1));
  });
});

describe('a document that cannot be read', () => {
  test('ends failed with the reason, at the first attempt', async () => {
    let reads = 0;
    world.readers.extract = () => {
      reads++;
      return Promise.reject(new ExtractionError('The file is protected by a password. Remove it.'));
    };
    const id = await upload('x');
    await world.work();
    expect(await world.find(id)).toMatchObject({
      status: 'failed',
      statusReason: 'The file is protected by a password. Remove it.',
      version: 0,
    });
    expect(reads).toBe(1);
    expect(await world.acme.storage.jobs.find('ingest', id)).toBeUndefined();
  });

  test('leaves the version before answering', async () => {
    world.sites.set(page.url, extractedOf('Help is near.'));
    const id = await world.add(page);
    world.sites.clear();
    await world.call('reindexDocument', { params: { documentId: id } });
    await world.work();
    expect(await world.find(id)).toMatchObject({ status: 'failed', statusReason: 'The address does not answer.' });
    expect(await world.ask('is help near')).toEqual(['Help is near.']);
  });

  test.each([
    ['without text', () => extractedOf(''), /no text/],
    ['whose pages are blank', () => extractedOf(' \n \f\n'), /no text/],
  ])('%s says so', async (_, read, reason) => {
    world.readers.extract = async () => read();
    const id = await upload('x');
    await world.work();
    expect(await world.find(id)).toMatchObject({ status: 'failed', statusReason: expect.stringMatching(reason) });
  });

  test('because its bytes are lost says so', async () => {
    const id = await upload('x');
    for (const key of world.deps.files.keys()) await world.deps.files.remove(key);
    await world.work();
    expect(await world.find(id)).toMatchObject({ status: 'failed', statusReason: expect.stringContaining('store') });
  });

  test('for a reason of ours is tried again, and then failed without the words of the fault', async () => {
    let reads = 0;
    world.readers.extract = () => {
      reads++;
      return Promise.reject(new TypeError('x is not a function'));
    };
    const id = await upload('x');
    for (let attempt = 1; attempt <= 3; attempt++) {
      await world.work();
      expect(reads).toBe(attempt);
      world.env.advance(60_000);
    }
    const { status, statusReason } = await world.find(id);
    expect(status).toBe('failed');
    expect(statusReason).toMatch(/on our side/);
    expect(statusReason).not.toMatch(/function/);
  });

  test('while the store of files is away is read once it is back', async () => {
    const id = await upload('Doors open at nine.');
    const { open } = world.deps.files;
    world.deps.files.open = () => Promise.reject(new FileStoreError('S3 does not answer.'));
    await world.work();
    world.deps.files.open = open;
    world.env.advance(60_000);
    await world.work();
    expect(await world.find(id)).toMatchObject({ status: 'ready' });
  });

  test('because the server ends each time is given up with a reason', async () => {
    const id = await upload('x');
    for (let attempt = 1; attempt <= 3; attempt++) {
      await world.storage.queue.claim({ kinds: ['ingest'], limit: 1, leaseMs: 0 });
    }
    await world.work();
    expect(await world.find(id)).toMatchObject({ status: 'failed', statusReason: expect.stringMatching(/ended/) });
  });
});

describe('while a document is read', () => {
  test('cancelling stops the reader at once, and what was there goes on answering', async () => {
    const id = await world.add(text);
    const { reading, leave } = pauseReading();
    const runner = world.startRunner();
    await world.call('reindexDocument', { params: { documentId: id } });
    const signal = await reading;
    const cancelled = await world.call('cancelDocument', { params: { documentId: id } });
    expect(cancelled.body).toMatchObject({ status: 'ready', statusReason: expect.stringMatching(/cancelled/) });
    await runner.idle();
    expect(signal.aborted).toBe(true);
    expect(await world.find(id)).toMatchObject({ status: 'ready', progress: 0 });
    expect(await world.ask('when do parcels leave')).toEqual([text.text]);
    leave();
  });

  test('cancelling the first reading leaves it failed, without a passage', async () => {
    const { reading, leave } = pauseReading();
    const runner = world.startRunner();
    const { body } = await world.call('createDocument', { body: text });
    await reading;
    await world.call('cancelDocument', { params: { documentId: body.id } });
    await runner.idle();
    expect(await world.find(body.id)).toMatchObject({ status: 'failed', statusReason: 'Reading it was cancelled.' });
    expect(await world.ask('when do parcels leave')).toEqual([]);
    leave();
  });

  test('removing it stops the reader, and nothing of it comes back', async () => {
    const { reading, leave } = pauseReading();
    const runner = world.startRunner();
    const id = await upload('Doors open at nine.');
    const signal = await reading;
    await world.call('deleteDocument', { params: { documentId: id } });
    await runner.idle();
    expect(signal.aborted).toBe(true);
    expect((await world.call('getDocument', { params: { documentId: id } })).status).toBe(404);
    expect(await world.ask('when do doors open')).toEqual([]);
    expect(world.deps.files.keys()).toEqual([]);
    leave();
  });

  test('changing it begins anew, and the text from before never answers', async () => {
    const { reading, leave } = pauseReading();
    const runner = world.startRunner();
    const { body } = await world.call('createDocument', { body: text });
    await reading;
    leave();
    await world.call('updateDocument', {
      params: { documentId: body.id },
      body: { text: 'Parcels leave on Fridays.' },
    });
    await runner.idle();
    expect(await world.find(body.id)).toMatchObject({ status: 'ready', chunkCount: 1 });
    expect(await world.ask('when do parcels leave')).toEqual(['Parcels leave on Fridays.']);
  });

  test('a process that stops leaves it to the next one', async () => {
    const { reading, leave } = pauseReading();
    const runner = world.startRunner();
    const { body } = await world.call('createDocument', { body: text });
    await reading;
    await runner.stop();
    leave();
    expect(await world.acme.storage.jobs.find('ingest', body.id)).toMatchObject({ attempts: 0, leaseId: null });
    await world.work();
    expect(await world.find(body.id)).toMatchObject({ status: 'ready' });
  });

  test('the version before answers until the new one does', async () => {
    const id = await world.add(text);
    const { reading, go } = pauseReading();
    const runner = world.startRunner();
    await world.call('updateDocument', { params: { documentId: id }, body: { text: 'Parcels leave on Fridays.' } });
    await reading;
    expect(await world.ask('when do parcels leave')).toEqual([text.text]);
    expect(await world.find(id)).toMatchObject({ status: 'extracting', version: expect.any(Number) });
    go();
    await runner.idle();
    expect(await world.ask('when do parcels leave')).toEqual(['Parcels leave on Fridays.']);
  });

  test('its progress is told, though not at every step of a reader', async () => {
    world.readers.extract = async (_file, { progress }) => {
      for (let done = 1; done <= 5_000; done++) progress?.(done, 5_000);
      return extractedOf('Doors open at nine.');
    };
    await upload('x');
    await world.work();
    const told = world.events.filter(({ name }) => name === 'document.changed').length;
    expect(told).toBeLessThan(12);
    const { extract } = world.readers;
    const seen: number[] = [];
    world.readers.extract = async (file, options) => {
      options.progress?.(1, 4);
      await expect
        .poll(async () => {
          const { items } = await world.acme.storage.documents.list({ limit: 1 });
          seen.push(items[0]!.progress);
          return items[0]!.progress;
        })
        .toBe(250);
      return extract(file, options);
    };
    await upload('y');
    await world.work();
    expect(seen.at(-1)).toBe(250);
  });
});
