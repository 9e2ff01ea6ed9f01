import { describe, expect, it } from 'vitest';
import type { Conversation } from '../../../shared/schema.ts';
import type { ConversationPatch } from '../repositories/conversations.ts';
import { type OpenHarness, useHarness } from './harness.ts';
import {
  addClient,
  addConversation,
  addUser,
  addWidget,
  apiKeyInput,
  attachmentInput,
  invitationInput,
  messageInput,
} from './worlds.ts';

export function directorySuite(open: OpenHarness): void {
  describe('directory', () => {
    const t = useHarness(open);

    describe('listUnsentAttachments', () => {
      it('answers those of any client that were made by then and not sent, the oldest first', async () => {
        const harness = await open();
        const made = [];
        for (let n = 0; n < 4; n++) {
          const { client } = await addClient(harness.storage);
          const { id } = await addConversation(client);
          made.push(await client.attachments.create(attachmentInput(id)));
          const sent = await client.attachments.create(attachmentInput(id));
          await client.attachments.take([sent.id], { conversationId: id, uploadedBy: 'visitor' });
          if (n > 0) harness.env.advance(1);
        }
        const { directory } = harness.storage;
        expect(await directory.listUnsentAttachments(made[2]!.createdAt, 100)).toEqual(made.slice(0, 3));
        expect(await directory.listUnsentAttachments(harness.env.now(), 2)).toEqual(made.slice(0, 2));
        expect(await directory.listUnsentAttachments(new Date(0), 2)).toEqual([]);
        await harness.close();
      });
    });

    describe('findWidgetByPublicKey', () => {
      it('answers the row, which names the client, whatever the status is', async () => {
        const { row, client } = await addClient(t.storage);
        for (const status of ['pending', 'activating', 'active', 'failed'] as const) {
          const widget = await addWidget(client, { status });
          expect(await t.storage.directory.findWidgetByPublicKey(widget.publicKey)).toEqual(widget);
          expect(widget.clientId).toBe(row.id);
        }
      });

      it('minds letter case', async () => {
        const { client } = await addClient(t.storage);
        const lower = await addWidget(client, { publicKey: 'wk_case' });
        expect(await t.storage.directory.findWidgetByPublicKey('WK_CASE')).toBeUndefined();
        const upper = await addWidget(client, { publicKey: 'WK_CASE' });
        expect(await t.storage.directory.findWidgetByPublicKey('wk_case')).toEqual(lower);
        expect(await t.storage.directory.findWidgetByPublicKey('WK_CASE')).toEqual(upper);
      });

      it('answers undefined for a key nobody has, an archived widget, and a key that was rotated away', async () => {
        const { client } = await addClient(t.storage);
        expect(await t.storage.directory.findWidgetByPublicKey('nobody')).toBeUndefined();
        const widget = await addWidget(client, { publicKey: 'wk_before' });
        await client.widgets.update(widget.id, { publicKey: 'wk_after' });
        expect(await t.storage.directory.findWidgetByPublicKey('wk_before')).toBeUndefined();
        expect((await t.storage.directory.findWidgetByPublicKey('wk_after'))?.id).toBe(widget.id);
        await client.widgets.update(widget.id, { archivedAt: t.env.now() });
        expect(await t.storage.directory.findWidgetByPublicKey('wk_after')).toBeUndefined();
        await client.widgets.update(widget.id, { archivedAt: null });
        expect((await t.storage.directory.findWidgetByPublicKey('wk_after'))?.id).toBe(widget.id);
      });

      it('answers a copy', async () => {
        const { client } = await addClient(t.storage);
        const widget = await addWidget(client, { allowedSites: ['a.example'] });
        const found = await t.storage.directory.findWidgetByPublicKey(widget.publicKey);
        found!.allowedSites.push('evil.example');
        found!.appearance.initials = 'XX';
        expect(await t.storage.directory.findWidgetByPublicKey(widget.publicKey)).toEqual(widget);
      });
    });

    describe('findApiKeyByHash', () => {
      it('answers the row of a key until it is revoked', async () => {
        const { client } = await addClient(t.storage);
        const apiKey = await client.apiKeys.create(apiKeyInput());
        expect(await t.storage.directory.findApiKeyByHash(apiKey.keyHash)).toEqual(apiKey);
        await client.apiKeys.revoke(apiKey.id, t.env.now());
        expect(await t.storage.directory.findApiKeyByHash(apiKey.keyHash)).toBeUndefined();
      });

      it('answers undefined when there is none', async () => {
        expect(await t.storage.directory.findApiKeyByHash('0'.repeat(64))).toBeUndefined();
        expect(await t.storage.directory.findApiKeyByHash('')).toBeUndefined();
      });
    });

    describe('findInvitationByTokenHash', () => {
      it('answers the row, used and expired ones too', async () => {
        const { client } = await addClient(t.storage);
        const user = await addUser(t.storage);
        const expired = await client.invitations.create(invitationInput(user.id, { expiresAt: new Date(0) }));
        const open = await client.invitations.create(invitationInput(user.id));
        const used = await client.invitations.accept(open.id, t.env.now());
        expect(await t.storage.directory.findInvitationByTokenHash(expired.tokenHash)).toEqual(expired);
        expect(await t.storage.directory.findInvitationByTokenHash(open.tokenHash)).toEqual(used);
      });

      it('answers undefined when there is none, or it was withdrawn', async () => {
        const { client } = await addClient(t.storage);
        const user = await addUser(t.storage);
        const invitation = await client.invitations.create(invitationInput(user.id));
        await client.invitations.remove(invitation.id);
        expect(await t.storage.directory.findInvitationByTokenHash(invitation.tokenHash)).toBeUndefined();
        expect(await t.storage.directory.findInvitationByTokenHash('nobody')).toBeUndefined();
      });
    });

    describe('listWidgetsDueForActivation', () => {
      const at = (ms: number) => new Date(Date.UTC(2027, 0, 1) + ms);

      it('answers pending widgets of any client by activateAt, then id, up to the limit', async () => {
        const fresh = await open();
        try {
          const { client: one } = await addClient(fresh.storage);
          const { client: other } = await addClient(fresh.storage);
          const late = await addWidget(one, { status: 'pending', activateAt: at(2) });
          const early = await addWidget(other, { status: 'pending', activateAt: at(0) });
          const tieA = await addWidget(one, { status: 'pending', activateAt: at(1) });
          const tieB = await addWidget(other, { status: 'pending', activateAt: at(1) });
          const due = (now: Date, limit: number) => fresh.storage.directory.listWidgetsDueForActivation(now, limit);
          expect(await due(at(10), 10)).toEqual([early, tieA, tieB, late]);
          expect(await due(at(10), 2)).toEqual([early, tieA]);
          expect(await due(at(10), 4)).toHaveLength(4);
          expect(await due(at(1), 10)).toEqual([early, tieA, tieB]);
          expect(await due(at(-1), 10)).toEqual([]);
        } finally {
          await fresh.close();
        }
      });

      it('leaves out who is not pending, archived, not scheduled, or scheduled a millisecond later', async () => {
        const fresh = await open();
        try {
          const { client } = await addClient(fresh.storage);
          for (const status of ['activating', 'active', 'failed'] as const) {
            await addWidget(client, { status, activateAt: at(0) });
          }
          await addWidget(client, { status: 'pending' });
          await addWidget(client, { status: 'pending', activateAt: at(1) });
          const archived = await addWidget(client, { status: 'pending', activateAt: at(0) });
          await client.widgets.update(archived.id, { archivedAt: at(0) });
          const due = await addWidget(client, { status: 'pending', activateAt: at(0) });
          expect(await fresh.storage.directory.listWidgetsDueForActivation(at(0), 10)).toEqual([due]);
          await client.widgets.update(due.id, { status: 'activating' });
          expect(await fresh.storage.directory.listWidgetsDueForActivation(at(0), 10)).toEqual([]);
        } finally {
          await fresh.close();
        }
      });
    });

    describe('listConversationsToIndex', () => {
      it('answers what is not found by all of its messages, by client id, then id, each once, part by part', async () => {
        const fresh = await open();
        try {
          const [one, two] = [await addClient(fresh.storage), await addClient(fresh.storage)];
          const expected: [clientId: string, id: string][] = [];
          for (const { client } of [two, one, two]) {
            const never = await addConversation(client);
            const behind = await addConversation(client);
            await client.messages.append(messageInput(behind.id));
            await client.search.add({ conversationId: behind.id, terms: ['a'], upToSequence: 0 });
            const empty = await addConversation(client);
            await client.search.add({ conversationId: empty.id, terms: [], upToSequence: 0 });
            const whole = await addConversation(client);
            await client.messages.append(messageInput(whole.id));
            await client.search.add({ conversationId: whole.id, terms: ['a'], upToSequence: 1 });
            for (const { clientId, id } of [never, behind]) expected.push([clientId, id]);
          }
          const inOrder = expected.sort((a, b) => (a.join() < b.join() ? -1 : 1));
          for (const limit of [1, 4, 6, 100]) {
            const listed: [clientId: string, id: string][] = [];
            for (let after: Conversation | undefined; ; ) {
              const part = await fresh.storage.directory.listConversationsToIndex(after, limit);
              expect(part.length).toBeLessThanOrEqual(limit);
              for (const { clientId, id } of part) listed.push([clientId, id]);
              after = part.at(-1);
              if (after === undefined) break;
            }
            expect(listed).toEqual(inOrder);
          }
        } finally {
          await fresh.close();
        }
      });
    });

    describe('listConversationsDueToWake', () => {
      const at = (ms: number) => new Date(Date.UTC(2027, 0, 1) + ms);

      it('answers snoozed conversations of any client by snoozedUntil, then id, up to the limit', async () => {
        const fresh = await open();
        try {
          const { client: one } = await addClient(fresh.storage);
          const { client: other } = await addClient(fresh.storage);
          const snoozed = async (client: typeof one, until: Date) => {
            const { id } = await addConversation(client);
            return client.conversations.update(id, { status: 'snoozed', snoozedUntil: until });
          };
          const late = await snoozed(one, at(2));
          const early = await snoozed(other, at(0));
          const tieA = await snoozed(other, at(1));
          const tieB = await snoozed(one, at(1));
          const due = (now: Date, limit: number) => fresh.storage.directory.listConversationsDueToWake(now, limit);
          expect(await due(at(10), 10)).toEqual([early, tieA, tieB, late]);
          expect(await due(at(10), 3)).toEqual([early, tieA, tieB]);
          expect(await due(at(1), 10)).toEqual([early, tieA, tieB]);
          expect(await due(at(-1), 10)).toEqual([]);
        } finally {
          await fresh.close();
        }
      });

      it('leaves out who is not snoozed, and who is snoozed for ever or a millisecond longer', async () => {
        const fresh = await open();
        try {
          const { client } = await addClient(fresh.storage);
          const add = async (patch: ConversationPatch) =>
            client.conversations.update((await addConversation(client)).id, patch);
          for (const status of ['open', 'waiting', 'closed'] as const) await add({ status, snoozedUntil: at(0) });
          await add({ status: 'snoozed' });
          await add({ status: 'snoozed', snoozedUntil: at(1) });
          const due = await add({ status: 'snoozed', snoozedUntil: at(0) });
          expect(await fresh.storage.directory.listConversationsDueToWake(at(0), 10)).toEqual([due]);
          await client.messages.append(messageInput(due.id, { statusAfter: 'reopen' }));
          expect(await fresh.storage.directory.listConversationsDueToWake(at(0), 10)).toEqual([]);
        } finally {
          await fresh.close();
        }
      });
    });
  });
}
