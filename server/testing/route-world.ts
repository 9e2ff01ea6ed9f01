import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Role } from '../../shared/permissions.ts';
import type { ApiKey, User, Widget } from '../../shared/schema.ts';
import type { Config, Secrets } from '../config.ts';
import { createBus, type EventName, type Events } from '../events/bus.ts';
import { createDispatch, type Dispatch } from '../http/dispatch.ts';
import type { CredentialChecks } from '../http/guards.ts';
import type { Route } from '../http/route.ts';
import { createLogger } from '../logger.ts';
import { createVisitorCheck, signVisitorToken } from '../modules/visitors/visitor-token.ts';
import { createTestEnvironment, type StorageHarness } from '../storage/conformance/harness.ts';
import { addMember, addWidget, apiKeyInput, hashOf } from '../storage/conformance/worlds.ts';
import { MemStorage } from '../storage/memory/mem-storage.ts';
import type { NewWidget } from '../storage/repositories/widgets.ts';
import type { ClientStorage } from '../storage/storage.ts';
import { createMemoryFileStore } from './memory-file-store.ts';

/** Who makes a call of a test. */
type As = { user: User } | { apiKey: string } | { token: string } | undefined;

export interface Sent {
  as?: As;
  params?: Record<string, string>;
  query?: string;
  body?: unknown;
  /** The bytes of a file, part by part. */
  upload?: Iterable<Buffer> | AsyncIterable<Buffer>;
  headers?: Record<string, string>;
}

export interface Answered {
  status: number;
  headers: Readonly<Record<string, string>>;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever was answered
  body: any;
  /** Where it is a file. */
  bytes?: Buffer;
}

/** A client with one person of each role, a widget and an API key. */
export interface Tenant {
  storage: ClientStorage;
  owner: User;
  agent: User;
  widget: Widget;
  apiKey: ApiKey & { secret: string };
}

export type RouteWorld = Awaited<ReturnType<typeof createRouteWorld>>;

export const testConfig: Config = {
  production: false,
  host: '127.0.0.1',
  port: 0,
  publicUrl: undefined,
  trustProxyHops: 0,
  databaseUrl: undefined,
  databaseDirectUrl: undefined,
  databaseDriver: 'pg',
  databasePooler: 'auto',
  databasePoolMax: 4,
  redisUrl: undefined,
  storage: undefined,
  dataDir: '/nowhere',
  fileStore: { kind: 'disk', folder: '/nowhere/files' },
  jobs: false,
  reading: {
    fileBytesMax: 100_000_000,
    pagesMax: 5_000,
    timeMsMax: 60_000,
    memoryMbMax: 512,
    sitePagesMax: 100,
    siteTimeMsMax: 60_000,
  },
  fetchAllowPrivate: [],
  logLevel: 'silent',
  demo: false,
  cookieSecure: false,
  rateLimits: false,
};

function inMemory(): Pick<StorageHarness, 'storage' | 'env'> {
  const env = createTestEnvironment();
  return { storage: new MemStorage(env), env };
}

/**
 * Routes on a storage, one in memory if none is given, called as a door would call them; time stands still until the
 * test moves it, and every event that was published is kept in `events`.
 */
export async function createRouteWorld({ storage, env }: Pick<StorageHarness, 'storage' | 'env'> = inMemory()) {
  const events: { [N in EventName]: { name: N; event: Events[N] } }[EventName][] = [];
  const bus = createBus((name, error) => {
    throw new Error(`A listener of ${name} failed.`, { cause: error });
  });
  const publish = bus.publish;
  bus.publish = (name, event, origin) => {
    events.push({ name, event } as (typeof events)[number]);
    publish(name, event, origin);
  };
  const secrets: Secrets = {
    sessionSecrets: ['x'.repeat(32)],
    visitorTokenKeys: [Buffer.alloc(32, 1)],
    sealingKeys: [Buffer.alloc(32, 2)],
    metricsToken: undefined,
  };
  const logged: Record<string, unknown>[] = [];
  const log = createLogger('info', { write: (line) => void logged.push(JSON.parse(line)) });
  const files = createMemoryFileStore();
  const deps = { config: testConfig, secrets, storage, files, bus, log, ...env };
  const widgetDirectory = { findByPublicKey: (key: string) => storage.directory.findWidgetByPublicKey(key) };
  const credentials: CredentialChecks = {
    async apiKey(key) {
      const apiKey = await storage.directory.findApiKeyByHash(hashOf(key));
      if (!apiKey) return undefined;
      return { kind: 'apiKey', apiKey, clientId: apiKey.clientId, storage: storage.forClient(apiKey.clientId) };
    },
    visitorToken: createVisitorCheck(deps, widgetDirectory),
  };
  const dispatch: Dispatch = createDispatch({ storage, credentials, publicOrigin: undefined, log, observe() {} });

  let requests = 0;
  return {
    env,
    storage,
    bus,
    events,
    deps,
    widgetDirectory,
    credentials,
    dispatch,
    /** Every line of the log. */
    logged,

    async addTenant(name = 'Acme', widget: Partial<NewWidget> = {}): Promise<Tenant> {
      const { id } = await storage.accounts.createClient({ name });
      const client = storage.forClient(id);
      const member = (role: Role) => addMember(storage, client, role);
      const secret = `key-of-${name}-${id}`;
      const owner = await member('owner');
      const apiKey = await client.apiKeys.create(apiKeyInput({ keyHash: hashOf(secret) }));
      const made = { storage: client, owner, agent: await member('agent'), widget: await addWidget(client, widget) };
      return { ...made, apiKey: { ...apiKey, secret } };
    },

    /** A visitor who holds a token, of whom nothing is stored yet. */
    newVisitor({ widget }: { widget: Widget }): { visitorId: string; token: string } {
      const visitorId = env.newId();
      const expiresAt = new Date(env.now().getTime() + 60_000);
      const claims = { visitorId, widgetId: widget.id, publicKey: widget.publicKey, expiresAt };
      return { visitorId, token: signVisitorToken(secrets.visitorTokenKeys, claims) };
    },

    /** Calls the endpoint of this name among the routes. */
    async call(
      routes: Route[],
      name: string,
      { as, params = {}, query = '', body, upload, headers = {} }: Sent = {},
    ): Promise<Answered> {
      const route = routes.find(({ endpoint }) => endpoint.name === name);
      if (!route) throw new Error(`There is no endpoint ${name}.`);
      const path = route.endpoint.path.replace(/:(\w+)/g, (_, parameter: string) => params[parameter] ?? '');
      const answer = await dispatch(route, {
        requestId: `request-${++requests}`,
        method: route.endpoint.method,
        path,
        params,
        query,
        headers: { 'content-type': 'application/json', ...headersOf(as), ...headers },
        body: Buffer.from(body === undefined ? '' : JSON.stringify(body)),
        upload: upload && Readable.from(upload),
        remoteAddress: '127.0.0.1',
        session: as && 'user' in as ? sessionOf(as.user) : undefined,
      });
      const { status, headers: answered, body: view } = answer;
      const told: Answered = { status, headers: answered, body: undefined };
      if (view instanceof Readable) return { ...told, bytes: await buffer(view) };
      return { ...told, body: view && JSON.parse(String(view)) };
    },
  };
}

function headersOf(as: As): Record<string, string> {
  if (as && 'token' in as) return { authorization: `Bearer ${as.token}` };
  if (as && 'apiKey' in as) return { 'x-org-key': as.apiKey };
  return {};
}

function sessionOf(user: User) {
  const unused = () => Promise.reject(new Error('Not for these routes.'));
  return { sessionId: `session-of-${user.id}`, userId: user.id, authenticate: unused, signIn: unused, signOut: unused };
}
