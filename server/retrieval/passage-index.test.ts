import { describe, expect, test } from 'vitest';
import { confidenceOf } from './confidence.ts';
import { PassageIndex, PassageSegment } from './passage-index.ts';
import { passageTerms } from './passage-terms.ts';
import { seedOf } from './term-key.ts';

const seed = seedOf('somebody');

function indexOf(texts: Record<string, string>): PassageIndex {
  const index = new PassageIndex(seed);
  for (const [id, text] of Object.entries(texts)) {
    index.add(id, 'document', passageTerms({ titlePath: [], text }, null, seed));
  }
  return index;
}
const found = (index: PassageIndex, text: string, budget?: number) =>
  index.search({ text }, budget === undefined ? {} : { budget }).ranked.map(({ id }) => id);

describe('the ranking', () => {
  test('puts the passage first that has the rarer word', () => {
    const index = indexOf({ a: 'The red lamp', b: 'The red chair', c: 'The red table', d: 'The green lamp' });
    expect(found(index, 'green chairs').slice(0, 2).sort()).toEqual(['b', 'd']);
    expect(found(index, 'red lamp')[0]).toBe('a');
  });

  test('puts words that stand together before the same words apart', () => {
    const index = indexOf({
      a: 'Power is needed by every drill. The supply of screws, which we check in autumn, is large.',
      b: 'Power supply is needed by every drill. The number of screws, which we check in autumn, is large.',
    });
    expect(found(index, 'power supply')[0]).toBe('b');
  });

  test('finds what resembles the best passages, though the question says it otherwise', () => {
    const index = indexOf({
      a: 'Cancel a subscription under billing. A subscription ends with the month.',
      b: 'Billing page: end the subscription with the month. Cancel whenever you like.',
      c: 'Our office has a garden and a kitchen.',
    });
    expect(found(index, 'How do I cancel?')).toEqual(expect.arrayContaining(['a', 'b']));
  });

  test('fetches few of many passages and still finds the best', () => {
    const index = indexOf(
      Object.fromEntries(
        Array.from({ length: 3_000 }, (_, at) => [
          `p${at}`,
          at === 1_234
            ? 'The blue parrot sings at midnight'
            : `The ${at % 2 ? 'blue' : 'grey'} ${at % 3 ? 'parrot' : 'crow'} ${at % 5 ? 'eats' : 'sings'} seeds`,
        ]),
      ),
    );
    expect(found(index, 'Which parrot sings at midnight?', 50)[0]).toBe('p1234');
  });

  test('is not confused by a question in another language of the corpus', () => {
    const index = indexOf({
      en: 'The invoice is attached to the message that we send when the parcel leaves.',
      de: 'Die Rechnung hängt an der Nachricht, die wir beim Versand des Pakets schicken.',
    });
    expect(found(index, 'Wo finde ich meine Rechnungen?')[0]).toBe('de');
    expect(found(index, 'where are my invoices')[0]).toBe('en');
  });

  test('reads a question by every language of the corpus when its own words do not tell which', () => {
    const index = indexOf({
      en: 'The houses are of brick, and there is a garden behind each of them.',
      de: 'Die Häuser sind aus Stein, und hinter jedem von ihnen ist ein Garten.',
    });
    expect(found(index, 'Häusern')[0]).toBe('de');
    expect(found(index, 'house')[0]).toBe('en');
  });

  test('asks passages in no language for what the question’s own language keeps of it', () => {
    const english = Object.fromEntries(
      Array.from({ length: 20 }, (_, at) => [
        `en${at}`,
        `The lamp with the number ${at} is one that we sell in the shop.`,
      ]),
    );
    const index = indexOf({ ...english, price: 'What', list: 'Is', names: 'Lamp' });
    for (const text of ['What is the lamp?', 'what lamp']) {
      const { ranking, ranked } = index.search({ text });
      expect(ranking.terms).toEqual(['lamp']);
      expect(ranked.map(({ id }) => id)).not.toEqual(expect.arrayContaining(['price']));
    }
  });

  describe('among passages that all have the question’s one telling word', () => {
    const pages = new PassageIndex(seed);
    const add = (id: string, heading: string, text: string) =>
      pages.add(id, 'document', passageTerms({ titlePath: ['Help', heading], text }, 'en', seed));
    for (let at = 0; at < 30; at += 1)
      add(`p${at}`, `Lamp ${at}`, `The Lumo lamp ${at} by Lumo. Lumo makes it in Lumo works.`);
    add('what', 'What is Lumo?', 'A maker of lamps, founded by two sisters.');
    add('how', 'How does it do that?', 'With a spring.');
    add('returns', 'Our returns', 'Thirty days. Lumo pays.');

    test.each([
      ['what is LUMO', 'what'],
      ['How does it do that', 'how'],
      ['Tell me about the return', 'returns'],
    ])('finds the one whose heading says the same as “%s”', (question, id) => {
      expect(found(pages, question)[0]).toBe(id);
    });

    test('is sure where a heading is the question word for word', () => {
      const { ranking, ranked } = pages.search({ text: 'How does it do that?' });
      expect(confidenceOf(ranking, ranked)).toBeGreaterThanOrEqual(0.9);
      const other = pages.search({ text: 'How does it do?' });
      expect(confidenceOf(other.ranking, other.ranked)).toBe(0);
    });

    test('finds it no more once it is removed', () => {
      const index = new PassageIndex(seed);
      index.add('a', 'document', passageTerms({ titlePath: ['Why?'], text: 'So.' }, 'en', seed));
      index.remove('a');
      expect(found(index, 'Why?')).toEqual([]);
    });
  });

  test('is sure of nothing where nothing is found', () => {
    const { ranking, ranked } = indexOf({ a: 'The red lamp' }).search({ text: 'quantum' });
    expect(confidenceOf(ranking, ranked)).toBe(0);
  });

  test('finds a passage no more once it is removed', () => {
    const index = indexOf({ a: 'The red lamp', b: 'The green lamp' });
    index.remove('a');
    index.remove('unknown');
    expect(found(index, 'red lamp')).toEqual(['b']);
  });
});

test('an index of segments finds what one of all their passages finds, with the same scores, whatever came and went', () => {
  const words = 'lamp lamps lampshade boat boats harbour storm nobody seen since bright sail sails sailing'.split(' ');
  const textOf = (n: number) =>
    Array.from({ length: 12 }, (_, at) => words[(n * 7 + at * at * (n % 5)) % words.length]);
  const termsOf = (n: number) => passageTerms({ titlePath: [`Part ${n % 4}`], text: textOf(n).join(' ') }, 'en', seed);
  const idOf = (n: number) => `p${String(n).padStart(3, '0')}`;
  const one = new PassageIndex(seed);
  const many = new PassageIndex(seed);
  const segments = [new PassageSegment(), new PassageSegment()];
  for (let n = 0; n < 90; n++) {
    if (n % 7 !== 0) one.add(idOf(n), 'document', termsOf(n));
    (segments[n % 3] ?? many).add(idOf(n), 'document', termsOf(n));
    if (n === 40) for (const segment of segments) segment.settle();
  }
  const gone = new PassageSegment();
  gone.add('gone', 'document', passageTerms({ titlePath: [], text: 'Zeppelin lamp' }, 'en', seed));
  for (const segment of [...segments, gone]) many.attach(segment);
  for (let n = 0; n < 90; n += 7) (segments[n % 3] ?? many).remove(idOf(n));
  many.detach(gone);
  for (const text of ['lamp', 'sailing boats in the storm', 'lampshades', 'harbor', 'zeppelin', 'Part 3 nobody']) {
    const [a, b] = [one.search({ text }), many.search({ text })];
    expect([text, b.ranking.terms]).toEqual([text, a.ranking.terms]);
    const scores = ({ ranked }: typeof a) => ranked.map(({ id, score }) => [id, score.toFixed(9)]);
    expect(scores(b)).toEqual(scores(a));
  }
});
