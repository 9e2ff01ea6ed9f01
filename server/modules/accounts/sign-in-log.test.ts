import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { createHttpWorld, goodPassword } from '../../testing/http-world.ts';

test('every sign-in and every one that is refused is logged, with nothing that was typed', async () => {
  const lines: string[] = [];
  const world = await createHttpWorld({ log: pino({ base: null }, { write: (line) => void lines.push(line) }) });
  onTestFinished(() => world.close());
  const { email, userId } = await world.register();
  const signIn = (password: string, as = email) => world.newBrowser().post('/api/auth/login', { email: as, password });
  await signIn(goodPassword);
  const { headers } = await signIn('a wrong guess');
  await signIn('a wrong guess', 'nobody@example.com');
  const said = lines.map((line) => JSON.parse(line)).filter(({ event }) => event.startsWith('sign-in.'));
  expect(said).toMatchObject([
    { event: 'sign-in.done', userId },
    { event: 'sign-in.refused', requestId: headers.get('x-request-id') },
    { event: 'sign-in.refused' },
  ]);
  for (const typed of [goodPassword, 'a wrong guess', email, 'nobody']) expect(lines.join()).not.toContain(typed);
});

test('a request that its role or its origin does not allow is logged', async () => {
  const lines: string[] = [];
  const world = await createHttpWorld({ log: pino({ base: null }, { write: (line) => void lines.push(line) }) });
  onTestFinished(() => world.close());
  const { browser, clientId } = await world.found();
  const agent = await world.register();
  await world.deps.storage.forClient(clientId as never).members.add({ userId: agent.userId, role: 'agent' });
  await agent.browser.post(`/api/clients/${clientId}/api-keys`, { name: 'Mine' });
  await browser.post('/api/auth/logout', undefined, { origin: 'https://evil.example' });
  expect(lines.map((line) => JSON.parse(line)).filter(({ event }) => event === 'request.not-allowed')).toMatchObject([
    { route: 'createApiKey', code: 'not-permitted' },
    { route: 'logout', code: 'origin-refused' },
  ]);
});
