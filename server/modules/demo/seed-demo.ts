import type { ClientId } from '../../../shared/ids.ts';
import { widgetDefaults } from '../../../shared/widget-settings.ts';
import type { Passwords } from '../../lib/passwords.ts';
import { sha256Hex } from '../../lib/secrets.ts';
import { ConflictError } from '../../storage/errors.ts';
import type { ClientStorage, IStorage, StorageScope } from '../../storage/storage.ts';
import { type DemoConversation, demoConversations } from './demo-conversations.ts';
import { demoCredentials } from './demo-credentials.ts';

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
  passwords: Passwords;
  now(): Date;
  newId(): string;
}

/**
 * Makes the demo client: its owner, an active widget, the API key and a few conversations, all at once or, when storage
 * fails, nothing. What is there already is left as it is, so that running it again, or from several processes at once,
 * is harmless.
 */
export async function seedDemo(deps: DemoDeps): Promise<DemoInfo> {
  const passwordHash = await deps.passwords.hash(demoCredentials.password);
  const seed = () => deps.storage.transaction((scope) => seedWithin(scope, { passwordHash, ...deps }));
  try {
    return await seed();
  } catch (error) {
    // Another process made the same owner or key in the meantime: what it made is found now.
    if (error instanceof ConflictError) return seed();
    throw error;
  }
}

async function seedWithin(
  scope: StorageScope,
  { passwordHash, now, newId }: Pick<DemoDeps, 'now' | 'newId'> & { passwordHash: string },
): Promise<DemoInfo> {
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
  return {
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
    welcomeMessage: 'Hi! Ask us anything about bicycles.',
    allowedSites: ['localhost', '127.0.0.1'],
    suggestedQuestions: ['Which size fits me?', 'Where is my order?', 'Can I talk to a person?'],
    preChat: { enabled: false, fields: [] },
    retrieval: { enabled: false, sourceUrl: '', documentIds: [] },
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
