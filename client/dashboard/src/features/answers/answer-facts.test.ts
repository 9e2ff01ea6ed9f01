import { expect, it } from 'vitest';
import { aMessage } from '../../testing/builders.ts';
import { answerFactsOf } from './answer-facts.ts';

const cited = {
  number: 1,
  title: 'Guide › Returns',
  page: 4,
  url: 'https://example.com/guide',
  quote: 'Within 30 days.',
};

it('reads citations, engine and model of the assistant’s own answer', () => {
  const metadata = { answerTo: 'm1', citations: [cited], engine: 'llm', model: 'small-1' };
  expect(answerFactsOf(aMessage(2, { role: 'assistant', metadata }))).toEqual({
    citations: [cited],
    engine: 'llm',
    model: 'small-1',
  });
});

it('leaves out what a program wrote in another form, and addresses that are not of the web', () => {
  const metadata = {
    citations: [null, 'text', { number: '1', title: 'x' }, { number: 2, title: 'y', url: 'javascript:alert(1)' }],
    engine: 'magic',
  };
  expect(answerFactsOf(aMessage(2, { role: 'assistant', metadata }))).toEqual({
    citations: [{ number: 2, title: 'y', page: null, url: null, quote: '' }],
    engine: null,
    model: null,
  });
});

it('finds nothing to tell of what people write', () => {
  expect(answerFactsOf(aMessage(1, { role: 'agent', metadata: { citations: [cited] } }))).toBeNull();
});
