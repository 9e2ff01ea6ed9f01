import { expect, test } from 'vitest';
import { notePage, notePolicy } from './note-page.ts';

test('what a page of ours says is shown as text, whatever it holds', () => {
  const hostile = `"><script>alert(1)</script><img src=x onerror='alert(1)'>&amp;`;
  const page = notePage(hostile, `Add this line: \`${hostile}\` or ${hostile}`);
  expect(page).not.toMatch(/<script|<img|onerror='/);
  expect(page).toContain('&#60;script&#62;');
  expect(page).toContain('&#38;amp;');
});

test('a page that says one thing runs nothing', () => {
  expect(notePolicy(true)).not.toContain('script-src');
  expect(notePolicy(true)).toContain("default-src 'none'");
});
