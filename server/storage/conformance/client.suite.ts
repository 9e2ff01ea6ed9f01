import { describe, expect, it } from 'vitest';
import { NotFoundError } from '../errors.ts';
import { type OpenHarness, useHarness } from './harness.ts';
import { documentInput, modelInput } from './knowledge-worlds.ts';
import {
  addClient,
  addConversation,
  addMember,
  addUser,
  addVisitor,
  addWidget,
  apiKeyInput,
  auditInput,
  errorOf,
  gate,
  invitationInput,
  messageInput,
  strangeId,
  widgetInput,
} from './worlds.ts';

export function clientSuite(open: OpenHarness): void {
  describe('client', () => {
    const t = useHarness(open);

    describe('get', () => {
      it('answers the row', async () => {
        const { row, client } = await addClient(t.storage, 'Größe 漢字');
        expect(await client.client.get()).toEqual(row);
        expect(client.clientId).toBe(row.id);
      });

      it('throws NotFoundError after the client was removed', async () => {
        const { client } = await addClient(t.storage);
        await client.client.remove();
        const error = await errorOf(client.client.get());
        expect(error).toBeInstanceOf(NotFoundError);
        expect(error).toMatchObject({ entity: 'client' });
      });
    });

    describe('hold', () => {
      it('answers the row, and throws NotFoundError after the client was removed', async () => {
        const { row, client } = await addClient(t.storage);
        expect(await client.client.hold()).toEqual(row);
        await client.client.remove();
        expect(await errorOf(client.client.hold())).toMatchObject({ name: 'NotFoundError', entity: 'client' });
      });

      it('in a transaction lets nobody make a row that is neither seen in it nor refused after it', async () => {
        const { client } = await addClient(t.storage);
        const [held, hold] = gate();
        const [started, start] = gate();
        const adding = held.then(() => {
          const created = client.documents.create(documentInput({ name: 'Late' })).then(
            () => 'made',
            (error: Error) => error.name,
          );
          start();
          return created;
        });
        const seen = await t.storage.transaction(async (scope) => {
          const own = scope.forClient(client.clientId);
          await own.client.hold();
          const before = (await own.documents.list({ limit: 10 })).items.length;
          hold();
          await started;
          await own.client.remove();
          return before;
        });
        expect([await adding, seen]).toEqual(seen === 0 ? ['NotFoundError', 0] : ['made', 1]);
      });
    });

    describe('update', () => {
      it('changes the given fields and updatedAt', async () => {
        const { row, client } = await addClient(t.storage, 'Before');
        t.env.advance(3);
        const updated = await client.client.update({ name: 'After' });
        expect(updated).toEqual({ ...row, name: 'After', updatedAt: t.env.now() });
        expect(await client.client.get()).toEqual(updated);
        t.env.advance(3);
        expect(await client.client.update({})).toEqual({ ...updated, updatedAt: t.env.now() });
      });

      it('throws NotFoundError after the client was removed', async () => {
        const { client } = await addClient(t.storage);
        await client.client.remove();
        expect(await errorOf(client.client.update({ name: 'X' }))).toMatchObject({ entity: 'client' });
      });
    });

    describe('remove', () => {
      it('removes everything that belongs to the client, and nothing of others; users stay', async () => {
        const gone = await world();
        const kept = await world();
        await gone.client.client.remove();

        expect(await t.storage.accounts.findUser(gone.owner.id)).toEqual(gone.owner);
        expect(await t.storage.accounts.listMemberships(gone.owner.id)).toEqual([]);
        expect(await t.storage.accounts.findMembership(gone.owner.id, gone.client.clientId)).toBeUndefined();
        expect(await t.storage.directory.findWidgetByPublicKey(gone.widget.publicKey)).toBeUndefined();
        expect(await t.storage.directory.findApiKeyByHash(gone.apiKey.keyHash)).toBeUndefined();
        expect(await t.storage.directory.findInvitationByTokenHash(gone.invitation.tokenHash)).toBeUndefined();
        expect(await contents(gone)).toEqual({
          members: [],
          invitations: [],
          apiKeys: [],
          widgets: [],
          archived: [],
          visitor: undefined,
          conversations: [],
          messages: [],
          audit: [],
        });

        expect(await contents(kept)).toEqual(kept.before);
        expect((await t.storage.directory.findWidgetByPublicKey(kept.widget.publicKey))?.id).toBe(kept.widget.id);
      });

      it('frees the keys that are unique in the installation', async () => {
        const gone = await world();
        await gone.client.client.remove();
        const { client } = await addClient(t.storage);
        await client.widgets.create(widgetInput({ publicKey: gone.widget.publicKey }));
        await client.apiKeys.create(apiKeyInput({ keyHash: gone.apiKey.keyHash }));
        const { tokenHash } = gone.invitation;
        await client.invitations.create(invitationInput(gone.owner.id, { tokenHash }));
        const found = await t.storage.directory.findWidgetByPublicKey(gone.widget.publicKey);
        expect(found?.clientId).toBe(client.clientId);
      });

      it('throws NotFoundError the second time', async () => {
        const { client } = await addClient(t.storage);
        await client.client.remove();
        expect(await errorOf(client.client.remove())).toMatchObject({ name: 'NotFoundError', entity: 'client' });
      });

      it('makes every method that makes a row throw NotFoundError of the client', async () => {
        const { client } = await addClient(t.storage);
        const user = await addUser(t.storage);
        await client.client.remove();
        const noSuchClient = { name: 'NotFoundError', entity: 'client' };
        expect(await errorOf(client.members.add({ userId: user.id, role: 'owner' }))).toMatchObject(noSuchClient);
        expect(await errorOf(client.invitations.create(invitationInput(user.id)))).toMatchObject(noSuchClient);
        expect(await errorOf(client.apiKeys.create(apiKeyInput()))).toMatchObject(noSuchClient);
        expect(await errorOf(client.widgets.create(widgetInput()))).toMatchObject(noSuchClient);
        expect(await errorOf(client.conversations.create({}))).toMatchObject(noSuchClient);
        expect(await errorOf(client.audit.append(auditInput()))).toMatchObject(noSuchClient);
        expect(await errorOf(client.documents.create(documentInput()))).toMatchObject(noSuchClient);
        const job = { kind: 'ingest' as const, subjectId: strangeId() };
        expect(await errorOf(client.jobs.enqueue(job))).toMatchObject(noSuchClient);
        expect(await errorOf(client.models.set(modelInput()))).toMatchObject(noSuchClient);
        const sighting = { id: strangeId(), widgetId: strangeId() };
        expect(await errorOf(client.visitors.see(sighting))).toMatchObject(noSuchClient);
      });

      it('leaves nothing behind when it races against what adds to the client', async () => {
        const { client } = await addClient(t.storage);
        const conversation = await addConversation(client);
        const outcomes = await Promise.allSettled([
          ...Array.from({ length: 5 }, () => client.messages.append(messageInput(conversation.id))),
          client.client.remove(),
          ...Array.from({ length: 5 }, () => client.messages.append(messageInput(conversation.id))),
          ...Array.from({ length: 3 }, () => client.conversations.create({})),
        ]);
        expect(outcomes[5]?.status).toBe('fulfilled');
        for (const outcome of outcomes) {
          if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(NotFoundError);
        }
        expect((await client.conversations.list({}, { limit: 10 })).items).toEqual([]);
        expect((await client.messages.list(conversation.id, { limit: 10 })).items).toEqual([]);
      });
    });

    /** A client with a row in every table. */
    async function world() {
      const { client } = await addClient(t.storage);
      const owner = await addMember(t.storage, client, 'owner');
      const invitation = await client.invitations.create(invitationInput(owner.id));
      const apiKey = await client.apiKeys.create(apiKeyInput({ createdBy: owner.id }));
      const widget = await addWidget(client);
      const archived = await addWidget(client);
      await client.widgets.update(archived.id, { archivedAt: t.env.now() });
      const visitor = await addVisitor(client, widget.id);
      const conversation = await addConversation(client, { widgetId: widget.id, visitorId: visitor.id });
      await client.conversations.update(conversation.id, { assigneeId: owner.id });
      await client.messages.append(messageInput(conversation.id));
      await client.audit.append(auditInput({ actorKind: 'user', actorId: owner.id }));
      const made = { client, owner, invitation, apiKey, widget, visitor, conversation };
      return { ...made, before: await contents(made) };
    }

    async function contents(made: {
      client: Awaited<ReturnType<typeof addClient>>['client'];
      visitor: { id: string };
      conversation: { id: string };
    }) {
      const { client, visitor, conversation } = made;
      return {
        members: await client.members.list(),
        invitations: await client.invitations.listOpen(),
        apiKeys: await client.apiKeys.list(),
        widgets: await client.widgets.list(),
        archived: await client.widgets.list({ archived: true }),
        visitor: await client.visitors.find(visitor.id),
        conversations: (await client.conversations.list({}, { limit: 100 })).items,
        messages: (await client.messages.list(conversation.id, { limit: 100 })).items,
        audit: (await client.audit.list({ limit: 100 })).items,
      };
    }
  });
}
