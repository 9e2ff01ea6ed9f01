import { renderToStaticMarkup } from 'react-dom/server';
import { expect, it } from 'vitest';
import { TextField } from './TextField.tsx';

it('hides a password, can show it, and lets it be pasted and filled in by a password manager', () => {
  const markup = renderToStaticMarkup(
    <TextField label="Password" type="password" autoComplete="current-password" value="secret" onChange={() => {}} />,
  );
  const input = /<input[^>]*>/.exec(markup)?.[0] ?? '';
  expect(input).toContain('type="password"');
  expect(input).toContain('autoComplete="current-password"');
  expect(input).not.toMatch(/onpaste|autocomplete="off"|readonly|maxlength/i);
  expect(markup).toContain('aria-label="Show password"');
});
