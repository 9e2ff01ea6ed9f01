import { expect, test } from 'vitest';
import { languages } from '../../language.ts';
import english from './en.ts';
import { fill, loadTexts } from './load.ts';

const placeholders = (text: string) => text.match(/\{\w+\}/g) ?? [];

test.each(languages.filter((language) => language !== 'en'))('%s says everything English says', async (language) => {
  const texts = await loadTexts(language);
  expect(Object.keys(texts)).toEqual(Object.keys(english));
  for (const [name, text] of Object.entries(texts)) {
    expect(text.trim(), name).toBe(text);
    expect(text, name).not.toBe('');
    expect(placeholders(text), name).toEqual(placeholders(english[name as keyof typeof english]));
  }
  const same = Object.entries(texts).filter(([name, text]) => text === english[name as keyof typeof english]);
  // French has the words Conversation, Assistant and Sources too.
  expect(same.length).toBeLessThanOrEqual(language === 'fr' ? 3 : 0);
});

test('a name that looks like a placeholder is put in as it is', () => {
  expect(fill('{name} writes', '$& {n}')).toBe('$& {n} writes');
});
