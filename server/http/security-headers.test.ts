import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  openInMemory,
  openPlantedWorld,
  type PlantedWorld,
  type Received,
  type Tenant,
} from '../testing/planted-world.ts';

let world: PlantedWorld;
let tenant: Tenant;
beforeAll(async () => {
  world = await openPlantedWorld(openInMemory);
  tenant = await world.plant();
});
afterAll(() => world.close());

const get = (path: string, headers = {}) => world.send({ path, headers: { accept: 'text/html', ...headers } });

function directivesOf({ headers }: Received): Map<string, string[]> {
  const policy = String(headers['content-security-policy'] ?? '');
  return new Map(policy.split('; ').map((part) => [part.split(' ')[0]!, part.split(' ').slice(1)]));
}

/** Pages that no other site may show. */
const ownPages = ['/', '/inbox', '/sign-in', '/reset-password', '/docs', '/problems', '/no/such/page'];

test.each([...ownPages, '/demo', '/widget/frame', '/widget/frame/none'])(
  '%s runs no script that is written into it, from elsewhere or made from text, and sends no form elsewhere',
  async (path) => {
    const answer = await get(path);
    const directives = directivesOf(answer);
    expect(directives.get('default-src')).toEqual(["'none'"]);
    expect(directives.get('script-src')?.join(' ') ?? 'none').toMatch(/^('nonce-[\w-]{22}' 'strict-dynamic'|none)$/);
    expect(directives.get('style-src')?.join(' ') ?? 'none').not.toMatch(/unsafe|\*|https?:/);
    if (answer.status === 200) {
      expect(directives.get('base-uri')).toEqual(["'none'"]);
      expect(["'none'", "'self'"]).toContain(directives.get('form-action')?.join(' '));
    }
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
    expect(answer.headers['referrer-policy']).toMatch(/^(same-origin|no-referrer)$/);
    expect(answer.headers['x-powered-by']).toBeUndefined();
    if (answer.status === 200) {
      expect(answer.headers['cross-origin-opener-policy']).toBe('same-origin');
      expect(answer.headers['permissions-policy']).toContain('camera=()');
    }
  },
);

test.each(['/healthz', '/openapi.json', '/docs.css', '/widget.js', '/no/such/file.js', '/metrics'])(
  '%s is no page, is shown by nobody, and is what its type says',
  async (path) => {
    const answer = await world.send({ path });
    expect([...directivesOf(answer)]).toEqual([
      ['default-src', ["'none'"]],
      ['frame-ancestors', ["'none'"]],
    ]);
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
  },
);

test.each(ownPages)('%s may be shown by no other site', async (path) => {
  expect(directivesOf(await get(path)).get('frame-ancestors')).toEqual(["'none'"]);
});

test('no page of another site may read an answer, whatever it says it is', async () => {
  for (const path of ['/api/auth/me', '/conversations', '/openapi.json', '/', '/widget/frame']) {
    for (const origin of ['https://evil.example', 'null']) {
      const { headers } = await get(path, { origin });
      expect([path, headers['access-control-allow-origin']]).toEqual([path, undefined]);
    }
  }
});

test('what is measured is told to this machine alone, and to nobody who comes through a proxy', async () => {
  expect((await world.send({ path: '/metrics' })).status).toBe(200);
  for (const headers of [{ 'x-forwarded-for': '203.0.113.1' }, { forwarded: 'for=203.0.113.1' }]) {
    expect((await world.send({ path: '/metrics', headers: headers as Record<string, string> })).status).toBe(404);
  }
});

test('answers of the API can be neither shown nor run', async () => {
  for (const path of ['/api/auth/me', '/conversations', `/api/clients/${tenant.clientId}/widgets`]) {
    const answer = await get(path);
    expect([...directivesOf(answer)]).toEqual([
      ['default-src', ["'none'"]],
      ['frame-ancestors', ["'none'"]],
    ]);
    expect(answer.headers['cache-control']).toBe('no-store');
  }
});
