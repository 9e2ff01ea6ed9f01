import { describe, expect, it } from 'vitest';
import type { PassageQuery } from '../repositories/passages.ts';
import type { ClientStorage } from '../storage.ts';
import { type OpenHarness, useHarness } from './harness.ts';
import {
  addDocument,
  chunkInput,
  documentInput,
  partInput,
  published,
  publishTexts,
  stageTexts,
} from './knowledge-worlds.ts';
import { addClient, strangeId } from './worlds.ts';

const help = [
  'Orders leave our warehouse on the same day. Parcels arrive within two working days.',
  'You may send goods back within 30 days. The money is refunded within four days.',
  'Your password can be changed in the profile. A forgotten password is replaced by a link we send.',
  'The battery is charged at room temperature, and lasts for a hundred kilometres.',
];

export function passagesSuite(open: OpenHarness): void {
  describe('passages', () => {
    const t = useHarness(open);

    const start = async (texts: string[] = help) => {
      const { client } = await addClient(t.storage);
      const { document, chunks } = await addDocument(client, texts);
      return { client, document, chunks };
    };
    const search = (client: ClientStorage, text: string, query: Partial<PassageQuery> = {}) =>
      client.passages.search({ text, limit: 10, ...query });
    const found = async (client: ClientStorage, text: string, query: Partial<PassageQuery> = {}) =>
      (await search(client, text, query)).hits.map(({ chunk }) => chunk.text);

    it('answers the passages that have words of the question, the best first, with their document', async () => {
      const { client, chunks } = await start();
      const { hits, terms } = await search(client, 'How do I change my forgotten password?');
      expect(hits[0]).toMatchObject({ chunk: chunks[2], documentName: 'Guide' });
      expect(hits.map(({ score }) => score)).toEqual(hits.map(({ score }) => score).sort((a, b) => b - a));
      expect(terms).toEqual(['chang', 'forgotten', 'password']);
      expect(hits[0]!.matches.map(({ term }) => term).sort()).toEqual(['chang', 'forgotten', 'password']);
      for (const { weight, where } of hits[0]!.matches) {
        expect(weight).toBeGreaterThan(0);
        expect(where).toBe('text');
      }
    });

    it('puts what stands below a heading first that is the question, also when no word of it says anything', async () => {
      const { client } = await start(Array.from({ length: 12 }, (_, at) => `The battery ${at} is a battery.`));
      const { id } = await client.documents.create(documentInput());
      const version = await client.documents.beginVersion(id);
      const headed = [
        chunkInput(1, { titlePath: ['Guide', 'Our battery'], text: 'Lamps and bells.' }),
        chunkInput(2, { titlePath: ['Guide', 'How do you do that?'], text: 'By hand.' }),
      ];
      await client.documents.stage(id, version, { parts: [partInput(1)], chunks: headed, language: 'en' });
      await client.documents.publish(id, version, published);
      expect((await found(client, 'What about the battery?'))[0]).toBe('Lamps and bells.');
      const { hits, confidence } = await search(client, 'how do you do that');
      expect(hits.map(({ chunk }) => chunk.text)).toEqual(['By hand.']);
      expect(confidence).toBeGreaterThanOrEqual(0.9);
    });

    it('answers no more than asked for', async () => {
      const { client } = await start(['One lamp', 'Two lamps', 'Three lamps']);
      expect(await found(client, 'lamps', { limit: 2 })).toHaveLength(2);
    });

    it('lists equal passages by their ids', async () => {
      const { client, chunks } = await start(['A lamp', 'A lamp', 'A lamp']);
      const { hits } = await search(client, 'lamp');
      expect(hits.map(({ chunk }) => chunk.id)).toEqual(chunks.map(({ id }) => id).sort());
    });

    it('is surer of what the passages answer than of what they do not', async () => {
      const { client } = await start();
      const sure = await search(client, 'Within how many days may I send goods back?');
      const unsure = await search(client, 'Who won the football championship in that year?');
      expect(sure.confidence).toBeGreaterThan(0.5);
      expect(unsure.confidence).toBeLessThan(0.5);
      expect(unsure.confidence).toBeGreaterThanOrEqual(0);
      expect(sure.confidence).toBeLessThanOrEqual(1);
    });

    it('finds nothing, and is not sure at all, where there is nothing to find', async () => {
      const { client } = await addClient(t.storage);
      expect(await search(client, 'battery')).toEqual({ hits: [], confidence: 0, terms: ['battery'] });
      await addDocument(client, help);
      expect(await search(client, '')).toEqual({ hits: [], confidence: 0, terms: [] });
      expect(await search(client, ' ?! ')).toEqual({ hits: [], confidence: 0, terms: [] });
      expect((await search(client, 'xylophone')).hits).toEqual([]);
    });

    it('finds words in other forms, parts of compounds, and words that are misspelt', async () => {
      const { client } = await start([
        'Die Rücksendung bezahlen wir. Das Etikett für die Rücksendung ist im Paket.',
        'Der Fahrradakku wird bei Zimmertemperatur geladen.',
        'Unsere Werkstatt ist am Sonntag geschlossen.',
      ]);
      expect((await found(client, 'Wie lange hält der Akku?'))[0]).toMatch(/^Der Fahrradakku/);
      expect((await found(client, 'Rücksendungen'))[0]).toMatch(/^Die Rücksendung/);
      expect((await found(client, 'ist die Werkstat offen'))[0]).toMatch(/^Unsere Werkstatt/);
      expect((await search(client, 'Werkstat')).terms).toEqual(['werkstatt']);
    });

    it('finds passages in Arabic, Hebrew, Chinese and Japanese', async () => {
      const { client } = await start([
        'يمكنك إرجاع المنتجات خلال ثلاثين يوما من استلامها.',
        'אפשר להחזיר מוצרים בתוך שלושים יום.',
        '收到商品后三十天内可以退货。',
        'バッテリーは室温で充電してください。',
      ]);
      expect(await found(client, 'كيف أرجع المنتج؟ إرجاع')).toEqual([expect.stringMatching(/^يمكنك/)]);
      expect(await found(client, 'איך מחזירים את המוצרים?')).toEqual([expect.stringMatching(/^אפשר/)]);
      expect((await found(client, '怎么退货？'))[0]).toMatch(/^收到/);
      expect((await found(client, 'バッテリーの充電'))[0]).toMatch(/^バッテリー/);
    });

    it('counts what the title says', async () => {
      const { client } = await addClient(t.storage);
      const { id } = await client.documents.create(documentInput());
      const version = await client.documents.beginVersion(id);
      const chunks = [
        chunkInput(1, { titlePath: ['Shipping'], text: 'Parcels leave on the same day.' }),
        chunkInput(2, { titlePath: ['Returns'], text: 'Shipping charges are not paid back.' }),
      ];
      await client.documents.stage(id, version, { chunks });
      await client.documents.publish(id, version, published);
      const { hits } = await search(client, 'shipping');
      expect(hits.map(({ chunk, matches }) => [chunk.number, matches[0]!.where])).toEqual([
        [1, 'title'],
        [2, 'text'],
      ]);
    });

    it('answers passages of the documents that are named, when some are', async () => {
      const { client, document } = await start(['A lamp']);
      const other = await addDocument(client, ['Another lamp']);
      expect((await found(client, 'lamp')).sort()).toEqual(['A lamp', 'Another lamp']);
      expect(await found(client, 'lamp', { documentIds: [document.id.toUpperCase()] })).toEqual(['A lamp']);
      expect(await found(client, 'lamp', { documentIds: [other.document.id, strangeId()] })).toEqual(['Another lamp']);
      expect(await found(client, 'lamp', { documentIds: [] })).toEqual([]);
      expect(await found(client, 'lamp', { documentIds: [strangeId()] })).toEqual([]);
    });

    it('finds passages of the version that answers, from the moment it does', async () => {
      const { client, document } = await start(['An old lamp']);
      const version = await client.documents.beginVersion(document.id);
      await client.documents.stage(document.id, version, { chunks: [chunkInput(1, { text: 'A new lamp' })] });
      expect(await found(client, 'lamp')).toEqual(['An old lamp']);
      await client.documents.publish(document.id, version, published);
      expect(await found(client, 'lamp')).toEqual(['A new lamp']);
      await client.documents.remove(document.id);
      expect(await found(client, 'lamp')).toEqual([]);
    });

    it('finds nothing of a version that is staged with its index until it is published, or given up', async () => {
      const { client, document } = await start(['An old lamp', 'A chair']);
      const { id } = document;
      const staged = ['A new lamp', 'A wardrobe', 'A chair'];
      const asked = ['lamp', 'wardrobe', 'wardrobes', 'chair'];
      const all = async () => Promise.all(asked.map((text) => search(client, text)));
      const before = await all();
      await stageTexts(client, id, staged, { language: null });
      expect(await all()).toEqual(before);
      const version = await stageTexts(client, id, staged, { language: null });
      expect(await all()).toEqual(before);
      await client.documents.publish(id, version, published);
      expect(await Promise.all(asked.map((text) => found(client, text)))).toEqual([
        ['A new lamp'],
        ['A wardrobe'],
        ['A wardrobe'],
        ['A chair'],
      ]);
    });

    it('indexes what was staged for another language anew, and what was put right by its own text', async () => {
      const { client, document, chunks } = await start(['The lamps are red', 'The chairs are blue', 'A mirror']);
      await client.chunks.update(chunks[1]!.id, { text: 'The tables are green' });
      await client.chunks.update(chunks[2]!.id, { hidden: true });
      const version = await stageTexts(client, document.id, ['The lamps are red', 'The chairs are blue', 'A mirror'], {
        language: 'de',
      });
      await client.documents.publish(document.id, version, { ...published, language: 'en' });
      expect(await found(client, 'lamp', { language: 'en' })).toEqual(['The lamps are red']);
      expect(await found(client, 'table', { language: 'en' })).toEqual(['The tables are green']);
      expect(await found(client, 'chairs')).toEqual([]);
      expect(await found(client, 'mirror')).toEqual([]);
    });

    it('knows the words of a staged version also when others that had them are removed before it is published', async () => {
      const { client, document } = await start(['A wardrobe']);
      const { id } = await client.documents.create(documentInput());
      const version = await stageTexts(client, id, ['An old wardrobe'], { language: null });
      await client.documents.remove(document.id);
      await client.documents.publish(id, version, published);
      expect(await found(client, 'wardrobes')).toEqual(['An old wardrobe']);
    });

    it('finds a passage by the text that was put right, and not while it is hidden', async () => {
      const { client, chunks } = await start(['The lamp is red', 'The chair is blue']);
      const { id } = chunks[0]!;
      await client.chunks.update(id, { text: 'The mirror is red' });
      expect(await found(client, 'lamp')).toEqual([]);
      expect(await found(client, 'mirror')).toEqual(['The mirror is red']);
      await client.chunks.update(id, { hidden: true });
      expect(await found(client, 'mirror')).toEqual([]);
      await client.chunks.update(id, { hidden: false });
      expect(await found(client, 'mirror')).toEqual(['The mirror is red']);
      await client.chunks.update(id, { text: null });
      expect(await found(client, 'lamp')).toEqual(['The lamp is red']);
    });

    it('counts the words of what answers alone, whatever was there before', async () => {
      const { client, document } = await start();
      const { client: fresh } = await start(['The only lamp', 'A chair']);
      await publishTexts(client, document.id, ['The only lamp', 'A chair']);
      const scores = async (of: ClientStorage) => (await search(of, 'lamp')).hits.map(({ score }) => score);
      expect(await scores(client)).toEqual(await scores(fresh));
    });

    it('finds nothing that a transaction has undone, and what it did only inside of it', async () => {
      const { client } = await start(['A lamp']);
      const undone = t.storage.transaction(async (scope) => {
        const own = scope.forClient(client.clientId);
        await addDocument(own, ['Another lamp']);
        expect(await found(own, 'lamp')).toHaveLength(2);
        expect(await found(client, 'lamp')).toHaveLength(1);
        throw new Error('undone');
      });
      await expect(undone).rejects.toThrow('undone');
      expect(await found(client, 'lamp')).toEqual(['A lamp']);
    });

    it('finds nothing of other clients, and does not count their words', async () => {
      const { client } = await start(['A lamp and a chair']);
      const alone = (await search(client, 'lamp')).hits.map(({ score }) => score);
      const { client: other } = await start(['Lamp', 'Lamps and lamps', 'The lamp']);
      expect(await found(client, 'lamp')).toEqual(['A lamp and a chair']);
      expect((await search(client, 'lamp')).hits.map(({ score }) => score)).toEqual(alone);
      expect(await found(other, 'chair')).toEqual([]);
    });

    it('takes documents in at the same time', async () => {
      const { client } = await addClient(t.storage);
      const texts = Array.from({ length: 6 }, (_, at) => [`Lamp number ${at}`, `A chair beside lamp ${at}`]);
      const added = await Promise.all(texts.map((some) => addDocument(client, some)));
      expect(await found(client, 'lamp', { limit: 100 })).toHaveLength(12);
      await Promise.all(added.slice(1).map(({ document }) => client.documents.remove(document.id)));
      expect(await found(client, 'lamp', { limit: 100 })).toHaveLength(2);
    });

    describe('with vectors', () => {
      const model = 'small';
      const near = (values: number[], floor = 0.5) => ({ vector: { model, values, floor } });
      const stageAll = async (client: ClientStorage, documentId: string, of: [string, number[]?][]) => {
        const version = await client.documents.beginVersion(documentId);
        const chunks = of.map(([text], at) => chunkInput(at + 1, { text }));
        await client.documents.stage(documentId, version, { chunks });
        const vectors = of.flatMap(([, values], at) => (values ? [{ number: at + 1, values }] : []));
        await client.documents.stageVectors(documentId, version, model, vectors);
        return version;
      };
      const startNear = async (of: [string, number[]?][]) => {
        const { client } = await addClient(t.storage);
        const { id } = await client.documents.create(documentInput());
        await client.documents.publish(id, await stageAll(client, id, of), published);
        return { client, id, chunks: await client.chunks.list(id, { limit: 100 }) };
      };
      const lamps: [string, number[]?][] = [
        ['The lamp is red', [1, 0, 0]],
        ['Light comes from above', [0.8, 0.6, 0]],
        ['The chair is blue', [0, 0, 1]],
      ];

      it('finds passages that mean the same in other words, and no far ones', async () => {
        const { client } = await startNear(lamps);
        expect(await found(client, 'illumination')).toEqual([]);
        expect(await found(client, 'illumination', near([0.8, 0.6, 0]))).toEqual([
          'Light comes from above',
          'The lamp is red',
        ]);
        expect(await found(client, 'illumination', near([0.8, 0.6, 0], 0.9))).toEqual(['Light comes from above']);
        expect(await found(client, '', near([0, 0, 1]))).toEqual(['The chair is blue']);
      });

      it('fuses what is found by words with what is near, by the places in both lists', async () => {
        const { client } = await startNear(lamps);
        const { hits } = await search(client, 'chair lamp', near([0.8, 0.6, 0]));
        const words = (await search(client, 'chair lamp')).hits.map(({ chunk }) => chunk.text);
        const place = (text: string) => words.indexOf(text) + 1;
        const expected = new Map([
          ['The lamp is red', 1 / (60 + place('The lamp is red')) + 1 / 62],
          ['Light comes from above', 1 / 61],
          ['The chair is blue', 1 / (60 + place('The chair is blue'))],
        ]);
        expect(hits.map(({ chunk, score }) => [chunk.text, score])).toEqual(
          [...expected].sort((a, b) => b[1] - a[1] || (place(a[0]) === 0 ? 1 : -1)),
        );
        expect(hits.find(({ chunk }) => chunk.text === 'Light comes from above')!.matches).toEqual([]);
      });

      it('is surer where a passage is near, and as sure as before where none is', async () => {
        const { client } = await startNear(lamps);
        const sureness = async (query: Partial<PassageQuery>) =>
          (await search(client, 'illumination', query)).confidence;
        expect(await sureness({})).toBe(0);
        expect(await sureness(near([0, 1, 0], 0.7))).toBe(0);
        expect(await sureness(near([1, 0, 0]))).toBeCloseTo(0.6);
        const some = await sureness(near([0.6, 0, 0.8], 0.7));
        expect(some).toBeGreaterThan(0);
        expect(some).toBeLessThan(0.6);
      });

      it('lists passages that are equally near by their ids', async () => {
        const same: [string, number[]][] = [1, 2, 3].map((at) => [`Passage ${at}`, [0, 1]]);
        const { client, chunks } = await startNear(same);
        const { hits } = await search(client, 'illumination', near([0, 1]));
        expect(hits.map(({ chunk }) => chunk.id)).toEqual(chunks.map(({ id }) => id).sort());
      });

      it('compares nothing with vectors of another model or of another length', async () => {
        const { client } = await startNear(lamps);
        expect(await found(client, 'illumination', near([1, 0]))).toEqual([]);
        const vector = { model: 'large', values: [1, 0, 0], floor: 0.5 };
        expect(await found(client, 'illumination', { vector })).toEqual([]);
      });

      it('counts the vectors of the version that answers, from the moment it does', async () => {
        const { client, id } = await startNear(lamps);
        const next = await stageAll(client, id, [['A window', [0, 1, 0]]]);
        expect(await found(client, 'illumination', near([0, 1, 0], 0.7))).toEqual([]);
        await client.documents.publish(id, next, published);
        expect(await found(client, 'illumination', near([0, 1, 0], 0.7))).toEqual(['A window']);
        expect(await found(client, 'illumination', near([1, 0, 0]))).toEqual([]);
        await client.documents.remove(id);
        expect(await found(client, 'illumination', near([0, 1, 0]))).toEqual([]);
      });

      it('takes the later vector of a chunk, and passes over those of no chunk', async () => {
        const { client } = await addClient(t.storage);
        const { id } = await client.documents.create(documentInput());
        const version = await stageAll(client, id, [['A window', [1, 0]]]);
        await client.documents.stageVectors(id, version, model, [
          { number: 1, values: [0, 1] },
          { number: 7, values: [1, 0] },
        ]);
        await client.documents.publish(id, version, published);
        expect(await found(client, 'illumination', near([0, 1]))).toEqual(['A window']);
        expect(await found(client, 'illumination', near([1, 0]))).toEqual([]);
      });

      it('takes vectors only for the version that is being built', async () => {
        const { client, id } = await startNear(lamps);
        const version = await client.documents.beginVersion(id);
        const vectors = [{ number: 1, values: [0, 1, 0] }];
        const missing = { entity: 'document' };
        await expect(client.documents.stageVectors(id, version - 1, model, vectors)).rejects.toMatchObject(missing);
        await expect(client.documents.stageVectors(strangeId(), 1, model, vectors)).rejects.toMatchObject(missing);
      });

      it('forgets what a passage meant when its text is put right, in later versions too', async () => {
        const { client, id, chunks } = await startNear(lamps);
        await client.chunks.update(chunks[0]!.id, { text: 'The mirror is red' });
        expect(await found(client, 'illumination', near([1, 0, 0], 0.9))).toEqual([]);
        await client.documents.publish(id, await stageAll(client, id, lamps), published);
        expect(await found(client, 'illumination', near([1, 0, 0], 0.9))).toEqual([]);
        expect(await found(client, 'mirror')).toEqual(['The mirror is red']);
      });

      it('finds a passage that was put right by what its new text means, as soon as that is said', async () => {
        const { client, id, chunks } = await startNear(lamps);
        const corrected = await client.chunks.update(chunks[0]!.id, { text: 'The mirror is red' });
        const of = { model, limit: 10 };
        expect(await client.chunks.withoutVector(id, of)).toEqual([corrected]);
        expect(await client.chunks.withoutVector(id, { model: 'large', limit: 2 })).toHaveLength(2);
        expect(await client.chunks.withoutVector(strangeId(), of)).toEqual([]);
        const vector = { chunkId: corrected.id.toUpperCase(), text: corrected.text, values: [0, 1, 0] };
        await client.chunks.keepVectors(model, [{ ...vector, text: 'The lamp is red' }]);
        await client.chunks.keepVectors(model, [{ ...vector, chunkId: strangeId() }]);
        expect(await client.chunks.withoutVector(id, of)).toHaveLength(1);
        await client.chunks.keepVectors(model, [vector]);
        expect(await client.chunks.withoutVector(id, of)).toEqual([]);
        expect(await found(client, 'illumination', near([0, 1, 0], 0.9))).toEqual(['The mirror is red']);
        await client.chunks.keepVectors(model, [{ ...vector, values: [1, 0, 0] }]);
        expect(await found(client, 'illumination', near([1, 0, 0], 0.9))).toEqual(['The mirror is red']);
      });

      it('does not find what is hidden, until it is shown again', async () => {
        const { client, chunks } = await startNear(lamps);
        await client.chunks.update(chunks[2]!.id, { hidden: true });
        expect(await found(client, 'illumination', near([0, 0, 1]))).toEqual([]);
        await client.chunks.update(chunks[2]!.id, { hidden: false });
        expect(await found(client, 'illumination', near([0, 0, 1]))).toEqual(['The chair is blue']);
      });

      it('finds near passages of the documents that are named, and of no other client', async () => {
        const { client, id } = await startNear(lamps);
        const { client: other } = await startNear([['Another', [0, 0, 1]]]);
        expect(await found(client, 'illumination', { ...near([0, 0, 1]), documentIds: [strangeId()] })).toEqual([]);
        expect(await found(client, 'illumination', { ...near([0, 0, 1]), documentIds: [id] })).toHaveLength(1);
        expect(await found(other, 'illumination', near([0, 0, 1]))).toEqual(['Another']);
      });

      it('tells how near a passage is that was found by its meaning, and nothing of one that was not', async () => {
        const { client } = await startNear(lamps);
        const { hits, wordsOnly } = await search(client, 'chair', near([0.8, 0.6, 0]));
        const nearness = new Map(hits.map((hit) => [hit.chunk.text, hit.nearness]));
        expect(nearness.get('Light comes from above')).toBeCloseTo(1);
        expect(nearness.get('The lamp is red')).toBeCloseTo(0.8);
        expect(nearness.get('The chair is blue')).toBeUndefined();
        expect(wordsOnly).toBeUndefined();
      });

      it('says so when there are too many vectors to compare', async () => {
        const values = Array.from({ length: 16_000 }, (_, at) => (at === 0 ? 1 : 0));
        const { client } = await startNear(Array.from({ length: 126 }, (_, at) => [`Passage ${at}`, values]));
        const { hits, wordsOnly } = await search(client, 'illumination', near(values));
        // With pgvector the database compares any number of them.
        expect(hits.length > 0 ? undefined : wordsOnly).toBe(hits.length > 0 ? undefined : 'tooMany');
        expect(wordsOnly === undefined).toBe(hits.length > 0);
      });

      it('compares more vectors than fit one page', async () => {
        const many = Array.from({ length: 1_203 }, (_, at): [string, number[]] => [
          `Passage ${at}`,
          at === 1_111 ? [0, 1] : [1, 0],
        ]);
        const { client } = await startNear(many);
        expect(await found(client, 'illumination', near([0, 1]))).toEqual(['Passage 1111']);
      });
    });

    it('answers copies', async () => {
      const { client } = await start();
      const first = await search(client, 'battery');
      first.hits[0]!.chunk.titlePath.push('X');
      expect((await search(client, 'battery')).hits[0]!.chunk.titlePath).toEqual(['Guide']);
    });
  });
}
