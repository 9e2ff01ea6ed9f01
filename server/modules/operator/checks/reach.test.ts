import { once } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import { startFakeEndpoint, withJson } from '../../../testing/fake-endpoint.ts';
import { createOperatorWorld, type OperatorWorldOptions } from '../../../testing/operator-world.ts';
import { type SmallProxyOptions, startSmallProxy } from '../../../testing/small-proxy.ts';
import { runChecks } from '../check.ts';
import { createOperatorAccess } from '../operator-access.ts';
import { type Echo, judge, reachChecks } from './reach.ts';

const opened: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

async function world(options?: OperatorWorldOptions) {
  const made = await createOperatorWorld(options);
  opened.push(made.close);
  return made;
}

async function proxy(options: SmallProxyOptions) {
  const made = await startSmallProxy(options);
  opened.push(made.close);
  return made.origin;
}

/** The verdicts of a look from `from` at `origin`, by check. */
async function look(origin: string, probe?: () => string, from: 'server' | 'elsewhere' = 'server') {
  const results = await runChecks(reachChecks({ origin: () => origin, from, probe }));
  return Object.fromEntries(results.map(({ id, ...found }) => [id.replace('reach-', ''), found]));
}

test('a server that is reached without a proxy is well', async () => {
  const { origin, operator } = await world();
  const found = await look(origin, operator.access.probe);
  expect(Object.values(found).map(({ verdict }) => verdict)).toEqual(['green', 'green', 'green']);
});

test('a proxy that is set up as documented is well', async () => {
  const { port, operator } = await world({ config: { trustProxyHops: 1 } });
  const found = await look(await proxy({ ports: [port] }), operator.access.probe);
  expect(found).toMatchObject({ websocket: { verdict: 'green' }, polling: { verdict: 'green' } });
  expect(found.proxy).toMatchObject({ verdict: 'green', seen: '1 proxy in front; TRUST_PROXY=1.' });
});

test('a proxy that drops upgrades is named as such, and polling is said to work', async () => {
  const { port } = await world();
  const found = await look(await proxy({ ports: [port], upgrade: 'dropped' }));
  expect(found.websocket).toMatchObject({ verdict: 'red', seen: 'The upgrade was answered with status 400.' });
  expect(found.websocket?.advice).toContain('Upgrade and Connection');
  expect(found.polling?.verdict).toBe('green');
});

test('a proxy that lets no POST through is named as such', async () => {
  const { port } = await world();
  const found = await look(await proxy({ ports: [port], refused: ['POST'] }));
  expect(found.polling).toMatchObject({ verdict: 'red', seen: 'The second request was answered with status 405.' });
});

test('a balancer that sends polls to another process each time is named as such', async () => {
  const [one, two] = [await world(), await world()];
  // The upgrade is dropped, so that no other request comes in between.
  const origin = await proxy({ ports: [one.port, two.port] });
  const polling = reachChecks({ origin: () => origin, from: 'server' }).filter(({ id }) => id === 'reach-polling');
  const [found] = await runChecks(polling);
  expect(found).toMatchObject({ verdict: 'yellow', advice: expect.stringContaining('ip_hash') });
});

test('an address where something else answers is named as such', async () => {
  const other = await startFakeEndpoint(withJson({ hello: 'world' }));
  opened.push(other.close);
  const access = createOperatorAccess(undefined, () => new Date());
  const found = await look(other.origin, access.probe);
  expect(Object.values(found).map(({ verdict }) => verdict)).toEqual(['red', 'red', 'red']);
  expect(found.proxy?.seen).toContain('Something else than this server answers');
});

test('an address that cannot be reached is worse from elsewhere than from the server itself', async () => {
  const gone = await startFakeEndpoint();
  await gone.close();
  const inside = await look(gone.origin);
  expect(inside.websocket).toMatchObject({
    verdict: 'yellow',
    advice: expect.stringContaining('npm run doctor -- --url'),
  });
  const outside = await look(gone.origin, undefined, 'elsewhere');
  expect([outside.websocket?.verdict, outside.polling?.verdict]).toEqual(['red', 'red']);
  expect(outside.websocket?.seen).toContain('ECONNREFUSED');
});

test('an address that answers nothing is given up in time', async () => {
  const { createServer } = await import('node:net');
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  opened.push(async () => silent.close());
  const { port } = silent.address() as { port: number };
  const checks = reachChecks({ origin: () => `http://127.0.0.1:${port}`, from: 'server' }).slice(0, 2);
  const results = await runChecks(checks, 100);
  expect(results.map(({ verdict }) => verdict)).toEqual(['red', 'red']);
});

describe('TRUST_PROXY', () => {
  test.each<[string, number, NonNullable<SmallProxyOptions['forwarded']>, 'green' | 'yellow' | 'red', string]>([
    ['too low', 0, 'added', 'yellow', 'Set TRUST_PROXY=1'],
    ['too high, so that invented addresses are believed', 2, 'added', 'red', 'anybody can choose their address'],
    ['too high behind a proxy that drops what was invented', 2, 'replaced', 'yellow', 'Set TRUST_PROXY=1'],
    ['right behind a proxy that drops what was invented', 1, 'replaced', 'green', ''],
    ['set although the proxy passes invented addresses on', 1, 'nothing', 'red', 'anybody can choose their address'],
  ])('%s is told', async (_name, trustProxyHops, forwarded, verdict, advice) => {
    const { port, operator } = await world({ config: { trustProxyHops } });
    const { proxy: found } = await look(await proxy({ ports: [port], forwarded }), operator.access.probe);
    expect(found).toMatchObject({ verdict, advice: advice === '' ? null : expect.stringContaining(advice) });
  });

  const echo: Echo = { hops: 1, cleaned: false, deceived: false, trustProxy: 1, protocol: 'https', cookieSecure: true };
  test('a proxy that does not say that people use HTTPS is told', () => {
    expect(judge(echo, 'https://chat.example.com').verdict).toBe('green');
    expect(judge({ ...echo, protocol: null }, 'https://chat.example.com')).toMatchObject({ verdict: 'red' });
    expect(judge({ ...echo, trustProxy: 0 }, 'https://chat.example.com')).toMatchObject({ verdict: 'red' });
  });

  test('another process with a token of its own is told', async () => {
    const [one, two] = [
      await world(),
      await world({ secrets: { operatorToken: 'quite another token of an operator' } }),
    ];
    const { proxy: found } = await look(two.origin, one.operator.access.probe);
    expect(found).toMatchObject({ verdict: 'yellow', advice: expect.stringContaining('OPERATOR_TOKEN') });
  });
});
