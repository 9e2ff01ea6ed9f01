import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import type { Endpoint } from '../../shared/contracts/endpoint.ts';
import { bodyFor } from '../testing/endpoint-bodies.ts';
import {
  credentialsFor,
  openInMemory,
  openOnPostgres,
  openPlantedWorld,
  type PlantedWorld,
  parametersOf,
  pathsOf,
  pathWith,
  type Received,
  type Tenant,
} from '../testing/planted-world.ts';
import { faultOfProblem } from '../testing/problem-fault.ts';

const deep = (levels = 10_000) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
const textCursor = (plain: string) => Buffer.from(plain).toString('base64url');

/** Values, as JSON, that no member was made for. */
const oddValues = [
  ...['null', 'true', '-1', '0.5', '1e308', '1e999', '99999999999999999999', '""', '" "', '[]', '{}', '[[]]', '[null]'],
  ...['"a\\u0000b"', '"\\ud800"', '"\\udc00\\ud800"', '"\\u202e\\ufeff"', '["a\\u0000b"]', '{"a\\u0000b":"\\ud800"}'],
  ...['{"__proto__":{"polluted":1}}', '{"constructor":{"prototype":{"polluted":1}}}', '{"toString":null,"length":-1}'],
  ...['"2026-99-99T99:99:99Z"', '"-271821-04-20T00:00:00Z"', '"0000-01-01T00:00:00Z"', '"275760-09-13T00:00:00Z"'],
  ...[
    '"javascript:alert(1)"',
    '"http://["',
    '"%00"',
    '"\'; DROP TABLE users; --"',
    '"{{7*7}}"',
    '"*."',
    '"\\u0130@x.y"',
  ],
  ...[
    `"${'x'.repeat(200_000)}"`,
    `[${'{},'.repeat(5_000)}{}]`,
    deep(),
    `{"a":${deep()}}`,
    `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`,
  ],
];

const oddParameters = [
  ...[
    '',
    '%20',
    '0',
    '-1',
    '1.5',
    '1e3',
    '101',
    '99999999999',
    '2147483648',
    'NaN',
    'none',
    '%00',
    '%ff',
    '%zz',
    '%',
    'x'.repeat(5_000),
  ],
  ...['__proto__', '[]', '%F0%9F%92%A9', '019b0000-0000-7abc-8def-7fffffffffff', '2026-99-99T00:00:00Z'],
  ...[
    'i.',
    'i.x',
    'k.\0',
    'k.\ud800',
    'k.',
    's.9999999999',
    's.-1',
    't..',
    `t.${(8.64e15).toString(36)}.019b0000-0000-7abc-8def-7fffffffffff`,
  ].map(textCursor),
  ...[-8.64e15, -6.3e13, 8.64e15].map((at) => textCursor(`t.${at.toString(36)}.019b0000-0000-7abc-8def-7fffffffffff`)),
];

/** Members, as in JSON, and parameters that no endpoint has. */
const strangers = ['__proto__', 'constructor', 'a\\u0000b'];
const strangeParameters = ['__proto__', 'constructor'];

/** Tenants who send at the same time, so that nobody waits for the database alone. */
const lanes = 8;

describe.each([
  ['memory', openInMemory],
  ['Postgres', openOnPostgres],
])('on %s', { timeout: 240_000 }, (_storage, open) => {
  let world: PlantedWorld;
  let endpoints: Endpoint[];
  /** What went otherwise than it should, so that all of it is seen at once. */
  let faults: string[];

  beforeAll(async () => {
    world = await openPlantedWorld(open);
    endpoints = world.app.routes.map(({ endpoint }) => endpoint);
  });
  afterAll(() => world.close());

  /** For each path of each endpoint a tenant of its own, whose owner sends what is given and waits for the answer. */
  async function sweep(over: Endpoint[], check: (at: At) => Promise<void>): Promise<void> {
    faults = [];
    expect(over.length).toBeGreaterThan(0);
    const waiting = over.flatMap((endpoint) => pathsOf(endpoint).map((path) => ({ endpoint, path })));
    const lane = async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) await check(await arrive(next));
    };
    await Promise.all(Array.from({ length: lanes }, lane));
    expect(faults).toEqual([]);
    expect(world.failures).toEqual([]);
    expect((await world.send({ path: '/readyz' })).status).toBe(200);
  }

  async function arrive({ endpoint, path }: { endpoint: Endpoint; path: string }): Promise<At> {
    const tenant = await world.plant();
    const credentials = await credentialsFor(endpoint, tenant);
    const good = bodyFor(endpoint, tenant);
    const send: At['send'] = ({ body, headers = {}, query = '' }) => {
      const sent = body ?? (good === undefined ? undefined : JSON.stringify(good));
      return world.send({
        method: endpoint.method,
        path: pathWith(path, tenant.params) + query,
        headers: {
          ...(sent === undefined ? {} : { 'content-type': 'application/json' }),
          ...credentials,
          ...headers,
        },
        body: sent,
      });
    };
    return { endpoint, tenant, good, send };
  }

  function expectProblem(what: string, answer: Received, ...statuses: number[]): void {
    const fault = faultOfProblem(answer, statuses);
    if (fault !== undefined) faults.push(`${what}: ${fault}`);
  }

  /** Whatever it is: taken, or refused with a reason. */
  function expectNoFailure(what: string, answer: Received): void {
    if (answer.status >= 300) expectProblem(what, answer, 400, 401, 403, 404, 409, 410, 413, 415, 429);
  }

  const takingBodies = () => endpoints.filter(({ body }) => body);

  test('a body that cannot be read is refused with a reason by every route that takes one', async () => {
    const json = 'application/json';
    await sweep(takingBodies(), async ({ endpoint: { name }, good, send }) => {
      const text = JSON.stringify(good);
      const unreadable: [number, string | Buffer, Record<string, string>?][] = [
        [400, '{"a":'],
        [400, "{'a':1}"],
        [400, `${text},`],
        [400, `\ufeff\ufeff${text}`],
        [400, Buffer.from(text, 'utf16le')],
        [400, Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xff, 0xfe, 0x22, 0x7d])],
        [400, Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])],
        [400, '\0'],
        [400, '"text"'],
        [400, 'null'],
        [400, '7'],
        [400, '[]'],
        [400, deep()],
        [413, `{"a":"${'x'.repeat(1_000_000)}"}`],
        [415, text, { 'content-type': 'text/plain' }],
        [415, text, { 'content-type': 'multipart/form-data; boundary=x' }],
        [415, text, { 'content-type': 'application/x-www-form-urlencoded' }],
        [415, text, { 'content-type': '' }],
        [415, text, { 'content-type': json, 'content-encoding': 'gzip' }],
      ];
      for (const [status, body, headers] of unreadable) {
        expectProblem(`${name} ${JSON.stringify(String(body).slice(0, 40))}`, await send({ body, headers }), status);
      }
    });
  });

  test('a member with a value it was not made for never fails the server', async () => {
    await sweep(takingBodies(), async ({ endpoint, good, send }) => {
      const { properties = {} } = z.toJSONSchema(endpoint.body as z.ZodMiniType, {
        io: 'input',
        unrepresentable: 'any',
      });
      const sendWith = async (members: readonly string[], value: string) => {
        const others = Object.entries(good as object).filter(([name]) => !members.includes(name));
        const rest = JSON.stringify(Object.fromEntries(others)).slice(1, -1);
        const odd = members.map((member) => `"${member}":${value}`).join();
        const answer = await send({ body: `{${rest === '' ? '' : `${rest},`}${odd}}` });
        expectNoFailure(`${endpoint.name} ${members.join()}=${value.slice(0, 40)}`, answer);
        return answer;
      };
      for (const value of oddValues) {
        for (const member of Object.keys(properties)) await sendWith([member], value);
        // Taken together, none of them has hidden another.
        if ((await sendWith(strangers, value)).status < 300) continue;
        for (const member of strangers) await sendWith([member], value);
      }
    });
    expect({}).not.toHaveProperty('polluted');
  });

  test('NUL characters and lone surrogates are refused wherever a text is kept', async () => {
    await sweep(takingBodies(), async ({ endpoint: { name }, good, send }) => {
      // These name something, or are only compared; what is kept of them is never the text.
      if (/^(login|lookUpInvitation|acceptInvitation|openVisitorSession|deleteClient)$/.test(name)) return;
      const text = JSON.stringify(good);
      const places = [...text.matchAll(/:"/g)].map(({ index }) => index + 2);
      for (const bad of ['\\u0000', '\\ud800', '\\udfff']) {
        for (const at of places) {
          const body = text.slice(0, at) + bad + text.slice(at);
          expectProblem(`${name} ${body}`, await send({ body }), 400);
        }
      }
    });
  });

  test('a query parameter with a value it was not made for never fails the server', async () => {
    await sweep(
      endpoints.filter(({ query }) => query),
      async ({ endpoint: { name, query }, send }) => {
        const { properties = {} } = z.toJSONSchema(query as z.ZodMiniType, { io: 'input', unrepresentable: 'any' });
        const sendWith = async (parameters: readonly string[], value: string) => {
          const answer = await send({ query: `?${parameters.map((parameter) => `${parameter}=${value}`).join('&')}` });
          expectNoFailure(`${name} ?${parameters.join()}=${value.slice(0, 40)}`, answer);
          return answer;
        };
        for (const value of oddParameters) {
          for (const parameter of Object.keys(properties)) await sendWith([parameter], value);
          if ((await sendWith(strangeParameters, value)).status < 300) continue;
          for (const parameter of strangeParameters) await sendWith([parameter], value);
        }
        const refused = ['limit=1&limit=2', 'limit=%00', 'limit=%ff'];
        if ('limit' in properties) refused.push('limit=0', 'limit=101', 'limit=x');
        if ('cursor' in properties) refused.push('cursor=x', 'cursor=%00', `cursor=${textCursor('t.x.y')}`, 'cursor=');
        for (const one of refused) expectProblem(`${name} ?${one}`, await send({ query: `?${one}` }), 400);
      },
    );
  });

  test('a file is taken or refused with a reason by every route that takes one, whatever it is and is called', async () => {
    await sweep(
      endpoints.filter(({ upload }) => upload),
      async ({ endpoint: { name, upload }, send }) => {
        const bytes = (text: string) => Buffer.from(text, 'latin1');
        const files: [number, Buffer, string?][] = [
          [201, bytes('tea')],
          [201, bytes('tea'), 'application/json'],
          [201, bytes('PK\x03\x04'), ''],
          [201, bytes('%PDF-'), 'multipart/form-data; boundary=x'],
          [415, bytes('')],
          [415, bytes('\0')],
          [415, bytes('\xed\xa0\x80')],
          [415, bytes('<svg onload=alert(1)>'), 'image/png'],
          [413, Buffer.alloc((upload?.bytesMax ?? 0) + 1, 'x')],
        ];
        for (const [judged, body, type] of files) {
          // What a document is shows when it is read, behind the answer.
          const status = /Document$/.test(name) && judged === 415 && body.length > 0 ? 201 : judged;
          const headers = type === undefined ? {} : { 'content-type': type };
          const answer = await send({ body, headers, query: '?name=a.txt' });
          const what = `${name} ${body.subarray(0, 20).toString('latin1')}`;
          if (status !== 201) expectProblem(what, answer, status);
          else if (answer.status !== 201) faults.push(`${what}: ${answer.status} ${answer.text}`);
        }
        expectProblem(name, await send({ body: 'x', headers: { 'content-encoding': 'gzip' }, query: '?name=a' }), 415);
        for (const given of [
          '..%2f..%2fetc%2fpasswd',
          '%E2%80%AE',
          '%22%0D%0AX-Evil:%201',
          '%F0%9F%98%80',
          'CON',
          '.',
        ]) {
          expectNoFailure(`${name} ${given}`, await send({ body: 'tea', query: `?name=${given}` }));
        }
        for (const given of ['', '%20', '%00', '%ff', 'x'.repeat(201)]) {
          expectProblem(`${name} ${given}`, await send({ body: 'tea', query: `?name=${given}` }), 400);
        }
      },
    );
  });

  test('addresses and headers beyond measure are refused with a reason by every route', async () => {
    await sweep(endpoints, async ({ endpoint, tenant, send }) => {
      const { name, path } = endpoint;
      expectProblem(`${name} headers`, await send({ headers: { 'x-long': 'x'.repeat(20_000) } }), 431);
      expectProblem(`${name} address`, await send({ query: `?${'x'.repeat(20_000)}` }), 431);
      const many = Object.fromEntries(Array.from({ length: 1_500 }, (_, n) => [`x-${n}`, '1']));
      expectProblem(`${name} many headers`, await send({ headers: many }), 400);
      const elsewhere = `${pathWith(path, tenant.params)}/nothing/here`;
      for (const one of [elsewhere, `${elsewhere}/%zz`, `/${elsewhere}`, `${elsewhere}/..%2f..%2fetc%2fpasswd`]) {
        expectProblem(`${name} ${one}`, await world.send({ method: endpoint.method, path: one }), 400, 404);
      }
      for (const parameter of parametersOf(path)) {
        const params = { ...tenant.params, [parameter]: '' };
        const answer = await world.send({ method: endpoint.method, path: pathWith(path, params) });
        if (answer.status >= 300) expectProblem(`${name} without ${parameter}`, answer, 400, 401, 404, 405);
      }
    });
  });

  test('what is no HTTP at all is answered with a reason, and the connection is closed', async () => {
    faults = [];
    for (const bytes of [
      '\0\0\0\r\n\r\n',
      'GET\r\n\r\n',
      'FOO / HTTP/1.1\r\nHost: x\r\n\r\n',
      'GET / HTTP/9.9\r\n\r\n',
    ]) {
      const answer = await sendBytes(world.port, bytes);
      const [head = '', body = ''] = answer.split('\r\n\r\n');
      const status = Number(head.split(' ')[1]);
      const requestId = /^x-request-id: (.+)$/im.exec(head)?.[1];
      const headers = { 'content-type': /^content-type: (.+)$/im.exec(head)?.[1] ?? '', 'x-request-id': requestId };
      expectProblem(bytes, { status, headers, text: body, json: body === '' ? {} : JSON.parse(body) }, 400);
    }
    expect(faults).toEqual([]);
    expect((await world.send({ path: '/readyz' })).status).toBe(200);
  });
});

interface At {
  endpoint: Endpoint;
  tenant: Tenant;
  /** A body that is taken. */
  good: unknown;
  send(sent: {
    body?: string | Buffer | undefined;
    headers?: Record<string, string> | undefined;
    query?: string;
  }): Promise<Received>;
}

/** Everything that comes back until the server closes the connection. */
function sendBytes(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
  });
}
