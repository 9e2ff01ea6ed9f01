import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { pino } from 'pino';
import type { MeView } from '../../shared/contracts/accounts.ts';
import type { ClientId } from '../../shared/ids.ts';
import type { Role } from '../../shared/permissions.ts';
import type { AuditEntry } from '../../shared/schema.ts';
import type { Deps } from '../deps.ts';
import { createBus, type EventName, type Events } from '../events/bus.ts';
import { createDispatch } from '../http/dispatch.ts';
import { answerUnknownRoute, assignRequestId, createErrorHandler, mountRoutes } from '../http/express-door.ts';
import { createSessionLayer } from '../http/session.ts';
import { createMemorySessionStore } from '../http/session-store/memory-session-store.ts';
import { accountsRoutes } from '../modules/accounts/accounts.routes.ts';
import { createApiKeyCheck } from '../modules/api-keys/api-key-check.ts';
import { apiKeysRoutes } from '../modules/api-keys/api-keys.routes.ts';
import { auditRoutes } from '../modules/audit/audit.routes.ts';
import { cannedRepliesRoutes } from '../modules/canned-replies/canned-replies.routes.ts';
import { clientsRoutes } from '../modules/clients/clients.routes.ts';
import { conversationsRoutes } from '../modules/conversations/conversations.routes.ts';
import { handoffsRoutes } from '../modules/handoffs/handoffs.routes.ts';
import { membersRoutes } from '../modules/members/members.routes.ts';
import { notesRoutes } from '../modules/notes/notes.routes.ts';
import { searchRoutes } from '../modules/search/search.routes.ts';
import { widgetsRoutes } from '../modules/widgets/widgets.routes.ts';
import { createTestEnvironment, type TestEnvironment } from '../storage/conformance/harness.ts';
import { MemStorage } from '../storage/memory/mem-storage.ts';
import { Browser } from './browser.ts';
import { createCountingPasswords } from './counting-passwords.ts';
import { createMemoryFileStore } from './memory-file-store.ts';
import { testConfig } from './route-world.ts';

/** An event as it was published. */
export type Published = { [N in EventName]: { name: N; event: Events[N] } }[EventName];

/** A person in a browser of their own, signed in. */
export interface Person {
  browser: Browser;
  userId: string;
  email: string;
}

/** A person together with the client they made. */
export interface Founder extends Person {
  clientId: ClientId;
}

export const goodPassword = 'correct horse battery';

export type HttpWorld = Awaited<ReturnType<typeof createHttpWorld>>;

/**
 * The routes of accounts, clients, widgets and the inbox behind a real server with real sessions, on memory unless `given` says
 * otherwise. Time stands still until the test moves it; passwords cost nothing and are counted. Close it afterwards.
 */
export async function createHttpWorld(given: Partial<Deps> = {}) {
  const env: TestEnvironment = createTestEnvironment();
  const events: Published[] = [];
  const failures: unknown[] = [];
  const bus = createBus((name, error) => {
    throw new Error(`A listener of ${name} failed.`, { cause: error });
  });
  const publish = bus.publish;
  bus.publish = (name, event) => {
    events.push({ name, event } as Published);
    publish(name, event);
  };
  const passwords = createCountingPasswords();
  const deps: Deps = {
    config: testConfig,
    secrets: {
      sessionSecrets: ['s'.repeat(32)],
      visitorTokenKeys: [Buffer.alloc(32, 1)],
      sealingKeys: [Buffer.alloc(32, 2)],
      metricsToken: undefined,
    },
    storage: new MemStorage(env),
    sessionStore: createMemorySessionStore(env.now),
    files: createMemoryFileStore(),
    passwords,
    bus,
    log: pino({ level: 'silent' }),
    now: env.now,
    newId: env.newId,
    ...given,
  };
  const sessionLayer = createSessionLayer(deps);
  const routes = [
    ...accountsRoutes(deps),
    ...clientsRoutes(deps),
    ...membersRoutes(deps),
    ...apiKeysRoutes(deps),
    ...auditRoutes(deps),
    ...widgetsRoutes(deps),
    ...searchRoutes(),
    ...conversationsRoutes(deps),
    ...notesRoutes(deps),
    ...cannedRepliesRoutes(deps),
    ...handoffsRoutes(deps),
  ];
  const app = express();
  app.set('trust proxy', deps.config.trustProxyHops);
  app.use(assignRequestId);
  mountRoutes(app, routes, {
    dispatch: createDispatch({
      storage: deps.storage,
      credentials: { apiKey: createApiKeyCheck(deps), visitorToken: async () => undefined },
      publicOrigin: deps.config.publicUrl,
      log: deps.log,
      observe() {},
    }),
    remoteAddressOf: (request) => String(request.headers['x-test-address'] ?? '192.0.2.1'),
    sessionMiddleware: sessionLayer.middleware,
    sessionHandleOf: sessionLayer.handleOf,
  });
  app.use(answerUnknownRoute);
  app.use(createErrorHandler((error) => failures.push(error)));
  const server: Server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  let people = 0;
  const newBrowser = () => new Browser(origin);

  /** Registers somebody in a browser of their own. */
  async function register(more: { name?: string; email?: string; invitationToken?: string } = {}): Promise<Person> {
    const email = more.email ?? `person${++people}@example.com`;
    const browser = newBrowser();
    const answer = await browser.post('/api/auth/register', {
      ...more,
      email,
      name: more.name ?? `Person ${people}`,
      password: goodPassword,
    });
    if (answer.status !== 201) throw new Error(`Registering failed: ${JSON.stringify(answer.body)}`);
    return { browser, userId: (answer.body as MeView).user.id, email };
  }

  return {
    deps,
    env,
    bus,
    events,
    /** What was thrown past the routes. */
    failures,
    passwords,
    sessionLayer,
    routes,
    origin,
    newBrowser,
    register,

    /** Somebody new with a client of their own. */
    async found(): Promise<Founder> {
      const person = await register();
      const [membership] = await deps.storage.accounts.listMemberships(person.userId);
      return { ...person, clientId: membership!.client.id };
    },

    /** Somebody new who belongs to the founder's client. */
    async join({ clientId }: Founder, role: Role): Promise<Person> {
      const person = await register();
      const membership = (await deps.storage.accounts.listMemberships(person.userId))[0]!;
      await deps.storage.forClient(clientId).members.add({ userId: person.userId, role });
      await deps.storage.forClient(membership.client.id).client.remove();
      return person;
    },

    /** The client's audit log, newest first. */
    async auditOf({ clientId }: Founder): Promise<AuditEntry[]> {
      return (await deps.storage.forClient(clientId).audit.list({ limit: 100 })).items;
    },

    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      deps.sessionStore.close();
    },
  };
}
