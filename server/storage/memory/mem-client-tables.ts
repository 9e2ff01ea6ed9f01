import type {
  ApiKey,
  AuditEntry,
  CannedReply,
  Client,
  Invitation,
  Member,
  User,
  Widget,
} from '../../../shared/schema.ts';
import { defineTable, type Reference, untyped } from './mem-table.ts';
import { byCreation, byId, clientOf, type Owned, ownedRowKey } from './mem-table-parts.ts';
import { byInstantThenId, compareText, ownedKey } from './mem-values.ts';

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
export const withinClient = { group: 'client', key: (parent: object) => (parent as Owned).clientId };

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
