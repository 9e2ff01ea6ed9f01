import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestEnvironment } from '../../storage/conformance/harness.ts';
import { createOperatorWorld, operatorToken } from '../../testing/operator-world.ts';
import type { OperatorReport } from './create-operator.ts';
import { createReportPage } from './operator-page.ts';

const env = createTestEnvironment();
let world: Awaited<ReturnType<typeof createOperatorWorld>>;
beforeEach(async () => {
  world = await createOperatorWorld({ deps: { now: env.now } });
});
afterEach(() => world.close());

const ask = (path: string, init: RequestInit = {}) => fetch(`${world.origin}${path}`, { redirect: 'manual', ...init });
const post = (form: Record<string, string>, headers: Record<string, string> = {}) =>
  ask('/operator', { method: 'POST', body: new URLSearchParams(form), headers });
const cookieOf = (response: Response) => response.headers.get('set-cookie')!.split(';')[0]!;

test('a stranger is asked for the token and told nothing else', async () => {
  const response = await ask('/operator');
  expect(response.status).toBe(200);
  const page = await response.text();
  expect(page).toContain('type="password"');
  expect(page).not.toMatch(/Postgres|TRUST_PROXY|class="checks"/);
  for (const authorization of ['', 'Bearer wrong', `Basic ${operatorToken}`]) {
    expect((await ask('/operator/checks', { headers: { authorization } })).status).toBe(404);
  }
  expect((await ask(`/operator?token=${operatorToken}`)).status).toBe(200);
  expect(await (await ask(`/operator/checks?token=${operatorToken}`)).text()).toContain('problems#not-found');
  expect((await ask('/operator/echo', { headers: { 'x-confab-probe': '99999999999.x' } })).status).toBe(404);
});

test('the token opens the report for an hour, through a cookie that is not the token', async () => {
  const signedIn = await post({ token: ` ${operatorToken} ` });
  expect([signedIn.status, signedIn.headers.get('location')]).toEqual([303, '/operator']);
  const set = signedIn.headers.get('set-cookie')!;
  expect(set).toMatch(/HttpOnly/);
  expect(set).toMatch(/SameSite=Strict/);
  expect(set).toMatch(/Path=\/operator/);
  expect(decodeURIComponent(set)).not.toContain(operatorToken);
  const cookie = cookieOf(signedIn);
  const page = await (await ask('/operator', { headers: { cookie } })).text();
  expect(page).toContain('How this server stands');
  expect(page).toContain('id="reach-websocket" class="green"');
  env.advance(3_601_000);
  expect(await (await ask('/operator', { headers: { cookie } })).text()).toContain('type="password"');
});

test('a wrong token is refused with words at the field, and a forged or foreign form is refused', async () => {
  const refused = await post({ token: 'x'.repeat(40) });
  expect(refused.status).toBe(403);
  expect(refused.headers.get('set-cookie')).toBeNull();
  expect(await refused.text()).toMatch(/role="alert".*aria-describedby="fault"/s);
  const foreign = await post({ token: operatorToken }, { 'sec-fetch-site': 'cross-site' });
  expect(foreign.status).toBe(403);
  const [until] = (await post({ token: operatorToken })).headers.get('set-cookie')!.split('.', 1);
  expect(await (await ask('/operator', { headers: { cookie: `${until}.forged` } })).text()).toContain(
    'type="password"',
  );
});

test('leaving takes the cookie away', async () => {
  const left = await post({ action: 'leave' }, { cookie: cookieOf(await post({ token: operatorToken })) });
  expect(left.headers.get('set-cookie')).toMatch(/^confab_operator=;.*Max-Age=0/);
});

test('programs get the same as JSON with the token as Bearer token', async () => {
  const response = await ask('/operator/checks', { headers: { authorization: `Bearer ${operatorToken}` } });
  const { checkedAt, results } = (await response.json()) as OperatorReport;
  expect(checkedAt).toBe(env.now().toISOString());
  expect(results.map(({ id }) => id)).toEqual(
    expect.arrayContaining([
      'reach-websocket',
      'reach-polling',
      'reach-proxy',
      'secrets',
      'https',
      'jobs-waiting',
      'files',
      'disk-data',
      'mail',
      'model',
    ]),
  );
  expect(response.headers.get('cache-control')).toBe('no-store');
});

test('the page runs no script, is shown in no frame, kept by no cache, and sends its form to itself alone', async () => {
  const { headers } = await ask('/operator');
  const csp = headers.get('content-security-policy')!;
  expect(csp).toContain("default-src 'none'");
  expect(csp).toContain("form-action 'self'");
  expect(csp).toContain("frame-ancestors 'none'");
  expect(csp).not.toContain('script-src');
  expect(headers.get('cache-control')).toBe('no-store');
  expect((await ask('/operator/style.css')).headers.get('content-type')).toMatch(/^text\/css/);
  expect((await ask('/operator', { method: 'DELETE' })).status).toBe(405);
});

test('what was found is shown as text, the worst first', () => {
  const found = { title: 'A', durationMs: 1, advice: null } as const;
  const page = createReportPage({
    checkedAt: '2026-11-21T09:00:00.000Z',
    results: [
      { ...found, id: 'a', verdict: 'green', seen: 'Well.' },
      { ...found, id: 'b', verdict: 'red', seen: '<script>alert(1)</script>', advice: 'Mend & go on.' },
    ],
  });
  expect(page).not.toContain('<script>');
  expect(page).toContain('Mend &#38; go on.');
  expect(page.indexOf('id="b"')).toBeLessThan(page.indexOf('id="a"'));
  expect(page).toContain('Of 2 checks 1 found something wrong, and 0 something to look at.');
});
