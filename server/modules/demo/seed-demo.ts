import type { ClientId } from '../../../shared/ids.ts';
import { widgetDefaults } from '../../../shared/widget-settings.ts';
import type { FileStore } from '../../files/file-store.ts';
import type { Passwords } from '../../lib/passwords.ts';
import { sha256Hex } from '../../lib/secrets.ts';
import { ConflictError } from '../../storage/errors.ts';
import type { ClientStorage, IStorage, StorageScope } from '../../storage/storage.ts';
import { type DemoConversation, demoConversations } from './demo-conversations.ts';
import { demoCredentials } from './demo-credentials.ts';
import { createDemoDocuments, type DemoDocument, storeDemoDocuments } from './demo-documents.ts';

export interface DemoInfo {
  clientId: ClientId;
  /** Id of the user who signs in as {@link demoCredentials}. */
  ownerId: string;
  widgetId: string;
  conversations: number;
  /** False when all of it was there already, and nothing was changed. */
  created: boolean;
}

export interface DemoDeps {
  storage: IStorage;
  /** Where the documentation is kept that the demo's assistant answers from; undefined: it gets none. */
  files: FileStore | undefined;
  passwords: Passwords;
  now(): Date;
  newId(): string;
}

/**
 * Makes the demo client: its owner, an active widget, the API key, a few conversations, and Confab's own documentation to
 * answer from, all at once or, when storage fails, nothing. What is there already is left as it is, so that running it again, or from several processes at once,
 * is harmless.
 */
export async function seedDemo(deps: DemoDeps): Promise<DemoInfo> {
  const passwordHash = await deps.passwords.hash(demoCredentials.password);
  const isThere = (await deps.storage.accounts.findUserByEmail(demoCredentials.email)) !== undefined;
  const { files } = deps;
  const documents = isThere || !files ? [] : await storeDemoDocuments(files);
  const given = { passwordHash, documents, ...deps };
  const seed = () => deps.storage.transaction((scope) => seedWithin(scope, given));
  let info: Seeded | undefined;
  try {
    info = await seed().catch((error: unknown) => {
      // Another process made the same owner or key in the meantime: what it made is found now.
      if (error instanceof ConflictError) return seed();
      throw error;
    });
  } finally {
    if (!info?.usesDocuments) for (const { key } of documents) await files?.remove(key).catch(() => undefined);
  }
  const { usesDocuments: _, ...made } = info;
  return made;
}

type Seeded = DemoInfo & { usesDocuments: boolean };

async function seedWithin(
  scope: StorageScope,
  given: Pick<DemoDeps, 'now' | 'newId'> & { passwordHash: string; documents: readonly DemoDocument[] },
): Promise<Seeded> {
  const { passwordHash, documents, now, newId } = given;
  const { email, apiKey, widgetKey } = demoCredentials;
  const known = await scope.accounts.findUserByEmail(email);
  const owner = known ?? (await scope.accounts.createUser({ email, name: 'Demo Owner', passwordHash }));
  const membership = (await scope.accounts.listMemberships(owner.id))[0];
  const clientId = (membership?.client ?? (await scope.accounts.createClient({ name: 'Demo' }))).id;
  const client = scope.forClient(clientId);
  if (membership === undefined) await client.members.add({ userId: owner.id, role: 'owner' });

  const keyHash = sha256Hex(apiKey);
  const keyIsThere = (await client.apiKeys.list()).some((key) => key.keyHash === keyHash);
  if (!keyIsThere) await client.apiKeys.create({ name: 'Demo key', prefix: apiKey, keyHash, createdBy: owner.id });

  const widgets = [...(await client.widgets.list()), ...(await client.widgets.list({ archived: true }))];
  const knownWidget = widgets.find((widget) => widget.publicKey === widgetKey);
  const widget = knownWidget ?? (await createWidget(client, now()));

  const isNew = membership === undefined;
  if (isNew) for (const one of demoConversations) await createConversation(client, one, { widget, owner, newId });
  if (isNew) await createDemoDocuments(client, documents);
  return {
    usesDocuments: isNew,
    clientId,
    ownerId: owner.id,
    widgetId: widget.id,
    conversations: isNew ? demoConversations.length : 0,
    created: isNew || !keyIsThere || knownWidget === undefined,
  };
}

function createWidget(client: ClientStorage, now: Date) {
  return client.widgets.create({
    ...widgetDefaults,
    publicKey: demoCredentials.widgetKey,
    name: 'Demo chat',
    welcomeMessage: 'Hi! Ask me anything about Confab.',
    allowedSites: ['localhost', '127.0.0.1'],
    suggestedQuestions: ['How do I put the widget on my site?', 'Where is my data kept?', 'Can I talk to a person?'],
    preChat: { enabled: false, fields: [] },
    retrieval: { enabled: true, sourceUrl: '', documentIds: [] },
    engine: 'knowledge',
    status: 'active',
    activatedAt: now,
  });
}

async function createConversation(
  client: ClientStorage,
  { title, visitor, status, tags, assigned, messages }: DemoConversation,
  given: { widget: { id: string }; owner: { id: string; name: string }; newId(): string },
): Promise<void> {
  const visitorId = visitor === undefined ? null : given.newId();
  if (visitorId !== null) await client.visitors.see({ id: visitorId, widgetId: given.widget.id, ...visitor });
  const { conversation } = await client.conversations.create({
    title,
    ...(visitorId === null ? {} : { visitorId, widgetId: given.widget.id }),
  });
  for (const entry of messages) {
    if (entry === 'handoff') {
      await client.handoffs.request({ conversationId: conversation.id, requestedBy: 'visitor', reason: null });
      continue;
    }
    const { role, content } = entry;
    const written = role === 'agent' ? { authorId: given.owner.id, metadata: { authorName: given.owner.name } } : {};
    await client.messages.append({ conversationId: conversation.id, role, content, ...written });
  }
  await client.conversations.update(conversation.id, {
    status,
    tags,
    ...(assigned ? { assigneeId: given.owner.id } : {}),
  });
}
