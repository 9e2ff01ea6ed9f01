import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { signingSnippets } from './identity-snippet.ts';

it('shows code for Node that signs a token whose parts can be read and whose signature holds', () => {
  const code = signingSnippets.node
    .replace(/^import .*$/m, '')
    .replace('process.env.CONFAB_IDENTITY_SECRET', 'secretOf');
  const run = new Function('createHmac', 'user', 'secretOf', `${code}; return token;`);
  const token: string = run(createHmac, { id: 'u-7', name: 'Ann', email: 'ann@example.com' }, 'quiet');
  const [head, body, signature] = token.split('.') as [string, string, string];
  const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString());
  expect(read(head)).toEqual({ alg: 'HS256', typ: 'JWT' });
  expect(read(body)).toMatchObject({ sub: 'u-7', name: 'Ann', email: 'ann@example.com' });
  expect(read(body).exp).toBeGreaterThan(Date.now() / 1000);
  expect(signature).toBe(createHmac('sha256', 'quiet').update(`${head}.${body}`).digest('base64url'));
});
