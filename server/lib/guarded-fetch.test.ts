import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { createFetchPolicy, parseAllowed } from './fetch-policy.ts';
import { createGuardedFetch, type GuardedFetch } from './guarded-fetch.ts';

const servers: Server[] = [];
const fetchers: GuardedFetch[] = [];

async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

function fetcher(options: Partial<Parameters<typeof createGuardedFetch>[0]> = {}): GuardedFetch {
  const made = createGuardedFetch({ allowPrivate: [], ...options });
  fetchers.push(made);
  return made;
}

/** One that may reach this machine by the name site.test, and by no other. */
const open = () => fetcher({ allowPrivate: ['site.test'], resolve: toLoopback });
const toLoopback = async () => [{ address: '127.0.0.1', family: 4 }];

afterEach(async () => {
  await Promise.all(fetchers.splice(0).map((made) => made.close()));
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

describe('addresses that are not public', () => {
  test.each([
    'http://127.0.0.1/',
    'http://127.1/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0177.0.0.1/',
    'http://0.0.0.0/',
    'http://10.1.2.3/',
    'http://172.16.0.1/',
    'http://192.168.1.1/',
    'http://100.64.0.1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://192.0.0.192/',
    'http://198.18.0.1/',
    'http://224.0.0.1/',
    'http://255.255.255.255/',
    'http://[::1]/',
    'http://[::]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:7f00:1]/',
    'http://[::7f00:1]/',
    'http://[64:ff9b::7f00:1]/',
    'http://[64:ff9b:1::1]/',
    'http://[2002:7f00:1::]/',
    'http://[2001::1]/',
    'http://[fe80::1]/',
    'http://[fd00:ec2::254]/',
    'http://[fec0::1]/',
    'http://[ff02::1]/',
  ])('refuses %s', async (url) => {
    await expect(fetcher().fetch(url)).rejects.toMatchObject({ name: 'FetchError', kind: 'private' });
  });

  test.each(['localhost', 'inside.test'])('refuses the name %s, which resolves to this machine', async (name) => {
    const port = await serve((_, response) => response.end('secret'));
    const resolve = name === 'inside.test' ? { resolve: toLoopback } : {};
    await expect(fetcher(resolve).fetch(`http://${name}:${port}/`)).rejects.toMatchObject({ kind: 'private' });
  });

  test('refuses a name of which one address is public and one is not', async () => {
    const resolve = async () => [
      { address: '93.184.215.14', family: 4 },
      { address: '10.0.0.1', family: 4 },
    ];
    await expect(fetcher({ resolve }).fetch('http://mixed.test/')).rejects.toMatchObject({ kind: 'private' });
  });

  test('refuses a name that changes its mind between two requests', async () => {
    const port = await serve((_, response) => response.setHeader('connection', 'close').end('first'));
    let asked = 0;
    const resolve = async () => {
      asked += 1;
      return [{ address: asked === 1 ? '127.0.0.1' : '127.0.0.2', family: 4 }];
    };
    const made = fetcher({ allowPrivate: ['127.0.0.1'], resolve });
    expect(String((await made.fetch(`http://rebound.test:${port}/`)).body)).toBe('first');
    await expect(made.fetch(`http://rebound.test:${port}/`)).rejects.toMatchObject({ kind: 'private' });
  });

  test('names neither the address nor anything else of the network in its reason', async () => {
    const resolve = async () => [{ address: '10.77.0.9', family: 4 }];
    const error = await fetcher({ resolve })
      .fetch('http://inside.test/')
      .catch((caught: Error) => caught);
    expect((error as Error).message).toContain('FETCH_ALLOW_PRIVATE');
    expect((error as Error).message).not.toContain('10.77');
  });
});

describe('FETCH_ALLOW_PRIVATE', () => {
  test('lets a named host, an address and a network through, and nothing beside them', () => {
    const policy = createFetchPolicy(['wiki.intern', '10.1.0.0/16', '192.168.7.7', 'fd00:1::/32']);
    expect(policy.permits('wiki.intern', '172.16.0.5')).toBe(true);
    expect(policy.permits('WIKI.intern.', '172.16.0.5')).toBe(true);
    expect(policy.permits('other.intern', '172.16.0.5')).toBe(false);
    expect(policy.permits('any.test', '10.1.200.3')).toBe(true);
    expect(policy.permits('any.test', '::ffff:10.1.200.3')).toBe(true);
    expect(policy.permits('any.test', '10.2.0.1')).toBe(false);
    expect(policy.permits('any.test', '192.168.7.7')).toBe(true);
    expect(policy.permits('any.test', '192.168.7.8')).toBe(false);
    expect(policy.permits('any.test', 'fd00:1::5')).toBe(true);
    expect(policy.permits('any.test', 'fd00:2::5')).toBe(false);
    expect(policy.permits('any.test', '93.184.215.14')).toBe(true);
  });

  test('is told apart from what is no host, address or network', () => {
    expect(['a b', '10.0.0.0/99', 'http://x', '10.0.0', '*'].map(parseAllowed)).toEqual(Array(5).fill(undefined));
  });
});

describe('addresses that are not fetched at all', () => {
  test.each([
    ['file:///etc/passwd', 'http://'],
    ['ftp://example.com/', 'http://'],
    ['http://user:pass@example.com/', 'password'],
    ['http://example.com:25/', 'Port 25'],
    ['not an address', 'not an address'],
  ])('refuses %s and says why', async (url, said) => {
    await expect(fetcher().fetch(url)).rejects.toMatchObject({ kind: 'url', message: expect.stringContaining(said) });
  });
});

describe('redirects', () => {
  test('are followed, and the last address is told', async () => {
    const port = await serve((request, response) => {
      if (request.url === '/end') response.end('there');
      else response.writeHead(302, { location: '/end' }).end();
    });
    const answer = await open().fetch(`http://site.test:${port}/start`);
    expect([answer.url, String(answer.body)]).toEqual([`http://site.test:${port}/end`, 'there']);
  });

  test.each([
    'http://127.0.0.1:PORT/',
    'http://[::ffff:127.0.0.1]:PORT/',
    'http://localhost:PORT/',
    'http://169.254.169.254/',
  ])('are checked anew: one to %s is refused', async (target) => {
    let port = 0;
    port = await serve((_, response) => {
      response.writeHead(302, { location: target.replace('PORT', String(port)) }).end('secret');
    });
    await expect(open().fetch(`http://site.test:${port}/`)).rejects.toMatchObject({ kind: 'private' });
  });

  test.each(['file:///etc/passwd', 'gopher://site.test/'])('to %s are refused', async (location) => {
    const port = await serve((_, response) => response.writeHead(301, { location }).end());
    await expect(open().fetch(`http://site.test:${port}/`)).rejects.toMatchObject({ kind: 'url' });
  });

  test('end after five', async () => {
    let requests = 0;
    const port = await serve((_, response) => {
      requests += 1;
      response.writeHead(302, { location: `/${requests}` }).end();
    });
    await expect(open().fetch(`http://site.test:${port}/`)).rejects.toMatchObject({ kind: 'redirects' });
    expect(requests).toBe(6);
  });

  test('take no authorization to another origin, and turn an answered POST into a GET', async () => {
    const seen: unknown[] = [];
    const other = await serve((request, response) => {
      seen.push([request.method, request.headers.authorization, request.headers['x-kept']]);
      response.end();
    });
    const port = await serve((_, response) =>
      response.writeHead(303, { location: `http://site.test:${other}/` }).end(),
    );
    const headers = { authorization: 'Bearer x', 'x-kept': 'yes' };
    await open().fetch(`http://site.test:${port}/`, { method: 'POST', body: 'x', headers });
    expect(seen).toEqual([['GET', undefined, 'yes']]);
  });
});

describe('limits', () => {
  test('stop a body that is larger than allowed, announced or not', async () => {
    const port = await serve((request, response) => {
      if (request.url === '/announced') response.setHeader('content-length', 5_000_000);
      response.write(Buffer.alloc(200_000));
      if (request.url === '/announced') return;
      response.end();
    });
    for (const path of ['/announced', '/chunked']) {
      const fetched = open().fetch(`http://site.test:${port}${path}`, { bytesMax: 100_000 });
      await expect(fetched).rejects.toMatchObject({ kind: 'size' });
    }
  });

  test('count what a packed body unfolds to', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    const port = await serve((_, response) => response.setHeader('content-encoding', 'gzip').end(bomb));
    expect(bomb.length).toBeLessThan(100_000);
    const fetched = open().fetch(`http://site.test:${port}/`, { bytesMax: 1_000_000 });
    await expect(fetched).rejects.toMatchObject({ kind: 'size' });
  });

  test('end a server that never finishes', async () => {
    const port = await serve((_, response) => void response.write('a'));
    const fetched = open().fetch(`http://site.test:${port}/`, { timeMsMax: 300 });
    await expect(fetched).rejects.toMatchObject({ kind: 'time' });
  });

  test('give the caller’s own reason when the caller gives up', async () => {
    const controller = new AbortController();
    const port = await serve(() => controller.abort(new Error('enough')));
    await expect(open().fetch(`http://site.test:${port}/`, { signal: controller.signal })).rejects.toThrow('enough');
  });
});

describe('what is fetched', () => {
  test.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['identity', (data: string) => Buffer.from(data)],
  ])('is unpacked from %s', async (encoding, pack) => {
    const port = await serve((_, response) => response.setHeader('content-encoding', encoding).end(pack('héllo')));
    expect(String((await open().fetch(`http://site.test:${port}/`)).body)).toBe('héllo');
  });

  test('comes with its status and headers, and the request names Confab', async () => {
    const port = await serve((request, response) => {
      response.writeHead(404, { 'X-Agent': request.headers['user-agent'] }).end();
    });
    const { status, headers } = await open().fetch(`http://site.test:${port}/`);
    expect([status, headers['x-agent']]).toEqual([404, 'Confab']);
  });

  test('says in plain words when nobody answers', async () => {
    const resolve = async () => {
      throw Object.assign(new Error('x'), { code: 'ENOTFOUND' });
    };
    const fetched = fetcher({ resolve }).fetch('http://nowhere.test/');
    await expect(fetched).rejects.toMatchObject({ kind: 'network', message: 'There is no server of that name.' });
  });
});
