import type {
  ApiKey,
  Attachment,
  AuditEntry,
  CannedReply,
  Client,
  Conversation,
  Handoff,
  Invitation,
  Member,
  Message,
  Note,
  Rating,
  SearchEntry,
  User,
  Visitor,
  Widget,
  WidgetFinding,
  WidgetIdentity,
  WidgetInstall,
} from '../../../shared/schema.ts';
import { defineTable, type Reference, untyped } from './mem-table.ts';
import { byInstantThenId, compareText, ownedKey } from './mem-values.ts';

export type Owned = { clientId: string };
export type OwnedRow = Owned & { id: string };

export const ownedRowKey = (row: OwnedRow) => ownedKey(row.clientId, row.id);
export const clientOf = (row: Owned) => row.clientId;
const optionalKey = (row: Owned, id: string | null) => (id === null ? undefined : ownedKey(row.clientId, id));

export const byCreation = (a: { createdAt: Date; id: string }, b: { createdAt: Date; id: string }) =>
  byInstantThenId({ at: a.createdAt, id: a.id }, { at: b.createdAt, id: b.id });
const byId = (a: { id: string }, b: { id: string }) => compareText(a.id, b.id);

export const users = defineTable<User>()({
  name: 'users',
  key: (user) => user.id,
  taken: 'id_taken',
  json: ['info'],
  uniques: { email: { key: (user) => user.email, taken: 'email_taken' } },
  groups: {},
  references: [],
});

export const clients = defineTable<Client>()({
  name: 'clients',
  key: (client) => client.id,
  taken: 'id_taken',
  json: [],
  uniques: {},
  groups: {},
  references: [],
});

/** Every owned table has a group `client`, in which the rows of a removed client are found. */
export const ownedByClient: Reference<Owned> = {
  to: untyped(clients),
  key: clientOf,
  missing: 'client',
  onDelete: 'cascade',
  children: { group: 'client', key: (client) => (client as Client).id },
};

/** A parent within the same client, found through the group of that client. */
const withinClient = { group: 'client', key: (parent: object) => (parent as Owned).clientId };

export const members = defineTable<Member>()({
  name: 'members',
  key: (member) => ownedKey(member.clientId, member.userId),
  taken: 'already_member',
  json: [],
  uniques: {},
  groups: {
    client: {
      key: clientOf,
      compare: (a: Pick<Member, 'createdAt' | 'userId'>, b: Pick<Member, 'createdAt' | 'userId'>) =>
        byInstantThenId({ at: a.createdAt, id: a.userId }, { at: b.createdAt, id: b.userId }),
    },
    user: {
      key: (member) => member.userId,
      compare: (a: Owned, b: Owned) => compareText(a.clientId, b.clientId),
    },
  },
  references: [
    ownedByClient,
    {
      to: untyped(users),
      key: (member) => member.userId,
      missing: 'user',
      onDelete: 'cascade',
      children: { group: 'user', key: (user) => (user as User).id },
    },
  ],
});

/** Users are removed so rarely that a look through the whole table costs less than an index. */
const madeBy: Reference<{ createdBy: string | null }> = {
  to: untyped(users),
  key: (row) => row.createdBy ?? undefined,
  missing: 'user',
  onDelete: { setNull: 'createdBy' },
};

export const invitations = defineTable<Invitation>()({
  name: 'invitations',
  key: ownedRowKey,
  taken: 'id_taken',
  json: [],
  uniques: { token: { key: (invitation) => invitation.tokenHash, taken: 'token_taken' } },
  groups: { client: { key: clientOf, compare: byCreation } },
  references: [ownedByClient, madeBy],
});

export const apiKeys = defineTable<ApiKey>()({
  name: 'api_keys',
  key: ownedRowKey,
  taken: 'id_taken',
  json: [],
  uniques: { hash: { key: (apiKey) => apiKey.keyHash, taken: 'key_taken' } },
  groups: { client: { key: clientOf, compare: byCreation } },
  references: [ownedByClient, madeBy],
});

export const widgets = defineTable<Widget>()({
  name: 'client_widgets',
  key: ownedRowKey,
  taken: 'id_taken',
  json: ['appearance', 'businessHours', 'preChat', 'retrieval', 'engineSettings'],
  uniques: { publicKey: { key: (widget) => widget.publicKey, taken: 'key_taken' } },
  groups: {
    client: { key: clientOf, compare: byCreation },
    /** One group for the installation: `due` of those that wait for their activation. */
    due: {
      key: (widget) =>
        widget.status === 'pending' && widget.archivedAt === null && widget.activateAt !== null ? 'due' : undefined,
      compare: (a: Pick<Widget, 'activateAt' | 'id'>, b: Pick<Widget, 'activateAt' | 'id'>) =>
        byInstantThenId({ at: a.activateAt!, id: a.id }, { at: b.activateAt!, id: b.id }),
    },
  },
  references: [ownedByClient],
});

export const ofWidget: Reference<Owned & { widgetId: string }> = {
  to: untyped(widgets),
  key: (row) => ownedKey(row.clientId, row.widgetId),
  missing: 'widget',
  onDelete: 'cascade',
  children: withinClient,
};

/** The primary key of an install. */
export const installKey = ({ clientId, widgetId, origin }: Omit<WidgetInstall, 'firstSeenAt' | 'lastSeenAt'>) =>
  clientMadeKey(clientId, widgetId, origin);

export const installs = defineTable<WidgetInstall>()({
  name: 'widget_installs',
  key: installKey,
  taken: 'id_taken',
  json: [],
  uniques: {},
  groups: {
    client: {
      key: clientOf,
      compare: (a: WidgetInstall, b: WidgetInstall) => compareText(installKey(a), installKey(b)),
    },
    widget: {
      key: ({ clientId, widgetId }) => ownedKey(clientId, widgetId),
      compare: (a: Pick<WidgetInstall, 'lastSeenAt' | 'origin'>, b: Pick<WidgetInstall, 'lastSeenAt' | 'origin'>) =>
        byInstantThenId({ at: a.lastSeenAt, id: a.origin }, { at: b.lastSeenAt, id: b.origin }),
    },
  },
  references: [ofWidget],
});

/** The primary key of a finding. */
export const findingKey = ({
  clientId,
  widgetId,
  origin,
  kind,
}: Pick<WidgetFinding, 'clientId' | 'widgetId' | 'origin' | 'kind'>) =>
  clientMadeKey(clientId, widgetId, `${kind} ${origin}`);

export const findings = defineTable<WidgetFinding>()({
  name: 'widget_findings',
  key: findingKey,
  taken: 'id_taken',
  json: [],
  uniques: {},
  groups: {
    client: {
      key: clientOf,
      compare: (a: WidgetFinding, b: WidgetFinding) => compareText(findingKey(a), findingKey(b)),
    },
    widget: {
      key: ({ clientId, widgetId }) => ownedKey(clientId, widgetId),
      compare: (
        a: Pick<WidgetFinding, 'lastSeenAt' | 'origin' | 'kind'>,
        b: Pick<WidgetFinding, 'lastSeenAt' | 'origin' | 'kind'>,
      ) =>
        byInstantThenId({ at: a.lastSeenAt, id: a.origin }, { at: b.lastSeenAt, id: b.origin }) ||
        compareText(a.kind, b.kind),
    },
  },
  references: [ofWidget],
});

export const identities = defineTable<WidgetIdentity>()({
  name: 'widget_identities',
  key: ({ clientId, widgetId }) => ownedKey(clientId, widgetId),
  taken: 'id_taken',
  json: [],
  uniques: {},
  groups: {
    client: {
      key: clientOf,
      compare: (a: Pick<WidgetIdentity, 'widgetId'>, b: Pick<WidgetIdentity, 'widgetId'>) =>
        compareText(a.widgetId, b.widgetId),
    },
  },
  references: [ofWidget],
});

export const visitors = defineTable<Visitor>()({
  name: 'visitors',
  key: ownedRowKey,
  taken: 'id_taken',
  json: ['info'],
  uniques: {
    external: {
      key: ({ clientId, widgetId, externalId }) =>
        externalId === null ? undefined : clientMadeKey(clientId, widgetId, externalId),
      taken: 'external_id_taken',
    },
  },
  groups: { client: { key: clientOf, compare: byId } },
  references: [
    ownedByClient,
    {
      to: untyped(widgets),
      key: (visitor) => ownedKey(visitor.clientId, visitor.widgetId),
      missing: 'widget',
      onDelete: 'restrict',
      children: withinClient,
    },
  ],
});

export const conversations = defineTable<Conversation>()({
  name: 'conversations',
  key: ownedRowKey,
  taken: 'id_taken',
  json: ['metadata', 'handoff'],
  uniques: {
    clientMade: {
      key: ({ clientId, visitorId, clientConversationId }) =>
        visitorId === null || clientConversationId === null
          ? undefined
          : clientMadeKey(clientId, visitorId, clientConversationId),
      taken: 'id_taken',
    },
  },
  groups: {
    client: {
      key: clientOf,
      compare: (a: Pick<Conversation, 'updatedAt' | 'id'>, b: Pick<Conversation, 'updatedAt' | 'id'>) =>
        byInstantThenId({ at: a.updatedAt, id: a.id }, { at: b.updatedAt, id: b.id }),
    },
    /** One group for the installation: `snoozed` of those that wake up by themselves. */
    snoozed: {
      key: (conversation) =>
        conversation.status === 'snoozed' && conversation.snoozedUntil !== null ? 'snoozed' : undefined,
      compare: (a: Pick<Conversation, 'snoozedUntil' | 'id'>, b: Pick<Conversation, 'snoozedUntil' | 'id'>) =>
        byInstantThenId({ at: a.snoozedUntil!, id: a.id }, { at: b.snoozedUntil!, id: b.id }),
    },
  },
  references: [
    ownedByClient,
    {
      to: untyped(widgets),
      key: (conversation) => optionalKey(conversation, conversation.widgetId),
      missing: 'widget',
      onDelete: 'restrict',
      children: withinClient,
    },
    {
      to: untyped(visitors),
      key: (conversation) => optionalKey(conversation, conversation.visitorId),
      missing: 'visitor',
      onDelete: 'restrict',
      children: withinClient,
    },
    {
      to: untyped(members),
      key: (conversation) => optionalKey(conversation, conversation.assigneeId),
      missing: 'member',
      onDelete: 'restrict',
      children: withinClient,
    },
  ],
});

export const messages = defineTable<Message>()({
  name: 'messages',
  key: ownedRowKey,
  taken: 'id_taken',
  json: ['metadata'],
  uniques: {
    clientMade: {
      key: ({ clientId, conversationId, clientMessageId }) =>
        clientMessageId === null ? undefined : clientMadeKey(clientId, conversationId, clientMessageId),
      taken: 'id_taken',
    },
  },
  groups: {
    conversation: {
      key: (message) => ownedKey(message.clientId, message.conversationId),
      compare: (a: { sequence: number }, b: { sequence: number }) => a.sequence - b.sequence,
    },
  },
  references: [
    {
      to: untyped(conversations),
      key: (message) => ownedKey(message.clientId, message.conversationId),
      missing: 'conversation',
      onDelete: 'cascade',
      children: { group: 'conversation', key: (conversation) => ownedRowKey(conversation as Conversation) },
    },
  ],
});

export type InConversation = Owned & { conversationId: string };
export const conversationOf = (row: InConversation) => ownedKey(row.clientId, row.conversationId);

/** Tables of what hangs on a conversation have a group `conversation`, in which the rows of a removed one are found. */
export const ownedByConversation: Reference<InConversation> = {
  to: untyped(conversations),
  key: conversationOf,
  missing: 'conversation',
  onDelete: 'cascade',
  children: { group: 'conversation', key: (conversation) => ownedRowKey(conversation as Conversation) },
};

export const notes = defineTable<Note>()({
  name: 'conversation_notes',
  key: ownedRowKey,
  taken: 'id_taken',
  json: [],
  uniques: {},
  groups: { conversation: { key: conversationOf, compare: byId } },
  references: [ownedByConversation],
});

export const cannedReplies = defineTable<CannedReply>()({
  name: 'canned_replies',
  key: ownedRowKey,
  taken: 'id_taken',
  json: [],
  uniques: { shortcut: { key: ({ clientId, shortcut }) => `${clientId}/${shortcut}`, taken: 'shortcut_taken' } },
  groups: {
    client: {
      key: clientOf,
      compare: (a: { shortcut: string }, b: { shortcut: string }) => compareText(a.shortcut, b.shortcut),
    },
  },
  references: [ownedByClient],
});

export const handoffs = defineTable<Handoff>()({
  name: 'handoffs',
  key: ownedRowKey,
  taken: 'id_taken',
  json: [],
  uniques: {
    open: { key: (handoff) => (handoff.resolvedAt === null ? conversationOf(handoff) : undefined), taken: 'id_taken' },
  },
  groups: { conversation: { key: conversationOf, compare: byId }, client: { key: clientOf, compare: byId } },
  references: [ownedByConversation],
});

export const ratings = defineTable<Rating>()({
  name: 'conversation_ratings',
  key: conversationOf,
  taken: 'id_taken',
  json: [],
  uniques: {},
  groups: {
    conversation: {
      key: conversationOf,
      compare: (a: { conversationId: string }, b: { conversationId: string }) =>
        compareText(a.conversationId, b.conversationId),
    },
  },
  references: [ownedByConversation],
});

export const attachments = defineTable<Attachment>()({
  name: 'attachments',
  key: ownedRowKey,
  taken: 'id_taken',
  json: [],
  uniques: {},
  groups: {
    client: { key: clientOf, compare: byId },
    conversation: { key: conversationOf, compare: byId },
    /** One group for the installation: `unsent` of those that no message has taken up. */
    unsent: { key: (attachment) => (attachment.sentAt === null ? 'unsent' : undefined), compare: byCreation },
  },
  references: [ownedByConversation],
});

/** `terms` are parted by blanks, each once. */
export const conversationSearch = defineTable<SearchEntry>()({
  name: 'conversation_search',
  key: conversationOf,
  taken: 'id_taken',
  json: [],
  uniques: {},
  groups: {
    conversation: {
      key: conversationOf,
      compare: (a: { conversationId: string }, b: { conversationId: string }) =>
        compareText(a.conversationId, b.conversationId),
    },
  },
  references: [ownedByConversation],
});

export const auditLog = defineTable<AuditEntry>()({
  name: 'audit_log',
  key: ownedRowKey,
  taken: 'id_taken',
  json: ['details'],
  uniques: {},
  groups: { client: { key: clientOf, compare: byId } },
  references: [
    ownedByClient,
    {
      to: untyped(users),
      key: (entry) => entry.actorId ?? undefined,
      missing: 'user',
      onDelete: { setNull: 'actorId' },
    },
  ],
});

/** The unique key of something named by its maker: whose it is, within what, and the maker's name for it. */
export function clientMadeKey(clientId: string, within: string, made: string): string {
  return `${clientId}/${within}/${made}`;
}
