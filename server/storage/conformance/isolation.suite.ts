import { beforeAll, describe, expect, it } from 'vitest';
import { NotFoundError } from '../errors.ts';
import type { ClientStorage } from '../storage.ts';
import { type OpenHarness, useHarness } from './harness.ts';
import { knowledgeCases, knowledgeContents, plantKnowledge } from './isolation-knowledge.ts';
import { plantPrivacy, privacyCases, privacyContents } from './isolation-privacy.ts';
import { plantWebhooks, webhookCases, webhookContents } from './isolation-webhooks.ts';
import {
  addClient,
  addMember,
  addWidget,
  apiKeyInput,
  attachmentInput,
  auditInput,
  cannedReplyInput,
  invitationInput,
  messageInput,
  noteInput,
  strangeId,
  widgetInput,
} from './worlds.ts';

type World = Awaited<ReturnType<typeof plant>>;

/** What a call against somebody else's row comes to: that it is not found, or an answer in which nothing is theirs. */
type Outcome = { missing: NotFoundError['entity'] } | { answer: (own: World) => unknown };

interface Case {
  call(intruder: ClientStorage, planted: World): Promise<unknown>;
  outcome: Outcome;
}

const missing = (entity: NotFoundError['entity']): Outcome => ({ missing: entity });
const answers = (answer: (own: World) => unknown): Outcome => ({ answer });
const nothing = answers(() => undefined);
const page = { limit: 100 };

/**
 * Every method of every scoped repository, called with whatever it takes of another client's. A method may have several
 * cases: what follows the blank tells them apart.
 */
const cases: Record<string, Case> = {
  ...knowledgeCases,
  ...webhookCases,
  ...privacyCases,

  'client.get': { call: (i) => i.client.get(), outcome: answers((own) => own.row) },
  'client.hold': { call: (i) => i.client.hold(), outcome: answers((own) => own.row) },
  'client.update': {
    call: (i) => i.client.update({ name: 'Intruder' }),
    outcome: answers((own) => ({ ...own.row, name: 'Intruder' })),
  },
  // Comes last: the intruder removes itself, as a whole and alone.
  'client.remove': { call: (i) => i.client.remove(), outcome: nothing },

  'members.add': {
    call: (i, p) => i.members.add({ userId: p.owner.id, role: 'owner' }),
    outcome: answers((own) => expect.objectContaining({ clientId: own.row.id, role: 'owner' })),
  },
  'members.find': { call: (i, p) => i.members.find(p.agent.id), outcome: nothing },
  'members.list': {
    call: async (i) => (await i.members.list()).filter(({ clientId }) => clientId !== i.clientId),
    outcome: answers(() => []),
  },
  'members.setRole': { call: (i, p) => i.members.setRole(p.agent.id, 'admin'), outcome: missing('member') },
  'members.remove': { call: (i, p) => i.members.remove(p.agent.id), outcome: missing('member') },

  'invitations.create': {
    call: (i, p) => i.invitations.create(invitationInput(p.owner.id)),
    outcome: answers((own) => expect.objectContaining({ clientId: own.row.id })),
  },
  'invitations.listOpen': {
    call: async (i) => (await i.invitations.listOpen()).filter(({ clientId }) => clientId !== i.clientId),
    outcome: answers(() => []),
  },
  'invitations.accept': {
    call: (i, p) => i.invitations.accept(p.invitation.id, new Date(0)),
    outcome: missing('invitation'),
  },
  'invitations.remove': { call: (i, p) => i.invitations.remove(p.invitation.id), outcome: missing('invitation') },

  'apiKeys.create': {
    call: (i, p) => i.apiKeys.create(apiKeyInput({ createdBy: p.owner.id })),
    outcome: answers((own) => expect.objectContaining({ clientId: own.row.id })),
  },
  'apiKeys.find': { call: (i, p) => i.apiKeys.find(p.apiKey.id), outcome: nothing },
  'apiKeys.list': {
    call: async (i) => (await i.apiKeys.list()).filter(({ clientId }) => clientId !== i.clientId),
    outcome: answers(() => []),
  },
  'apiKeys.revoke': { call: (i, p) => i.apiKeys.revoke(p.apiKey.id, new Date(0)), outcome: missing('apiKey') },
  'apiKeys.markUsed': { call: (i, p) => i.apiKeys.markUsed(p.apiKey.id, new Date()), outcome: nothing },

  'widgets.create': {
    call: (i) => i.widgets.create(widgetInput()),
    outcome: answers((own) => expect.objectContaining({ clientId: own.row.id })),
  },
  'widgets.find': { call: (i, p) => i.widgets.find(p.widget.id), outcome: nothing },
  'widgets.list': {
    call: async (i) =>
      [...(await i.widgets.list()), ...(await i.widgets.list({ archived: true }))].filter(
        ({ clientId }) => clientId !== i.clientId,
      ),
    outcome: answers(() => []),
  },
  'widgets.update': { call: (i, p) => i.widgets.update(p.widget.id, { name: 'X' }), outcome: missing('widget') },

  'installs.note': { call: (i, p) => i.installs.note(p.widget.id, 'https://x.example'), outcome: missing('widget') },
  'installs.list': { call: (i, p) => i.installs.list(p.widget.id, 100), outcome: answers(() => []) },

  'findings.note': {
    call: (i, p) => i.findings.note(p.widget.id, { origin: 'https://x.example', kind: 'csp-frame', detail: null }),
    outcome: missing('widget'),
  },
  'findings.solve': {
    call: (i, p) => i.findings.solve(p.widget.id, 'https://shop.example', ['csp-frame']),
    outcome: answers(() => []),
  },
  'findings.list': { call: (i, p) => i.findings.list(p.widget.id, 100), outcome: answers(() => []) },

  'identities.set': { call: (i, p) => i.identities.set(p.widget.id, 'ws_mine'), outcome: missing('widget') },
  'identities.find': { call: (i, p) => i.identities.find(p.widget.id), outcome: nothing },
  'identities.list': {
    call: async (i) => (await i.identities.list()).filter(({ clientId }) => clientId !== i.clientId),
    outcome: answers(() => []),
  },
  'identities.noteFailure': { call: (i, p) => i.identities.noteFailure(p.widget.id, 'X'), outcome: nothing },
  'identities.remove': { call: (i, p) => i.identities.remove(p.widget.id), outcome: nothing },

  'visitors.see': {
    call: (i, p) => i.visitors.see({ id: p.visitor.id, widgetId: p.widget.id }),
    outcome: missing('widget'),
  },
  'visitors.update': { call: (i, p) => i.visitors.update(p.visitor.id, { name: 'X' }), outcome: nothing },
  'visitors.findByExternalId': {
    call: (i, p) => i.visitors.findByExternalId(p.widget.id, 'u1'),
    outcome: nothing,
  },
  'visitors.namesOf': { call: (i, p) => i.visitors.namesOf([p.visitor.id]), outcome: answers(() => []) },
  'visitors.find': { call: (i, p) => i.visitors.find(p.visitor.id), outcome: nothing },

  'conversations.create': {
    call: (i, p) => i.conversations.create({ visitorId: p.visitor.id, clientConversationId: 'c1' }),
    outcome: missing('visitor'),
  },
  'conversations.create with a widget': {
    call: (i, p) => i.conversations.create({ widgetId: p.widget.id }),
    outcome: missing('widget'),
  },
  'conversations.find': { call: (i, p) => i.conversations.find(p.conversation.id), outcome: nothing },
  'conversations.findAll': {
    call: (i, p) => i.conversations.findAll([p.conversation.id]),
    outcome: answers(() => []),
  },
  'conversations.list': {
    call: async (i) => (await i.conversations.list({}, page)).items.filter(({ clientId }) => clientId !== i.clientId),
    outcome: answers(() => []),
  },
  'conversations.list by their widget': {
    call: (i, p) => i.conversations.list({ widgetId: p.widget.id }, page),
    outcome: answers(() => ({ items: [], nextCursor: null })),
  },
  'conversations.list by their visitor': {
    call: (i, p) => i.conversations.list({ visitorId: p.visitor.id }, page),
    outcome: answers(() => ({ items: [], nextCursor: null })),
  },
  'conversations.list by their agent': {
    call: (i, p) => i.conversations.list({ assigneeId: p.agent.id }, page),
    outcome: answers(() => ({ items: [], nextCursor: null })),
  },
  'conversations.list from their cursor': {
    call: async (i, p) => {
      const { items } = await i.conversations.list({}, { ...page, cursor: p.conversationCursor });
      return items.filter(({ clientId }) => clientId !== i.clientId);
    },
    outcome: answers(() => []),
  },
  'conversations.update': {
    call: (i, p) => i.conversations.update(p.conversation.id, { status: 'closed' }),
    outcome: missing('conversation'),
  },
  'conversations.update to their agent': {
    call: async (i, p) => {
      const [own] = (await i.conversations.list({}, page)).items;
      return i.conversations.update(own!.id, { assigneeId: p.agent.id });
    },
    outcome: missing('member'),
  },
  'conversations.markRead': {
    call: (i, p) => i.conversations.markRead(p.conversation.id, 'agent', 1),
    outcome: missing('conversation'),
  },
  'conversations.remove': {
    call: (i, p) => i.conversations.remove(p.conversation.id),
    outcome: missing('conversation'),
  },

  'messages.append': {
    call: (i, p) => i.messages.append(messageInput(p.conversation.id)),
    outcome: missing('conversation'),
  },
  'messages.append as their visitor': {
    call: (i, p) => i.messages.append(messageInput(p.conversation.id, { onlyForVisitorId: p.visitor.id })),
    outcome: missing('conversation'),
  },
  'messages.append with a known id': {
    call: (i, p) => i.messages.append(messageInput(p.conversation.id, { clientMessageId: 'm1' })),
    outcome: missing('conversation'),
  },
  'messages.list': {
    call: (i, p) => i.messages.list(p.conversation.id, page),
    outcome: answers(() => ({ items: [], hasMore: false })),
  },
  'messages.list upwards': {
    call: (i, p) => i.messages.list(p.conversation.id, { ...page, after: 0 }),
    outcome: answers(() => ({ items: [], hasMore: false })),
  },
  'messages.findClientMade': { call: (i, p) => i.messages.findClientMade(p.conversation.id, 'm1'), outcome: nothing },
  'messages.find': { call: (i, p) => i.messages.find(p.conversation.id, p.message.id), outcome: nothing },
  'messages.find through an own conversation': {
    call: async (i, p) => {
      const [own] = (await i.conversations.list({}, page)).items;
      return i.messages.find(own!.id, p.message.id);
    },
    outcome: nothing,
  },

  'notes.create': {
    call: (i, p) => i.notes.create(noteInput(p.conversation.id)),
    outcome: missing('conversation'),
  },
  'notes.list': {
    call: (i, p) => i.notes.list(p.conversation.id, page),
    outcome: answers(() => ({ items: [], nextCursor: null })),
  },
  'notes.find': { call: (i, p) => i.notes.find(p.conversation.id, p.note.id), outcome: nothing },
  'notes.find through an own conversation': {
    call: async (i, p) => i.notes.find((await i.conversations.list({}, page)).items[0]!.id, p.note.id),
    outcome: nothing,
  },
  'notes.remove': { call: (i, p) => i.notes.remove(p.conversation.id, p.note.id), outcome: missing('note') },

  'cannedReplies.create': {
    call: (i, p) => i.cannedReplies.create(cannedReplyInput({ shortcut: p.cannedReply.shortcut })),
    outcome: answers((own) => expect.objectContaining({ clientId: own.row.id })),
  },
  'cannedReplies.find': { call: (i, p) => i.cannedReplies.find(p.cannedReply.id), outcome: nothing },
  'cannedReplies.list': {
    call: async (i) => (await i.cannedReplies.list()).filter(({ clientId }) => clientId !== i.clientId),
    outcome: answers(() => []),
  },
  'cannedReplies.update': {
    call: (i, p) => i.cannedReplies.update(p.cannedReply.id, { title: 'X' }),
    outcome: missing('cannedReply'),
  },
  'cannedReplies.remove': {
    call: (i, p) => i.cannedReplies.remove(p.cannedReply.id),
    outcome: missing('cannedReply'),
  },

  'handoffs.request': {
    call: (i, p) => i.handoffs.request({ conversationId: p.conversation.id, requestedBy: 'agent', reason: null }),
    outcome: missing('conversation'),
  },
  'handoffs.resolve': {
    call: (i, p) => i.handoffs.resolve(p.conversation.id, 'closed'),
    outcome: missing('conversation'),
  },
  'handoffs.list': {
    call: (i, p) => i.handoffs.list(p.conversation.id, page),
    outcome: answers(() => ({ items: [], nextCursor: null })),
  },
  'handoffs.waits': {
    call: (i) => i.handoffs.waits(new Date(0)),
    outcome: answers(() => []),
  },

  'ratings.rate': {
    call: (i, p) => i.ratings.rate({ conversationId: p.conversation.id, score: 1, comment: null }),
    outcome: missing('conversation'),
  },
  'ratings.find': { call: (i, p) => i.ratings.find(p.conversation.id), outcome: nothing },

  'attachments.create': {
    call: (i, p) => i.attachments.create(attachmentInput(p.conversation.id)),
    outcome: missing('conversation'),
  },
  'attachments.find': { call: (i, p) => i.attachments.find(p.attachment.id), outcome: nothing },
  'attachments.list': {
    call: async (i) => (await i.attachments.list({}, page)).items.filter(({ clientId }) => clientId !== i.clientId),
    outcome: answers(() => []),
  },
  'attachments.list of their conversation': {
    call: (i, p) => i.attachments.list({ conversationId: p.conversation.id }, page),
    outcome: answers(() => ({ items: [], nextCursor: null })),
  },
  'attachments.take': {
    call: (i, p) => i.attachments.take([p.attachment.id], { conversationId: p.conversation.id, uploadedBy: 'visitor' }),
    outcome: missing('attachment'),
  },
  'attachments.countUnsent': {
    call: (i, p) => i.attachments.countUnsent({ conversationId: p.conversation.id, uploadedBy: 'visitor' }),
    outcome: answers(() => 0),
  },
  'attachments.seal': {
    call: (i, p) => i.attachments.seal({ conversationId: p.conversation.id }),
    outcome: answers(() => []),
  },
  'attachments.removeUnsent': {
    call: (i, p) => i.attachments.removeUnsent(p.attachment.id),
    outcome: answers(() => false),
  },

  'search.upTo': { call: (i, p) => i.search.upTo(p.conversation.id), outcome: nothing },
  'search.add': {
    call: (i, p) => i.search.add({ conversationId: p.conversation.id, terms: ['mine'], upToSequence: 9 }),
    outcome: missing('conversation'),
  },
  'search.find': {
    call: async (i) => {
      const { items } = await i.search.find([{ term: 'secret', isPrefix: true }], page);
      return items.filter(({ clientId }) => clientId !== i.clientId);
    },
    outcome: answers(() => []),
  },
  'search.find from their cursor': {
    call: async (i, p) => {
      const { items } = await i.search.find([{ term: 'secret', isPrefix: false }], {
        ...page,
        cursor: p.conversationCursor,
      });
      return items.filter(({ clientId }) => clientId !== i.clientId);
    },
    outcome: answers(() => []),
  },
  'counts.conversations': {
    call: (i) => i.counts.conversations(),
    outcome: answers(() => ({ open: 1, waiting: 1, snoozed: 0, closed: 0, unread: 1 })),
  },

  'audit.append': {
    call: (i, p) => i.audit.append(auditInput({ actorKind: 'user', actorId: p.owner.id })),
    outcome: answers((own) => expect.objectContaining({ clientId: own.row.id })),
  },
  'audit.list': {
    call: async (i) => (await i.audit.list(page)).items.filter(({ clientId }) => clientId !== i.clientId),
    outcome: answers(() => []),
  },
  'audit.list from their cursor': {
    call: async (i, p) => {
      const { items } = await i.audit.list({ ...page, cursor: p.auditCursor });
      return items.filter(({ clientId }) => clientId !== i.clientId);
    },
    outcome: answers(() => []),
  },
};

export function isolationSuite(open: OpenHarness): void {
  describe('isolation of clients', () => {
    const t = useHarness(open);
    let victim: World;

    beforeAll(async () => {
      victim = await plant(t.storage);
    });

    it('has a case for every method of every scoped repository', async () => {
      const methods: string[] = [];
      for (const [name, repository] of Object.entries(victim.client)) {
        if (name === 'clientId') continue;
        for (const method of methodsOf(repository as object)) methods.push(`${name}.${method}`);
      }
      const covered = new Set(Object.keys(cases).map((name) => name.split(' ')[0]!));
      expect([...covered].sort()).toEqual(methods.sort());
      expect(methods.length).toBeGreaterThan(30);
    });

    for (const [name, { call, outcome }] of Object.entries(cases)) {
      it(`${name} neither shows nor changes another client’s rows, inside a transaction either`, async () => {
        const before = await contents(victim);
        const inScope = (intruder: World) =>
          t.storage.transaction((scope) => call(scope.forClient(intruder.row.id), victim));
        for (const attempt of [(intruder: World) => call(intruder.client, victim), inScope]) {
          const intruder = await plant(t.storage);
          const result = await attempt(intruder).catch((error: unknown) => error);
          if ('missing' in outcome) {
            expect(result).toBeInstanceOf(NotFoundError);
            expect(result).toMatchObject({ entity: outcome.missing });
          } else {
            expect(result).toEqual(outcome.answer(intruder));
          }
          expect(await contents(victim)).toEqual(before);
        }
      });
    }

    it('lets visitors.see make an own visitor of an id that another client uses', async () => {
      const intruder = await plant(t.storage);
      const before = await contents(victim);
      const own = await intruder.client.visitors.see({
        id: victim.visitor.id,
        widgetId: intruder.widget.id,
        name: 'X',
      });
      expect(own).toMatchObject({ clientId: intruder.row.id, id: victim.visitor.id, name: 'X' });
      await intruder.client.conversations.create({ visitorId: own.id, clientConversationId: 'c1' });
      expect(await contents(victim)).toEqual(before);
    });
  });
}

/** A client with a row in every table, and what a thief would hold of it. */
async function plant(storage: Parameters<typeof addClient>[0]) {
  const { row, client } = await addClient(storage);
  const owner = await addMember(storage, client, 'owner');
  const agent = await addMember(storage, client, 'agent');
  const invitation = await client.invitations.create(invitationInput(owner.id));
  const apiKey = await client.apiKeys.create(apiKeyInput());
  const widget = await addWidget(client);
  const archived = await addWidget(client);
  await client.widgets.update(archived.id, { archivedAt: new Date(0) });
  const visitor = await client.visitors.see({ id: strangeId(), widgetId: widget.id, externalId: 'u1' });
  const start = { widgetId: widget.id, visitorId: visitor.id };
  await client.conversations.create(start);
  const { conversation } = await client.conversations.create({ ...start, clientConversationId: 'c1' });
  await client.conversations.update(conversation.id, { assigneeId: agent.id });
  const { message } = await client.messages.append(messageInput(conversation.id, { clientMessageId: 'm1' }));
  const note = await client.notes.create(noteInput(conversation.id));
  const cannedReply = await client.cannedReplies.create(cannedReplyInput());
  await client.handoffs.request({ conversationId: conversation.id, requestedBy: 'visitor', reason: 'Please' });
  await client.search.add({ conversationId: conversation.id, terms: ['secret'], upToSequence: 1 });
  await client.ratings.rate({ conversationId: conversation.id, score: 5, comment: 'Good' });
  const attachment = await client.attachments.create(attachmentInput(conversation.id));
  await client.installs.note(widget.id, 'https://shop.example');
  await client.findings.note(widget.id, { origin: 'https://shop.example', kind: 'csp-frame', detail: 'frame-src' });
  await client.identities.set(widget.id, 'ws_theirs');
  await client.audit.append(auditInput());
  await client.audit.append(auditInput());
  const outgoing = await plantWebhooks({ client, conversation });
  const conversationCursor = (await client.conversations.list({}, { limit: 1 })).nextCursor!;
  const auditCursor = (await client.audit.list({ limit: 1 })).nextCursor!;
  const people = { owner, agent };
  const rows = { row, invitation, apiKey, widget, visitor, conversation, message, attachment, note, cannedReply };
  const knowledge = await plantKnowledge({ client, widget, conversation, message });
  const privacy = await plantPrivacy({ client, conversation, message, ...knowledge });
  return { client, ...people, ...rows, ...knowledge, ...privacy, ...outgoing, conversationCursor, auditCursor };
}

async function contents(world: World) {
  const { client, widget, visitor, conversation } = world;
  return {
    ...(await knowledgeContents(world)),
    ...(await webhookContents(world)),
    ...(await privacyContents(world)),
    client: await client.client.get(),
    members: await client.members.list(),
    invitations: await client.invitations.listOpen(),
    apiKeys: await client.apiKeys.list(),
    widgets: await client.widgets.list(),
    archived: await client.widgets.list({ archived: true }),
    visitor: await client.visitors.find(visitor.id),
    conversations: await client.conversations.list({}, page),
    messages: await client.messages.list(conversation.id, page),
    attachments: await client.attachments.list({}, page),
    installs: await client.installs.list(widget.id, 100),
    findings: await client.findings.list(widget.id, 100),
    identities: await client.identities.list(),
    notes: await client.notes.list(conversation.id, page),
    cannedReplies: await client.cannedReplies.list(),
    handoffs: await client.handoffs.list(conversation.id, page),
    rating: await client.ratings.find(conversation.id),
    foundUpTo: await client.search.upTo(conversation.id),
    found: await client.search.find([{ term: 'secret', isPrefix: false }], page),
    counts: await client.counts.conversations(),
    audit: await client.audit.list(page),
  };
}

/** The names of an object's methods, its own and those of its class. */
function methodsOf(object: object): string[] {
  const names = new Set<string>();
  for (let at = object; at !== Object.prototype && at !== null; at = Object.getPrototypeOf(at)) {
    for (const name of Object.getOwnPropertyNames(at)) {
      if (name !== 'constructor' && typeof Reflect.get(object, name) === 'function') names.add(name);
    }
  }
  return [...names];
}
