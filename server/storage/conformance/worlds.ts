import { createHash } from 'node:crypto';
import type { Role } from '../../../shared/permissions.ts';
import type { Client, Conversation, User, Visitor, Widget } from '../../../shared/schema.ts';
import { widgetDefaults } from '../../../shared/widget-settings.ts';
import type { NewUser } from '../repositories/accounts.ts';
import type { NewApiKey } from '../repositories/api-keys.ts';
import type { NewAttachment } from '../repositories/attachments.ts';
import type { NewAuditEntry } from '../repositories/audit.ts';
import type { NewCannedReply } from '../repositories/canned-replies.ts';
import type { NewConversation } from '../repositories/conversations.ts';
import type { NewInvitation } from '../repositories/invitations.ts';
import type { NewMessage } from '../repositories/messages.ts';
import type { NewNote } from '../repositories/notes.ts';
import type { NewWidget } from '../repositories/widgets.ts';
import type { ClientStorage, StorageScope } from '../storage.ts';
import { testId } from './harness.ts';

/** Ids no environment has given out: of rows that do not exist, and of visitors, which the storage does not number. */
export function strangeId(): string {
  return testId(0x7fff_0000_0000 + ++strange);
}
let strange = 0;

let counter = 0;
const unique = (prefix: string) => `${prefix}${++counter}`;

export const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

export function userInput(input: Partial<NewUser> = {}): NewUser {
  return { email: `${unique('user')}@example.com`, name: 'Ada', passwordHash: '$argon2id$v=19$x', ...input };
}

export function addUser(scope: StorageScope, input: Partial<NewUser> = {}): Promise<User> {
  return scope.accounts.createUser(userInput(input));
}

/** A client and its storage, without members. */
export async function addClient(scope: StorageScope, name = 'Acme'): Promise<{ row: Client; client: ClientStorage }> {
  const row = await scope.accounts.createClient({ name });
  return { row, client: scope.forClient(row.id) };
}

/** A user who belongs to the client. */
export async function addMember(scope: StorageScope, client: ClientStorage, role: Role = 'agent'): Promise<User> {
  const user = await addUser(scope);
  await scope.forClient(client.clientId).members.add({ userId: user.id, role });
  return user;
}

export function widgetInput(input: Partial<NewWidget> = {}): NewWidget {
  return {
    ...structuredClone(widgetDefaults),
    allowedSites: ['localhost'],
    suggestedQuestions: [],
    preChat: { enabled: false, fields: [] },
    retrieval: { enabled: false, sourceUrl: '', documentIds: [] },
    name: 'Help',
    publicKey: unique('wk_'),
    status: 'active',
    ...input,
  };
}

export function addWidget(client: ClientStorage, input: Partial<NewWidget> = {}): Promise<Widget> {
  return client.widgets.create(widgetInput(input));
}

/** A visitor of the given widget, or of one made for the purpose. */
export async function addVisitor(client: ClientStorage, widgetId?: string): Promise<Visitor> {
  return client.visitors.see({ id: strangeId(), widgetId: widgetId ?? (await addWidget(client)).id });
}

export async function addConversation(client: ClientStorage, input: NewConversation = {}): Promise<Conversation> {
  return (await client.conversations.create(input)).conversation;
}

export function messageInput(conversationId: string, input: Partial<NewMessage> = {}): NewMessage {
  return { conversationId, role: 'user', content: 'Hello', ...input };
}

export function noteInput(conversationId: string, input: Partial<NewNote> = {}): NewNote {
  return { conversationId, authorId: strangeId(), authorName: 'Ada', content: 'Remember', ...input };
}

export function cannedReplyInput(input: Partial<NewCannedReply> = {}): NewCannedReply {
  return { shortcut: unique('hello'), title: 'Greeting', content: 'Hello!', ...input };
}

export function attachmentInput(conversationId: string, input: Partial<NewAttachment> = {}): NewAttachment {
  return {
    conversationId,
    uploadedBy: 'visitor',
    name: 'photo.png',
    mediaType: 'image/png',
    sizeBytes: 1_000,
    storageKey: unique('key'),
    ...input,
  };
}

export function invitationInput(createdBy: string, input: Partial<NewInvitation> = {}): NewInvitation {
  return {
    role: 'agent',
    tokenHash: hashOf(unique('token')),
    expiresAt: new Date(Date.UTC(2030, 0, 1)),
    createdBy,
    ...input,
  };
}

export function apiKeyInput(input: Partial<NewApiKey> = {}): NewApiKey {
  return { name: 'Key', prefix: 'ck_1234', keyHash: hashOf(unique('key')), createdBy: null, ...input };
}

export function auditInput(input: Partial<NewAuditEntry> = {}): NewAuditEntry {
  return {
    actorKind: 'system',
    actorId: null,
    actorName: 'Confab',
    action: 'widget.updated',
    targetType: 'widget',
    targetId: 'w1',
    details: {},
    requestId: null,
    ...input,
  };
}

/** What a promise is rejected with; fails when it is not rejected. */
export async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('Expected a rejection.');
}

/** Each item of a list, page by page. Fails when a page is longer than asked, or empty without being the only one. */
export async function allPages<T>(
  list: (page: { limit: number; cursor?: string }) => Promise<{ items: T[]; nextCursor: string | null }>,
  limit: number,
): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null = null;
  do {
    const page: { items: T[]; nextCursor: string | null } = await list({ limit, ...(cursor !== null && { cursor }) });
    if (page.items.length > limit) throw new Error(`A page of ${page.items.length} items where ${limit} were wanted.`);
    if (page.items.length === 0 && cursor !== null) throw new Error('An empty page at the end of the list.');
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return items;
}

/** A promise and what resolves it. */
export function gate(): [opened: Promise<void>, open: () => void] {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return [opened, open];
}
