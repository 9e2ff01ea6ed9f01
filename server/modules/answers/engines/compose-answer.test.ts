import { expect, test } from 'vitest';
import { composeAnswer, composedCharsMax } from './compose-answer.ts';
import { hitOf, someId } from './testing.ts';

const compose = (text: string, hits: ReturnType<typeof hitOf>[], language = 'en', pairs: string[] = []) =>
  composeAnswer({ text, language, hits, isPair: ({ chunk }) => pairs.includes(chunk.documentId) });

test('the sentence that answers is quoted whole, with the passage it came from', () => {
  const hit = hitOf(
    'Our shop was founded in 1950 by two sisters. Orders are delivered within three working days. We like tea a lot, and so do our neighbours on the other side of the street.',
    { terms: ['deliv', 'order'] },
  );
  const { text, citations } = compose('How long does delivery of an order take?', [hit]);
  expect(text).toMatch(/^Orders are delivered within three working days\./);
  expect(text).toMatch(/ \[1\]$/);
  expect(text).not.toContain('founded');
  expect(citations).toEqual([1]);
});

test('sentences stand in the order of the passage, none twice, and their sum is bounded', () => {
  const sentence = (n: number) =>
    `Delivery number ${n} of the order goes by train number ${n * 7} to place ${n * 13} there.`;
  const long = Array.from({ length: 30 }, (_, index) => sentence(index)).join(' ');
  const { text } = compose('order delivery', [
    hitOf(long, { terms: ['deliv', 'order'] }),
    hitOf(long, { terms: ['deliv', 'order'], id: someId(101), score: 9.9 }),
  ]);
  const numbers = [...text.matchAll(/Delivery number (\d+)/g)].map(([, n]) => Number(n));
  expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
  expect(text.length).toBeLessThanOrEqual(composedCharsMax + 20);
});

test('a sentence without an end is cut', () => {
  const { text } = compose('order', [hitOf(`order ${'x1 '.repeat(2_000)}`, { terms: ['order'] })]);
  expect(text.length).toBeLessThanOrEqual(composedCharsMax + 20);
  expect(text).toMatch(/… \[1\]$/);
});

test('the answer of a written pair is given as it is', () => {
  const answer = 'Yes.\n\nSend it back within 30 days:\n1. Print the label\n2. Bring the parcel to the post';
  const hit = hitOf(answer, { documentId: someId(70), titlePath: ['FAQ', 'Can I return it?'] });
  expect(compose('return?', [hit], 'en', [someId(70)])).toEqual({ text: `${answer} [1]`, citations: [1] });
});

test('a written pair goes before a passage that is found hardly better, and not before a far better one', () => {
  const passage = hitOf('Parcels can be returned at any post office of the country.', { terms: ['return'], score: 10 });
  const pair = (score: number) => hitOf('Within 30 days.', { documentId: someId(70), id: someId(102), score });
  expect(compose('return a parcel', [passage, pair(8)], 'en', [someId(70)])).toEqual({
    text: 'Within 30 days. [2]',
    citations: [2],
  });
  expect(compose('return a parcel', [passage, pair(5)], 'en', [someId(70)]).citations).toEqual([1]);
});

test('a short section whose heading is the question is quoted whole', () => {
  const section = 'Paste one tag into the page. Its settings show it. Then add your site to the list of those allowed.';
  const given = { terms: ['embed', 'widget'], titlePath: ['Guide', 'How do I embed the widget?'] };
  expect(compose('embed the widget', [hitOf(section, given)])).toEqual({ text: `${section} [1]`, citations: [1] });
  const table = compose('embed the widget', [hitOf('where\twhat\npage\ttag', given)]);
  expect(table.text).toBe('where – what\npage – tag [1]');
});

test('a list is kept together with the line that leads to it', () => {
  const hit = hitOf(
    'Say hello first.\n\nTo reset the password:\n1. Open the settings\n2. Choose Password\n3. Enter it twice\n\nThat is all.',
    {
      terms: ['password', 'reset'],
    },
  );
  const { text } = compose('How do I reset the password?', [hit]);
  expect(text).toBe('To reset the password:\n1. Open the settings\n2. Choose Password\n3. Enter it twice [1]');
});

test('a row is quoted with the names of its columns, and a line that leads to rows with the rows', () => {
  const passage = 'You choose one of these plans:\nplan\tprice\nSmall\t5 euros\nLarge\t20 euros';
  expect(compose('large', [hitOf(passage, { terms: ['larg'] })]).text).toBe(
    'You choose one of these plans:\nplan – price\nLarge – 20 euros [1]',
  );
  expect(compose('choose', [hitOf(passage, { terms: ['choos'] })]).text).toBe(
    'You choose one of these plans:\nplan – price\nSmall – 5 euros\nLarge – 20 euros [1]',
  );
});

test('rows of tables and records are quoted as rows', () => {
  const table = hitOf('plan\tprice\nSmall\t5 euros\nLarge\t20 euros', { terms: ['larg'] });
  expect(compose('What does the large plan cost?', [table]).text).toContain('Large – 20 euros');
  const record = hitOf('name: Small\nprice: 5 euros\n\nname: Large\nprice: 20 euros', { terms: ['larg'] });
  expect(compose('What does the large plan cost?', [record]).text).toMatch(/name: Large\nprice: 20 euros \[1\]$/);
});

test('a heading alone is no answer', () => {
  const hit = hitOf('Delivery\nOrders leave our house on the same day.', { terms: ['deliv'] });
  expect(compose('delivery', [hit]).text).toBe('Orders leave our house on the same day. [1]');
});

test('sentences are found in every language, also where there are no blanks', () => {
  const cases = [
    [
      'de',
      'Wir liefern z. B. nach Wien. Die Rückgabe ist 30 Tage lang möglich.',
      'Rückgabe',
      'Die Rückgabe ist 30 Tage lang möglich.',
    ],
    [
      'fr',
      'Nous livrons partout. Le retour est possible pendant 30 jours.',
      'retour',
      'Le retour est possible pendant 30 jours.',
    ],
    ['ja', '配送は無料です。返品は三十日以内に可能です。', '返品', '返品は三十日以内に可能です。'],
    ['zh', '我们免费送货。退货可在三十天内办理。', '退货', '退货可在三十天内办理。'],
    ['ar', 'نوصل مجانا. يمكن الإرجاع خلال ثلاثين يوما.', 'الإرجاع', 'يمكن الإرجاع خلال ثلاثين يوما.'],
    ['he', 'אנחנו שולחים חינם. אפשר להחזיר תוך שלושים יום.', 'להחזיר', 'אפשר להחזיר תוך שלושים יום.'],
  ] as const;
  for (const [language, passage, question, expected] of cases) {
    expect(compose(question, [hitOf(passage)], language).text, language).toContain(expected);
  }
});

test('a further passage is added only when it says something of the question that was not said', () => {
  const first = hitOf('The shop opens at nine.', { terms: ['open', 'sunday'] });
  const same = hitOf('Shops that open are good.', { terms: ['open'], id: someId(101), score: 9 });
  const more = hitOf('On Sunday it is closed.', { terms: ['sunday'], id: someId(102), score: 9 });
  const weak = hitOf('On Sunday we sleep.', { terms: ['sunday'], id: someId(103), score: 2 });
  expect(compose('open sunday', [first, same, more, weak]).text).toBe(
    'The shop opens at nine. [1]\n\nOn Sunday it is closed. [3]',
  );
});
