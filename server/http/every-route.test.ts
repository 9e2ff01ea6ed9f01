import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Endpoint } from '../../shared/contracts/endpoint.ts';
import { can, type Permission, type Role, roles } from '../../shared/permissions.ts';
import { sentTo } from '../testing/endpoint-bodies.ts';
import {
  credentialsFor,
  openInMemory,
  openOnPostgres,
  openPlantedWorld,
  type PlantedWorld,
  parametersOf,
  pathsOf,
  pathWith,
  queryFor,
  type Tenant,
} from '../testing/planted-world.ts';
import { faultOfProblem } from '../testing/problem-fault.ts';

/** Where a use case asks for more than the permission at the door. */
const furtherPermission: Record<string, Permission> = { removeMember: 'members.manage' };

describe.each([
  ['memory', openInMemory],
  ['Postgres', openOnPostgres],
])('on %s', { timeout: 240_000 }, (_storage, open) => {
  let world: PlantedWorld;
  let victim: Tenant;
  let intruder: Tenant;
  let endpoints: Endpoint[];
  /** What went otherwise than it should, so that all of it is seen at once. */
  let faults: string[];

  beforeAll(async () => {
    world = await openPlantedWorld(open);
    endpoints = world.app.routes.map(({ endpoint }) => endpoint);
    [victim, intruder] = [await world.plant(), await world.plant()];
  });
  afterAll(() => world.close());

  /** Calls an endpoint of a tenant by whom the headers say. */
  function call(
    endpoint: Endpoint,
    tenant: Tenant,
    { path = endpoint.path, headers = {}, params = tenant.params }: CallOptions = {},
  ) {
    const sent = sentTo(endpoint, tenant);
    return world.send({
      method: endpoint.method,
      path: pathWith(path, params) + queryFor(endpoint, tenant),
      headers: { ...sent.headers, ...headers },
      body: sent.body,
    });
  }

  async function expectProblem(status: number, what: string, answering: ReturnType<typeof call>): Promise<void> {
    const fault = faultOfProblem(await answering, [status]);
    if (fault !== undefined) faults.push(`${what}: ${fault}`);
  }

  /** Everything the tenant's owner can read. */
  async function everythingOf(tenant: Tenant): Promise<string[]> {
    const reading = endpoints.filter(({ access, method }) => access.kind === 'member' && method === 'GET');
    const answers = [];
    for (const endpoint of reading) {
      const answer = await call(endpoint, tenant, { headers: await credentialsFor(endpoint, tenant) });
      answers.push(`${endpoint.name} ${answer.status} ${answer.text}`);
    }
    return answers;
  }

  /** Runs a check over routes; fails with all that it found, and when the server took a fault for its own. */
  async function sweep(over: Endpoint[], check: (endpoint: Endpoint, path: string) => Promise<void>): Promise<void> {
    faults = [];
    expect(over.length).toBeGreaterThan(0);
    for (const endpoint of over) for (const path of pathsOf(endpoint)) await check(endpoint, path);
    expect(faults).toEqual([]);
    expect(world.failures).toEqual([]);
  }

  test('every route answers whoever may call it, so that what is planted for the other tests is really there', async () => {
    await sweep(endpoints, async (endpoint, path) => {
      const { access, name } = endpoint;
      const callers =
        access.kind === 'member' ? roles.filter((role) => may(role, name, access.permission)) : [undefined];
      for (const role of callers) {
        const tenant = await world.plant();
        const answer = await call(endpoint, tenant, { path, headers: await credentialsFor(endpoint, tenant, role) });
        if (answer.status !== endpoint.status) {
          faults.push(`${name} at ${path} as ${role ?? access.kind}: ${answer.status} ${answer.text}`);
        }
      }
    });
  });

  test('every route that is not public answers 401 to strangers and to credentials of another kind, and changes nothing', async () => {
    const before = await everythingOf(victim);
    const cookie = await victim.people.owner.cookie();
    const strangers: Record<string, Record<string, string>> = {
      nothing: {},
      'a forged cookie': { cookie: `${cookie.split('=')[0]}=s%3Aforged.forged` },
      'a cookie that was cut': { cookie: cookie.slice(0, -3) },
      'an unknown key': { 'x-org-key': 'ck_unknown' },
      'an empty key': { 'x-org-key': '' },
      'a public key': { 'x-org-key': victim.params.publicKey ?? '' },
      'a forged token': { authorization: `Bearer ${victim.visitor.token}x` },
      'a token without a scheme': { authorization: victim.visitor.token },
    };
    const kinds: Record<string, Record<string, string>> = {
      session: { cookie },
      apiKey: { 'x-org-key': victim.secretKey },
      visitor: { authorization: `Bearer ${victim.visitor.token}` },
    };
    await sweep(
      endpoints.filter(({ access }) => access.kind !== 'public'),
      async (endpoint, path) => {
        const own = endpoint.access.kind === 'member' ? 'session' : endpoint.access.kind;
        const others = Object.entries(kinds).filter(([kind]) => kind !== own);
        for (const [who, headers] of [...Object.entries(strangers), ...others]) {
          await expectProblem(
            401,
            `${endpoint.name} at ${path} with ${who}`,
            call(endpoint, victim, { path, headers }),
          );
        }
      },
    );
    expect(await everythingOf(victim)).toEqual(before);
  });

  test('every route answers 403 to a member whose role the table of permissions does not let, and changes nothing', async () => {
    const before = await everythingOf(victim);
    await sweep(
      endpoints.filter(({ access }) => access.kind === 'member'),
      async (endpoint, path) => {
        const { access, name } = endpoint;
        if (access.kind !== 'member') return;
        for (const role of roles.filter((one) => !may(one, name, access.permission))) {
          const headers = await credentialsFor(endpoint, victim, role);
          await expectProblem(403, `${name} as ${role}`, call(endpoint, victim, { path, headers }));
        }
      },
    );
    expect(await everythingOf(victim)).toEqual(before);
  });

  test('every route answers 404 for what is another client’s or another visitor’s, and changes and shows nothing of it', async () => {
    const before = await everythingOf(victim);
    const neighbour = { ...victim, visitor: await victim.newVisitor() };
    const ids = Object.values(victim.params);
    await sweep(endpoints, async (endpoint, path) => {
      const { access, name } = endpoint;
      if (access.kind === 'public' || access.kind === 'session') return;
      const headers = await credentialsFor(endpoint, intruder);
      const what = `${name} at ${path}`;
      if (parametersOf(path).length > 0) {
        await expectProblem(404, what, call(endpoint, victim, { path, headers }));
      } else {
        const { text } = await call(endpoint, intruder, { path, headers });
        if (ids.some((id) => text.includes(id))) faults.push(`${what} shows what is another client’s`);
      }
      if (access.kind === 'member' && parametersOf(path).length > 1) {
        const params = { ...victim.params, clientId: intruder.clientId };
        await expectProblem(404, `${what} inside the own client`, call(endpoint, victim, { path, headers, params }));
      }
      if (access.kind === 'visitor') {
        const asNeighbour = { path, headers: await credentialsFor(endpoint, neighbour) };
        if (parametersOf(path).length > 0) {
          await expectProblem(404, `${what} as another visitor`, call(endpoint, victim, asNeighbour));
        } else if (endpoint.method === 'GET') {
          const { json } = await call(endpoint, victim, asNeighbour);
          if ((json.items ?? json.conversations).length === 0) return;
          faults.push(`${what} lists what is another visitor’s`);
        }
      }
    });
    expect(await everythingOf(victim)).toEqual(before);
  });

  test('no route that reads changes anything', async () => {
    const tenant = await world.plant();
    // When a key was used last is noted with whatever it is used for.
    const kept = async () => (await everythingOf(tenant)).map((text) => text.replace(/"lastUsedAt":[^,}]+/g, ''));
    const before = await kept();
    await sweep(
      endpoints.filter(({ method }) => method === 'GET'),
      async (endpoint, path) => {
        const headers = await credentialsFor(endpoint, tenant);
        for (const method of ['GET', 'HEAD'] as const) {
          await world.send({ method, path: pathWith(path, tenant.params) + queryFor(endpoint, tenant), headers });
        }
      },
    );
    expect(await kept()).toEqual(before);
  });

  test('an id that is none is a fault of its parameter, and one that nobody has is not found', async () => {
    const noIds = [
      '7',
      'none',
      `${victim.clientId}0`,
      'x'.repeat(5_000),
      '%27%20OR%201=1',
      '%E2%80%AE',
      '..%2f..',
      '%00',
    ];
    await sweep(endpoints, async (endpoint, path) => {
      const headers = await credentialsFor(endpoint, victim);
      for (const name of parametersOf(path)) {
        const at = (value: string) =>
          call(endpoint, victim, { path, headers, params: { ...victim.params, [name]: value } });
        const isKey = name === 'publicKey';
        await expectProblem(
          404,
          `${endpoint.name} :${name}`,
          at(isKey ? 'wk_nobody' : '019b0000-0000-7abc-8def-7fffffffffff'),
        );
        for (const noId of isKey ? ['x'.repeat(5_000)] : noIds) {
          const answer = await at(noId);
          const what = `${endpoint.name} :${name}=${noId.slice(0, 40)}`;
          const fault = faultOfProblem(answer, [400]);
          if (fault !== undefined) faults.push(`${what}: ${fault}`);
          else if (answer.json.errors?.[0]?.parameter !== name) faults.push(`${what}: no fault of ${name} is told`);
        }
        for (const broken of ['%zz', '%', '%ff', '%c3%28', '%ed%a0%80']) {
          await expectProblem(400, `${endpoint.name} :${name}=${broken}`, at(broken));
        }
      }
    });
  });

  test('every path answers 405 to methods it does not take, and names those it does', async () => {
    const taken = new Map<string, Set<string>>();
    for (const endpoint of endpoints) {
      for (const path of pathsOf(endpoint)) taken.set(path, (taken.get(path) ?? new Set()).add(endpoint.method));
    }
    await sweep(endpoints, async (endpoint, path) => {
      const methods = taken.get(path) as Set<string>;
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'].filter(
        (m) => !methods.has(m),
      )) {
        const answer = await world.send({
          method,
          path: pathWith(path, victim.params),
          headers: await credentialsFor(endpoint, victim),
        });
        const allowed = answer.headers.allow?.split(', ').filter((m) => m !== 'HEAD') ?? [];
        const fault = faultOfProblem(answer, [405]);
        if (fault !== undefined) faults.push(`${method} ${path}: ${fault}`);
        else if (allowed.sort().join() !== [...methods].sort().join())
          faults.push(`${method} ${path}: Allow ${allowed}`);
      }
    });
  });
});

interface CallOptions {
  path?: string;
  headers?: Record<string, string>;
  params?: Record<string, string>;
}

function may(role: Role, endpointName: string, permission: Permission): boolean {
  return can(role, furtherPermission[endpointName] ?? permission) && can(role, permission);
}
