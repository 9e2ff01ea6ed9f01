import fc from 'fast-check';
import { conversationStatuses, messageRoles } from '../../../shared/conversation-vocabulary.ts';
import { roles } from '../../../shared/permissions.ts';
import { widgetStatuses } from '../../../shared/widget-settings.ts';
import {
  type Command,
  command,
  compact,
  index,
  instants,
  json,
  keys,
  limits,
  nullable,
  optional,
  record,
  someOf,
  texts,
  type WithId,
} from './command-parts.ts';
import { answers, knowledge, repeatableKnowledge, work } from './commands-knowledge.ts';
import { testId } from './harness.ts';
import { allPages, auditInput, widgetInput } from './worlds.ts';

const user = {
  createUser: record({
    email: keys.map((key) => `${key.toLowerCase()}@x.example`),
    name: texts,
    info: optional(json),
  }),
};

const accounts = [
  command(
    'createUser',
    user.createUser,
    ({ scope }, args) => scope.accounts.createUser(compact({ ...args, passwordHash: 'x' })),
    (world, _client, { id }: WithId) => world.learnUser(id),
  ),
  command('findUser', index, ({ scope, world }, n) => scope.accounts.findUser(world.user(n))),
  command('findUserByEmail', texts, ({ scope }, email) => scope.accounts.findUserByEmail(email)),
  command(
    'updateUser',
    fc.tuple(
      index,
      record({
        email: optional(keys.map((key) => `${key.toLowerCase()}@x.example`)),
        name: optional(texts),
        info: optional(json),
      }),
    ),
    ({ scope, world }, [n, patch]) => scope.accounts.updateUser(world.user(n), compact(patch)),
  ),
  command('listMemberships', index, ({ scope, world }, n) => scope.accounts.listMemberships(world.user(n))),
  command('findMembership', fc.tuple(index, index), ({ scope, world }, [n, m]) =>
    scope.accounts.findMembership(world.user(n), world.client(m).id),
  ),
  command('client.get', fc.constant(null), ({ client }) => client.client.get()),
  command('client.update', record({ name: optional(texts) }), ({ client }, patch) =>
    client.client.update(compact(patch)),
  ),
];

const members = [
  command('members.add', fc.tuple(index, fc.constantFrom(...roles)), ({ client, world }, [n, role]) =>
    client.members.add({ userId: world.user(n), role }),
  ),
  command('members.find', index, ({ client, world }, n) => client.members.find(world.user(n))),
  command('members.list', fc.constant(null), ({ client }) => client.members.list()),
  command('members.setRole', fc.tuple(index, fc.constantFrom(...roles)), ({ client, world }, [n, role]) =>
    client.members.setRole(world.user(n), role),
  ),
  command('members.remove', index, ({ client, world }, n) => client.members.remove(world.user(n))),
];

const invitations = [
  command(
    'invitations.create',
    record({
      email: optional(nullable(texts)),
      role: fc.constantFrom(...roles),
      tokenHash: keys,
      expiresAt: instants,
      by: index,
    }),
    ({ client, world }, { by, ...input }) =>
      client.invitations.create(compact({ ...input, createdBy: world.user(by) })),
    (world, client, { id }: WithId) => world.learn(client, 'invitations', id),
  ),
  command('invitations.listOpen', fc.constant(null), ({ client }) => client.invitations.listOpen()),
  command('invitations.accept', fc.tuple(index, instants), ({ client, world, n }, [m, at]) =>
    client.invitations.accept(world.pick(n, 'invitations', m), at),
  ),
  command('invitations.remove', index, ({ client, world, n }, m) =>
    client.invitations.remove(world.pick(n, 'invitations', m)),
  ),
  command('findInvitationByTokenHash', keys, ({ scope }, key) => scope.directory.findInvitationByTokenHash(key)),
];

const apiKeys = [
  command(
    'apiKeys.create',
    record({ name: texts, prefix: texts, keyHash: keys, by: nullable(index) }),
    ({ client, world }, { by, ...input }) =>
      client.apiKeys.create({ ...input, createdBy: by === null ? null : world.user(by) }),
    (world, client, { id }: WithId) => world.learn(client, 'apiKeys', id),
  ),
  command('apiKeys.find', index, ({ client, world, n }, m) => client.apiKeys.find(world.pick(n, 'apiKeys', m))),
  command('apiKeys.list', fc.constant(null), ({ client }) => client.apiKeys.list()),
  command('apiKeys.revoke', fc.tuple(index, instants), ({ client, world, n }, [m, at]) =>
    client.apiKeys.revoke(world.pick(n, 'apiKeys', m), at),
  ),
  command('apiKeys.markUsed', fc.tuple(index, instants), ({ client, world, n }, [m, at]) =>
    client.apiKeys.markUsed(world.pick(n, 'apiKeys', m), at),
  ),
  command('findApiKeyByHash', keys, ({ scope }, key) => scope.directory.findApiKeyByHash(key)),
];

const widgetFields = {
  publicKey: keys,
  name: texts,
  status: fc.constantFrom(...widgetStatuses),
  activateAt: nullable(instants),
  statusReason: nullable(texts),
};

const widgets = [
  command(
    'widgets.create',
    record({ ...widgetFields, allowedSites: fc.array(texts, { maxLength: 3 }) }),
    ({ client }, input) => client.widgets.create(widgetInput(input)),
    (world, client, { id }: WithId) => world.learn(client, 'widgets', id),
  ),
  command('widgets.find', index, ({ client, world, n }, m) => client.widgets.find(world.pick(n, 'widgets', m))),
  command('widgets.list', optional(fc.boolean()), ({ client }, archived) =>
    client.widgets.list(archived === undefined ? undefined : { archived }),
  ),
  command(
    'widgets.update',
    fc.tuple(index, someOf({ ...widgetFields, archivedAt: nullable(instants) })),
    ({ client, world, n }, [m, patch]) => client.widgets.update(world.pick(n, 'widgets', m), patch),
  ),
  command('findWidgetByPublicKey', keys, ({ scope }, key) => scope.directory.findWidgetByPublicKey(key)),
  command('listWidgetsDueForActivation', fc.tuple(instants, limits), ({ scope }, [now, limit]) =>
    scope.directory.listWidgetsDueForActivation(now, limit),
  ),
];

const visitorIds = fc.integer({ min: 1, max: 4 }).map((n) => testId(0x6000_0000_0000 + n));
const details = { name: nullable(texts), info: json, pageUrl: nullable(texts) };

const visitors = [
  command(
    'visitors.see',
    fc.tuple(visitorIds, index, someOf(details)),
    ({ client, world, n }, [id, m, fields]) =>
      client.visitors.see({ id, widgetId: world.pick(n, 'widgets', m), ...fields }),
    (world, client, { id }: WithId) => world.learn(client, 'visitors', id),
  ),
  command('visitors.find', visitorIds, ({ client }, id) => client.visitors.find(id)),
];

const statuses = fc.constantFrom(...conversationStatuses);

const conversations = [
  command(
    'conversations.create',
    record({
      widget: optional(nullable(index)),
      visitor: optional(nullable(index)),
      clientConversationId: optional(nullable(keys)),
      title: optional(nullable(texts)),
      metadata: optional(json),
    }),
    ({ client, world, n }, { widget, visitor, ...input }) => {
      const pick = (pool: 'widgets' | 'visitors', m: number | null | undefined) =>
        typeof m === 'number' ? world.pick(n, pool, m) : m;
      const links = { widgetId: pick('widgets', widget), visitorId: pick('visitors', visitor) };
      return client.conversations.create(compact({ ...input, ...links }));
    },
    (world, client, { conversation }: { conversation: WithId }) =>
      world.learn(client, 'conversations', conversation.id),
  ),
  command('conversations.find', index, ({ client, world, n }, m) =>
    client.conversations.find(world.pick(n, 'conversations', m)),
  ),
  command(
    'conversations.list',
    fc.tuple(
      record({
        status: optional(statuses),
        widget: optional(index),
        visitor: optional(index),
        assignee: optional(nullable(index)),
      }),
      limits,
    ),
    ({ client, world, n }, [{ status, widget, visitor, assignee }, limit]) => {
      const filter = {
        status,
        widgetId: widget === undefined ? undefined : world.pick(n, 'widgets', widget),
        visitorId: visitor === undefined ? undefined : world.pick(n, 'visitors', visitor),
        assigneeId: typeof assignee === 'number' ? world.user(assignee) : assignee,
      };
      return allPages((page) => client.conversations.list(filter, page), limit);
    },
  ),
  command(
    'conversations.update',
    fc.tuple(
      index,
      nullable(index),
      someOf({
        title: nullable(texts),
        status: statuses,
        snoozedUntil: nullable(instants),
        assigneeId: fc.boolean(),
        tags: fc.array(texts, { maxLength: 3 }),
        metadata: json,
      }),
    ),
    ({ client, world, n }, [m, assignee, { assigneeId, ...patch }]) => {
      const assigned = assigneeId && { assigneeId: assignee === null ? null : world.user(assignee) };
      return client.conversations.update(world.pick(n, 'conversations', m), { ...patch, ...assigned });
    },
  ),
  command(
    'conversations.markRead',
    fc.tuple(index, fc.constantFrom('visitor' as const, 'agent' as const), fc.integer({ min: -1, max: 8 })),
    ({ client, world, n }, [m, side, sequence]) =>
      client.conversations.markRead(world.pick(n, 'conversations', m), side, sequence),
  ),
  // Of few only, else there are none left.
  command('conversations.remove', index, ({ client, world, n }, m) =>
    client.conversations.remove(world.pick(n, 'conversations', m % 4 === 0 ? m : 15)),
  ),
  command('listConversationsDueToWake', fc.tuple(instants, limits), ({ scope }, [now, limit]) =>
    scope.directory.listConversationsDueToWake(now, limit),
  ),
];

const append = command(
  'messages.append',
  fc.tuple(
    index,
    record({
      role: fc.constantFrom(...messageRoles),
      content: texts,
      metadata: optional(json),
      clientMessageId: optional(nullable(keys)),
      author: optional(nullable(index)),
      visitor: fc.option(index, { nil: undefined, freq: 4 }),
      statusAfter: optional(fc.constantFrom(...conversationStatuses, 'reopen' as const)),
      answerJob: fc.option(json, { nil: undefined, freq: 2 }),
    }),
  ),
  ({ client, world, n }, [m, { author, visitor, ...input }]) =>
    client.messages.append(
      compact({
        ...input,
        conversationId: world.pick(n, 'conversations', m),
        authorId: typeof author === 'number' ? world.user(author) : author,
        onlyForVisitorId: visitor === undefined ? undefined : world.pick(n, 'visitors', visitor),
      }),
    ),
  (world, client, { message }: { message: WithId }) => world.learn(client, 'messages', message.id),
);

const bounds = fc.integer({ min: -1, max: 8 });

const messages = [
  command(
    'messages.list',
    fc.tuple(index, fc.oneof(fc.constant({}), record({ after: bounds }), record({ before: bounds })), limits),
    ({ client, world, n }, [m, range, limit]) =>
      client.messages.list(world.pick(n, 'conversations', m), { ...range, limit }),
  ),
  command('messages.find', fc.tuple(index, index), ({ client, world, n }, [m, k]) =>
    client.messages.find(world.pick(n, 'conversations', m), world.pick(n, 'messages', k)),
  ),
];

const audit = [
  command(
    'audit.append',
    record({ actor: nullable(index), targetId: texts, details: json, requestId: nullable(texts) }),
    ({ client, world }, { actor, ...input }) =>
      client.audit.append(auditInput({ ...input, actorId: actor === null ? null : world.user(actor) })),
  ),
  command('audit.list', limits, ({ client }, limit) => allPages((page) => client.audit.list(page), limit)),
];

const removeClient = command('client.remove', fc.constant(null), ({ client }) => client.client.remove());

/** Any call of the seam; the calls that make and change threads more often than others. */
export const anyCommand: fc.Arbitrary<Command> = fc.oneof(
  { weight: 8, arbitrary: fc.oneof(...accounts) },
  { weight: 8, arbitrary: fc.oneof(...members) },
  { weight: 4, arbitrary: fc.oneof(...invitations) },
  { weight: 4, arbitrary: fc.oneof(...apiKeys) },
  { weight: 6, arbitrary: fc.oneof(...widgets) },
  { weight: 4, arbitrary: fc.oneof(...visitors) },
  { weight: 20, arbitrary: fc.oneof(...conversations) },
  { weight: 20, arbitrary: append },
  { weight: 10, arbitrary: fc.oneof(...messages) },
  { weight: 4, arbitrary: fc.oneof(...audit) },
  { weight: 12, arbitrary: fc.oneof(...knowledge) },
  { weight: 8, arbitrary: fc.oneof(...answers) },
  { weight: 6, arbitrary: fc.oneof(...work) },
  { weight: 1, arbitrary: removeClient },
);

/** Calls that touch nothing which is unique in the whole installation, nor the users: clients do not meet in them. */
export const scopedCommand: fc.Arbitrary<Command> = fc.oneof(
  { weight: 1, arbitrary: fc.oneof(...accounts.slice(-2)) },
  { weight: 2, arbitrary: fc.oneof(...members) },
  { weight: 2, arbitrary: fc.oneof(...visitors) },
  { weight: 6, arbitrary: fc.oneof(...conversations.slice(0, -1)) },
  { weight: 6, arbitrary: append },
  { weight: 2, arbitrary: fc.oneof(...messages) },
  { weight: 2, arbitrary: fc.oneof(...audit) },
  { weight: 4, arbitrary: fc.oneof(...knowledge) },
  { weight: 2, arbitrary: fc.oneof(...answers) },
);

/** Calls of which several equal ones at once have, put in order, the same answers in every storage. */
export const repeatable: fc.Arbitrary<Command> = fc.oneof(
  { weight: 4, arbitrary: append },
  { weight: 2, arbitrary: conversations[0]! },
  {
    weight: 1,
    arbitrary: fc.oneof(accounts[0]!, members[0]!, invitations[0]!, apiKeys[0]!, widgets[0]!, visitors[0]!),
  },
  { weight: 2, arbitrary: fc.oneof(invitations[2]!, apiKeys[3]!, apiKeys[4]!, members[4]!, conversations[5]!) },
  { weight: 2, arbitrary: fc.oneof(...repeatableKnowledge) },
);
