import { expect, test } from 'vitest';
import { quotes } from './quotes.ts';

const said = ['Where is my order 4711 for Marble Street? I am still waiting.'];

test.each([
  ['the same words', 'where is my order 4711 for marble street, i am still waiting'],
  ['them inside others', 'Somebody asked: Where is my order 4711 for Marble Street? I am still waiting. (Tuesday)'],
  ['a part of them', 'Where is my order?'],
  ['a run of them in another sentence', 'What happens with an order 4711 for Marble Street that is late?'],
])('a text that holds %s quotes them', (_, text) => {
  expect(quotes(text, { said, called: [] })).toBe(true);
});

test.each([
  ['other words', 'How long does a delivery take?'],
  ['single words of them', 'Is the street sweeper an order of mine?'],
  ['nothing', ''],
])('a text of %s does not', (_, text) => {
  expect(quotes(text, { said: [...said, ''], called: [] })).toBe(false);
});

test('what somebody is called counts as a whole word, and not when it is very short', () => {
  expect(quotes('Dear Ann, yes.', { said: [], called: ['ann'] })).toBe(true);
  expect(quotes('The planner says yes.', { said: [], called: ['Ann'] })).toBe(false);
  expect(quotes('Yes, Al.', { said: [], called: ['Al'] })).toBe(false);
  expect(quotes('Write to ann@example.com', { said: [], called: ['Ann@Example.com'] })).toBe(true);
});
