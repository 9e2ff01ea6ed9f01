import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import type { SessionData } from 'express-session';
import { pino } from 'pino';
import type { Endpoint } from '../../shared/contracts/endpoint.ts';
import { type Role, roles } from '../../shared/permissions.ts';
import { createApp } from '../app.ts';
import type { Deps } from '../deps.ts';
import { createBus } from '../events/bus.ts';
import { createMemorySessionStore } from '../http/session-store/memory-session-store.ts';
import { systemEnvironment } from '../lib/clock-and-ids.ts';
import { createSealing } from '../lib/sealing.ts';
import { randomToken, sha256Hex } from '../lib/secrets.ts';
import { sealingContextOf } from '../modules/accounts/second-factor.ts';
import { publicIdOf } from '../modules/accounts/sessions.ts';
import { createTickets } from '../modules/attachments/ticket.ts';
import { signVisitorToken } from '../modules/visitors/visitor-token.ts';
import { callInput, receiptInput } from '../storage/conformance/knowledge-worlds.ts';
import {
  apiKeyInput,
  attachmentInput,
  cannedReplyInput,
  invitationInput,
  messageInput,
  noteInput,
  userInput,
  widgetInput,
} from '../storage/conformance/worlds.ts';
import { createStorage } from '../storage/create-storage.ts';
import { MemStorage } from '../storage/memory/mem-storage.ts';
import { createCountingPasswords } from './counting-passwords.ts';
import { createMemoryFileStore } from './memory-file-store.ts';
import { createTestDatabase } from './postgres.ts';
import { testConfig } from './route-world.ts';

export const plantedPassword = 'correct horse battery';

/** Storage for a whole server. */
interface Opened {
  parts: Pick<Deps, 'storage' | 'sessionStore'>;
  close(): Promise<void>;
}

export async function openInMemory(): Promise<Opened> {
  const storage = new MemStorage(systemEnvironment);
  const sessionStore = createMemorySessionStore(systemEnvironment.now);
  return { parts: { storage, sessionStore }, close: async () => sessionStore.close() };
}

export async function openOnPostgres(): Promise<Opened> {
  const database = await createTestDatabase();
  const opened = await createStorage({ ...testConfig, databaseUrl: database.url }, pino({ level: 'silent' }));
  return {
    parts: opened,
    async close() {
      await opened.stop();
      await database.drop();
    },
  };
}

/** A request as bytes on the wire: nothing is corrected or encoded on the way. */
export interface Sent {
  method?: string;
  path: string;
  headers?: OutgoingHttpHeaders | undefined;
  body?: string | Buffer | undefined;
}

export interface Received {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever was answered
  json: any;
}

export type PlantedWorld = Awaited<ReturnType<typeof openPlantedWorld>>;
export type Tenant = Awaited<ReturnType<PlantedWorld['plant']>>;

/**
 * The whole server, listening, on a storage of its own. `plant` makes clients that have a row of every kind; `failures`
 * is what the server itself took for a fault of its own. A test may put members of `deps` in the place of the usual ones.
 * Close it afterwards.
 */
export async function openPlantedWorld(open: () => Promise<Opened>, overrides: Partial<Deps> = {}) {
  const { parts, close } = await open();
  const failures: string[] = [];
  const files = createMemoryFileStore();
  const secrets = {
    sessionSecrets: ['s'.repeat(32)],
    visitorTokenKeys: [Buffer.alloc(32, 1)],
    sealingKeys: [Buffer.alloc(32, 2)],
    metricsToken: undefined,
  };
  const deps: Deps = {
    config: testConfig,
    secrets,
    ...parts,
    files,
    passwords: createCountingPasswords(),
    bus: createBus((name, error) => failures.push(`listener of ${name}: ${String(error)}`)),
    log: pino({ level: 'error' }, { write: (line: string) => failures.push(line) }),
    ...systemEnvironment,
    ...overrides,
  };
  const app = createApp(deps);
  app.server.listen(0, '127.0.0.1');
  await once(app.server, 'listening');
  const { port } = app.server.address() as AddressInfo;
  const { storage } = deps;
  const tickets = createTickets(secrets.visitorTokenKeys, deps.now);

  function send({ method = 'GET', path, headers = {}, body }: Sent): Promise<Received> {
    return new Promise((resolve, reject) => {
      // For a DELETE it would not be said by itself that there is a body.
      const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
      const asked = request({
        host: '127.0.0.1',
        port,
        method,
        path,
        headers: { ...length, ...headers },
        agent: false,
      });
      asked.on('error', reject);
      asked.on('response', (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          const isJson = /json/.test(answer.headers['content-type'] ?? '') && text !== '';
          const json = isJson ? JSON.parse(text) : undefined;
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text, json });
        });
      });
      asked.end(body);
    });
  }

  async function addPerson() {
    const email = `${randomToken(9).toLowerCase()}@example.com`;
    const user = await storage.accounts.createUser(userInput({ email, passwordHash: `counted:${plantedPassword}` }));
    let cookie: Promise<string> | undefined;
    const signIn = async () => {
      const answer = await send({
        method: 'POST',
        path: '/api/auth/login',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email, password: plantedPassword }),
      });
      if (answer.status !== 200) throw new Error(`Signing in failed: ${answer.text}`);
      return (answer.headers['set-cookie'] ?? []).map((line) => line.split(';')[0]).join('; ');
    };
    /** The cookie of this person's session, signed in when first asked for. */
    return { ...user, cookie: () => (cookie ??= signIn()) };
  }

  return {
    app,
    deps,
    port,
    failures,
    send,

    /** A client of its own with a row of every kind, and everybody who could call for it. */
    async plant() {
      const { id: clientId, name: clientName } = await storage.accounts.createClient({ name: 'Planted' });
      const own = storage.forClient(clientId);
      const people = Object.fromEntries(
        await Promise.all(
          roles.map(async (role) => {
            const person = await addPerson();
            await own.members.add({ userId: person.id, role });
            return [role, person];
          }),
        ),
      ) as Record<Role, Awaited<ReturnType<typeof addPerson>>>;
      const guest = await addPerson();
      const subject = await addPerson();
      await own.members.add({ userId: subject.id, role: 'agent' });
      const invitationToken = randomToken(32);
      const invitation = await own.invitations.create(
        invitationInput(people.owner.id, { tokenHash: sha256Hex(invitationToken) }),
      );
      const resetToken = randomToken(32);
      const expiresAt = new Date(deps.now().getTime() + 3_600_000);
      const reset = { userId: guest.id, purpose: 'passwordReset', expiresAt } as const;
      await deps.storage.credentials.setToken({ ...reset, tokenHash: sha256Hex(resetToken) });
      const sid = randomToken(24);
      const ends = { originalMaxAge: 3_600_000, expires: expiresAt };
      const signedIn = { cookie: ends as SessionData['cookie'], passport: { user: guest.id } };
      await new Promise((resolve) => deps.sessionStore.set(sid, signedIn, resolve));
      const factorKey = randomBytes(20);
      const sealedKey = createSealing(secrets.sealingKeys).seal(
        factorKey.toString('base64url'),
        sealingContextOf(guest.id),
      );
      await deps.storage.credentials.setSecondFactor(guest.id, sealedKey);
      const secretKey = `ck_${randomToken(32)}`;
      await own.apiKeys.create(apiKeyInput({ keyHash: sha256Hex(secretKey) }));
      const revocable = await own.apiKeys.create(apiKeyInput({ keyHash: sha256Hex(randomToken(32)) }));
      const publicKey = `wk_${randomToken(12)}`;
      const widget = await own.widgets.create(
        // An address that is never called: it leads into this machine.
        widgetInput({ publicKey, engineSettings: { webhookUrl: 'http://127.0.0.1:9/planted' } }),
      );

      const newVisitor = async () => {
        const { id: visitorId } = await own.visitors.see({ id: deps.newId(), widgetId: widget.id });
        const expiresAt = new Date(deps.now().getTime() + 600_000);
        const token = signVisitorToken(secrets.visitorTokenKeys, {
          visitorId,
          widgetId: widget.id,
          publicKey,
          expiresAt,
        });
        return { visitorId, token };
      };
      const visitor = await newVisitor();
      const { conversation } = await own.conversations.create({
        visitorId: visitor.visitorId,
        title: 'Planted thread',
      });
      const { message: question } = await own.messages.append(
        messageInput(conversation.id, { content: 'Planted words' }),
      );
      const author = people.agent.id;
      const plant = async (name: string) => {
        const { key, sizeBytes } = await files.put(Readable.from([Buffer.from('Planted file')]));
        const facts = { name, mediaType: 'text/plain', sizeBytes, storageKey: key };
        return own.attachments.create(attachmentInput(conversation.id, facts));
      };
      const attachment = await plant('planted.txt');
      await own.attachments.take([attachment.id], { conversationId: conversation.id, uploadedBy: 'visitor' });
      const where = { clientId, conversationId: conversation.id, attachmentId: attachment.id };
      const ticket = tickets.issue(where);
      const note = await own.notes.create(noteInput(conversation.id, { authorId: author, content: 'Planted note' }));
      const cannedReply = await own.cannedReplies.create(cannedReplyInput({ content: 'Planted reply' }));

      const { message: answer } = await own.messages.append(
        messageInput(conversation.id, { role: 'assistant', content: 'Planted answer' }),
      );
      const { questionMessageId } = await own.receipts.create(
        receiptInput(conversation.id, {
          widgetId: widget.id,
          questionMessageId: question.id,
          answerMessageId: answer.id,
        }),
      );
      const call = await own.webhooks.note(
        callInput({ widgetId: widget.id, conversationId: conversation.id }, { questionMessageId }),
      );

      const file = await files.put(Readable.from([Buffer.from('Planted file')]));
      const { id: documentId } = await own.documents.create({
        kind: 'text',
        name: 'Planted document',
        content: { text: 'Planted text' },
        sizeBytes: file.sizeBytes,
        storageKey: file.key,
      });
      const version = await own.documents.beginVersion(documentId);
      const place = { page: null, url: null };
      await own.documents.stage(documentId, version, {
        parts: [{ ...place, number: 1, title: 'Planted part', text: 'Planted text' }],
        chunks: [
          { ...place, number: 1, partNumber: 1, titlePath: ['Planted'], start: 0, end: 12, text: 'Planted text' },
        ],
      });
      await own.documents.publish(documentId, version, { pageCount: 1, wordCount: 2 });
      const [chunk] = await own.chunks.list(documentId, { limit: 1 });

      // An address that is never called: it leads into this machine.
      const planted = { url: 'http://127.0.0.1:9/planted', description: 'Planted', sealedSecret: '' };
      const webhook = await own.outgoingWebhooks.create({ ...planted, id: deps.newId(), events: ['rating.created'] });
      await own.ratings.rate({ conversationId: conversation.id, score: 1, comment: 'Planted words' });
      const [delivery] = (await own.outgoingWebhooks.listDeliveries(webhook.id, {}, { limit: 1 })).items;

      /** What stands in a path, by the parameter's name. */
      const params: Record<string, string> = {
        clientId,
        userId: subject.id,
        invitationId: invitation.id,
        apiKeyId: revocable.id,
        widgetId: widget.id,
        publicKey,
        conversationId: conversation.id,
        visitorId: visitor.visitorId,
        id: conversation.id,
        noteId: note.id,
        cannedReplyId: cannedReply.id,
        attachmentId: attachment.id,
        messageId: answer.id,
        questionMessageId,
        callId: call.id,
        documentId,
        chunkId: chunk!.id,
        sessionId: publicIdOf(sid),
        webhookId: webhook.id,
        deliveryId: delivery!.id,
      };
      const issued = { secretKey, invitationToken, resetToken, factorKey, ticket };
      return { clientId, clientName, own, people, guest, visitor, newVisitor, ...issued, params };
    },

    async close() {
      await app.stop(0);
      await close();
    },
  };
}

/** What whoever may call the endpoint has to send along; members call as `role`. */
export async function credentialsFor(
  { access }: Pick<Endpoint, 'access'>,
  tenant: Tenant,
  role: Role = 'owner',
): Promise<Record<string, string>> {
  switch (access.kind) {
    case 'public':
      // As our own pages do: a widget answers pages of its allowed sites alone.
      return { 'sec-fetch-site': 'same-origin' };
    case 'session':
      return { cookie: await tenant.guest.cookie() };
    case 'member':
      return { cookie: await tenant.people[role].cookie() };
    case 'apiKey':
      return { 'x-org-key': tenant.secretKey };
    case 'visitor':
      return { authorization: `Bearer ${tenant.visitor.token}` };
  }
}

/** The path with each parameter as given, byte for byte. */
export function pathWith(path: string, params: Record<string, string>): string {
  return path.replace(/:(\w+)/g, (_, name: string) => {
    const value = params[name];
    if (value === undefined) throw new Error(`Plant something for :${name} of ${path} in planted-world.ts.`);
    return value;
  });
}

export const parametersOf = (path: string): string[] => [...path.matchAll(/:(\w+)/g)].map(([, name]) => name ?? '');

export const pathsOf = ({ path, alsoAt = [] }: Endpoint): string[] => [path, ...alsoAt];

/** The query that an endpoint cannot do without. */
export function queryFor({ name, upload }: Endpoint, { ticket }: Pick<Tenant, 'ticket'>): string {
  if (name === 'searchConversations') return '?q=planted';
  if (name === 'downloadTicketedAttachment') return `?ticket=${ticket}`;
  if (name === 'previewRetention') return '?days=30';
  return upload ? '?name=sent.txt' : '';
}
