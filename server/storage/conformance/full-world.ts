import type { IStorage } from '../storage.ts';
import { plantKnowledge } from './isolation-knowledge.ts';
import { plantPrivacy } from './isolation-privacy.ts';
import { plantWebhooks } from './isolation-webhooks.ts';
import {
  addClient,
  addConversation,
  addMember,
  addVisitor,
  apiKeyInput,
  attachmentInput,
  auditInput,
  cannedReplyInput,
  invitationInput,
  messageInput,
  noteInput,
} from './worlds.ts';

/** A client with at least one row in every table that belongs to clients, with texts that are hard to carry. */
export async function plantEverything(storage: IStorage, { storageKey }: { storageKey?: string } = {}) {
  const { client, row } = await addClient(storage, 'Größe 😀');
  const owner = await addMember(storage, client, 'owner');
  await storage.accounts.updateUser(owner.id, { info: { deep: [{ a: null }], when: '2026-01-01T00:00:00.000Z' } });
  await client.invitations.create(invitationInput(owner.id));
  await client.apiKeys.create(apiKeyInput({ createdBy: owner.id }));
  const visitor = await addVisitor(client);
  const conversation = await addConversation(client, {
    visitorId: visitor.id,
    widgetId: visitor.widgetId,
    metadata: { b: 1, a: [true, { d: null, c: 'ü' }] },
  });
  await client.conversations.update(conversation.id, { assigneeId: owner.id, tags: ['a', '', 'b,"c'] });
  for (const content of ['line\nfeed\r\n\u2028\u2029\u0085', 'שלום 👩🏽‍🚀', '', 'x'.repeat(100_000)]) {
    await client.messages.append(messageInput(conversation.id, { content, metadata: { content } }));
  }
  const { message } = await client.messages.append(messageInput(conversation.id));
  const knowledge = await plantKnowledge({ client, widget: { id: visitor.widgetId }, conversation, message });
  await plantPrivacy({ client, conversation, message, ...knowledge });
  await client.attachments.create(attachmentInput(conversation.id, storageKey === undefined ? {} : { storageKey }));
  await plantWebhooks({ client, conversation });
  await client.installs.note(visitor.widgetId, 'https://shop.example');
  await client.installs.note(visitor.widgetId, 'https://Éshop.example');
  const finding = { origin: 'https://Éshop.example', kind: 'two-hosts', detail: 'https://old.example' } as const;
  await client.findings.note(visitor.widgetId, finding);
  await client.findings.note(visitor.widgetId, { ...finding, origin: 'null', kind: 'sandboxed', detail: null });
  await client.findings.solve(visitor.widgetId, 'null', ['sandboxed']);
  await client.identities.set(visitor.widgetId, 'ws_1');
  await client.notes.create(noteInput(conversation.id));
  await client.cannedReplies.create(cannedReplyInput());
  await client.handoffs.request({ conversationId: conversation.id, requestedBy: 'visitor', reason: null });
  await client.handoffs.resolve(conversation.id, 'closed');
  await client.handoffs.request({ conversationId: conversation.id, requestedBy: 'assistant', reason: 'Größe' });
  await client.search.add({ conversationId: conversation.id, terms: ['zebra', 'größe', '日本'], upToSequence: 4 });
  await client.ratings.rate({ conversationId: conversation.id, score: 4, comment: null });
  await client.audit.append(auditInput({ actorKind: 'user', actorId: owner.id }));
  return { client, row, owner, conversation, visitor };
}
