import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { integrationRoutes } from '../modules/integration/integration.routes.ts';
import { visitorRoutes } from '../modules/visitors/visitors.routes.ts';
import { testId } from '../storage/conformance/harness.ts';
import { createRouteWorld } from '../testing/route-world.ts';
import { answerUnknownRoute, assignRequestId, createErrorHandler, mountRoutes } from './express-door.ts';
import { createHotDoor } from './hot-door.ts';
import { hotRoutes } from './hot-routes.ts';

/** Each door has a world of its own, and both worlds give out the same ids at the same time. */
async function openWorld() {
  const world = await createRouteWorld();
  const tenant = await world.addTenant('Acme', { publicKey: 'wk_acme', allowedSites: ['shop.example'] });
  const visitor = world.newVisitor(tenant);
  await tenant.storage.visitors.see({ id: visitor.visitorId, widgetId: tenant.widget.id });
  const { conversation } = await tenant.storage.conversations.create({ visitorId: visitor.visitorId });
  const foreign = await tenant.storage.conversations.create({});
  const routes = [...visitorRoutes(world.deps, world.widgetDirectory), ...integrationRoutes(world.deps)];
  const address = () => '127.0.0.1';
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.use(assignRequestId);
  mountRoutes(app, routes, {
    dispatch: world.dispatch,
    remoteAddressOf: address,
    sessionMiddleware: [],
    sessionHandleOf: () => {
      throw new Error('None of these routes has a session.');
    },
  });
  app.use(answerUnknownRoute);
  app.use(createErrorHandler(() => {}));
  return {
    app,
    hotDoor: createHotDoor(hotRoutes(routes), world.dispatch, address),
    token: visitor.token,
    apiKey: tenant.apiKey.secret,
    own: conversation.id,
    foreign: foreign.conversation.id,
  };
}

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

async function listen(listener: Listener): Promise<{ server: Server; port: number }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, port: (server.address() as AddressInfo).port };
}

let doors: { hot: number; express: number };
let given: Awaited<ReturnType<typeof openWorld>>;
const servers: Server[] = [];

beforeAll(async () => {
  const behindHotDoor = await openWorld();
  const behindExpress = await openWorld();
  const hot = await listen((incoming, response) => {
    if (!behindHotDoor.hotDoor(incoming, response)) response.writeHead(599).end();
  });
  const cold = await listen(behindExpress.app);
  servers.push(hot.server, cold.server);
  doors = { hot: hot.port, express: cold.port };
  given = behindExpress;
});

afterAll(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

interface Sent {
  method?: string;
  path: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

/** Status, headers and body, without what differs from request to request. */
function send(port: number, { method = 'GET', path, headers = {}, body }: Sent): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, method, path, headers: { host: 'confab.test', ...headers } });
    asked.on('error', reject);
    asked.on('response', (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('end', () => {
        const { date: _date, 'x-request-id': requestId, ...rest } = answer.headers;
        const text = Buffer.concat(parts).toString().replaceAll(String(requestId), 'ID');
        resolve({ status: answer.statusCode, headers: rest, body: text });
      });
    });
    asked.end(body);
  });
}

const json = { 'content-type': 'application/json' };
const bearer = () => ({ ...json, authorization: `Bearer ${given.token}` });
const orgKey = () => ({ ...json, 'x-org-key': given.apiKey });
const thread = (id = given.own) => `/api/visitor/conversations/${id}/messages`;
const postAs = (headers: Record<string, string>, path: string, body: unknown): Sent => ({
  method: 'POST',
  path,
  headers,
  body: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
});
const post = (body: unknown, path = thread()) => postAs(bearer(), path, body);
const config = (headers: Record<string, string> = {}, key = 'wk_acme') => ({
  path: `/api/widget/${key}/config`,
  headers,
});
const page = { origin: 'https://shop.example' };
const good = (n: number) => ({ content: `Message ${n}`, clientMessageId: `m${n}` });

const cases: [string, number, () => Sent][] = [
  ['a visitor’s message', 201, () => post(good(1))],
  ['the same message again', 201, () => post(good(1))],
  ['a message with members nobody knows', 201, () => post({ ...good(2), role: 'agent', x: 1 })],
  ['invalid JSON', 400, () => post('{"content": "x"')],
  ['a body that is no object', 400, () => post('[]')],
  ['no body', 400, () => post('')],
  ['several faults', 400, () => post({ content: '  ', clientMessageId: 'ä' })],
  ['a NUL character', 400, () => post('{"content":"a\\u0000b","clientMessageId":"n"}')],
  ['half a surrogate pair', 400, () => post('{"content":"\\ud800","clientMessageId":"n"}')],
  ['invalid UTF-8', 400, () => post(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]))],
  ['a message that is too long', 400, () => post({ ...good(3), content: 'x'.repeat(32_001) })],
  ['a body that is too large', 413, () => post({ ...good(3), content: 'x'.repeat(1_000_001) })],
  ['another media type', 415, () => postAs({ ...bearer(), 'content-type': 'text/plain' }, thread(), good(3))],
  ['no media type', 415, () => postAs({ authorization: bearer().authorization }, thread(), good(3))],
  ['a compressed body', 415, () => postAs({ ...bearer(), 'content-encoding': 'gzip' }, thread(), good(3))],
  ['an unknown conversation', 404, () => post(good(3), thread(testId(99)))],
  ['somebody else’s conversation', 404, () => post(good(3), thread(given.foreign))],
  ['an id that is none', 400, () => post(good(3), thread('7'))],
  ['an address with a broken percent sign', 400, () => post(good(3), thread('%zz'))],
  ['an address with invalid UTF-8', 400, () => post(good(3), thread('%ff'))],
  ['an address with NUL', 400, () => post(good(3), thread('%00'))],
  ['no token', 401, () => postAs(json, thread(), good(3))],
  ['a forged token', 401, () => postAs({ ...json, authorization: `Bearer ${given.token}x` }, thread(), good(3))],
  ['another scheme', 401, () => postAs({ ...json, authorization: `Basic ${given.token}` }, thread(), good(3))],

  ['a thread', 200, () => ({ path: thread(), headers: bearer() })],
  ['the rest of a thread', 200, () => ({ path: `${thread()}?after=1&limit=1`, headers: bearer() })],
  ['an id in upper case', 200, () => ({ path: thread(given.own.toUpperCase()), headers: bearer() })],
  ['bad query parameters', 400, () => ({ path: `${thread()}?after=x&limit=0&limit=2`, headers: bearer() })],
  ['both after and before', 400, () => ({ path: `${thread()}?after=1&before=2`, headers: bearer() })],
  ['a query with a broken percent sign', 400, () => ({ path: `${thread()}?after=%ff`, headers: bearer() })],
  ['somebody else’s thread', 404, () => ({ path: thread(given.foreign), headers: bearer() })],

  ['a configuration', 200, () => config(page)],
  ['a configuration for our own page', 200, () => config({ 'sec-fetch-site': 'same-origin' })],
  ['a configuration for another site', 403, () => config({ origin: 'https://evil.example' })],
  ['a configuration for nobody knows whom', 403, () => config()],
  ['an unknown widget', 404, () => config(page, 'wk_other')],
  ['an empty public key', 404, () => config(page, '')],

  ['a program’s message', 201, () => postAs(orgKey(), `/conversations/${given.foreign}/messages`, program)],
  ['the same on the other path', 201, () => postAs(orgKey(), `/api/v1/conversations/${given.own}/messages`, program)],
  ['a role nobody has', 400, () => postAs(orgKey(), `/conversations/${given.own}/messages`, { ...program, role: 'x' })],
  ['a program with a wrong key', 401, () => postAs(json, `/conversations/${given.own}/messages`, program)],
];
const program = { role: 'user', content: 'From a program', metadata: { a: 1 } };

describe('both doors answer alike:', () => {
  test.each(cases)('%s (%i)', async (_name, status, sent) => {
    const [hot, cold] = await Promise.all([send(doors.hot, sent()), send(doors.express, sent())]);
    // What the hot door does not take goes on to Express, and is the same anyway.
    if (hot.status !== 599) expect(hot).toEqual(cold);
    expect(cold.status).toBe(status);
  });

  test('a configuration that the page has already (304)', async () => {
    const { headers } = (await send(doors.hot, config(page))) as { headers: { etag: string } };
    const sent = config({ ...page, 'if-none-match': headers.etag });
    const [hot, cold] = [await send(doors.hot, sent), await send(doors.express, sent)];
    expect(hot).toEqual(cold);
    expect(hot).toMatchObject({ status: 304, body: '', headers: { 'access-control-allow-origin': page.origin } });
  });
});

test('every hot endpoint is taken by the hot door', async () => {
  const sent = [post(good(9)), { path: thread(), headers: bearer() }, config(page)];
  const all = [...sent, postAs(orgKey(), `/api/v1/conversations/${given.own}/messages`, program)];
  for (const one of all) expect((await send(doors.hot, one)).status).toBeLessThan(300);
});

test('a request that breaks off leaves the server working', async () => {
  for (const port of [doors.hot, doors.express]) {
    await new Promise<void>((resolve) => {
      const to = { port, host: '127.0.0.1', method: 'POST', path: thread(), headers: bearer(), agent: false };
      const asked = request(to);
      asked.on('error', () => resolve());
      asked.write('{"content":', () => asked.destroy());
    });
    expect((await send(port, { path: thread(), headers: bearer() })).status).toBe(200);
  }
});
