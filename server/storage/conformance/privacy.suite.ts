import { describe, expect, it } from 'vitest';
import { NotFoundError } from '../errors.ts';
import { type OpenHarness, useHarness } from './harness.ts';
import { addClient, addConversation, addVisitor, auditInput, errorOf, messageInput } from './worlds.ts';

const dayMs = 86_400_000;

export function privacySuite(open: OpenHarness): void {
  describe('privacy', () => {
    const t = useHarness(open);

    async function world() {
      const { client } = await addClient(t.storage);
      const visitor = await addVisitor(client);
      const addThread = async () => (await addConversation(client, { visitorId: visitor.id })).id;
      return { client, visitor, addThread };
    }

    const now = () => t.env.now();

    it('keeps for ever until something else is set, and says when it was cleaned up last', async () => {
      const { client } = await world();
      const { privacy } = client;
      expect(await privacy.settings()).toEqual({ retentionDays: null, lastRunAt: null, lastRun: null });
      expect(await privacy.setRetention(30)).toEqual({ retentionDays: 30, lastRunAt: null, lastRun: null });
      const ran = await privacy.noteRun({ conversations: 2, messages: 5 });
      expect(ran).toEqual({ retentionDays: 30, lastRunAt: now(), lastRun: { conversations: 2, messages: 5 } });
      expect(await privacy.setRetention(null)).toEqual({ ...ran, retentionDays: null });
      expect(await privacy.settings()).toEqual({ ...ran, retentionDays: null });
    });

    it('notes a run of a client that has set nothing', async () => {
      const { client } = await world();
      expect(await client.privacy.noteRun({})).toEqual({ retentionDays: null, lastRunAt: now(), lastRun: {} });
    });

    it('sets nothing for a client that is gone', async () => {
      const { client } = await world();
      await client.client.remove();
      for (const attempt of [client.privacy.setRetention(1), client.privacy.noteRun({})]) {
        const error = await errorOf(attempt);
        expect(error).toBeInstanceOf(NotFoundError);
        expect(error).toMatchObject({ entity: 'client' });
      }
    });

    it('counts and holds the conversations whose last message is too old, whatever was done to them since', async () => {
      const { client, addThread } = await world();
      const [old, tagged, empty, fresh] = [await addThread(), await addThread(), await addThread(), await addThread()];
      for (const id of [old, tagged, fresh]) await client.messages.append(messageInput(id));
      t.env.advance(dayMs);
      await client.conversations.update(tagged, { tags: ['late'] });
      await client.messages.append(messageInput(fresh));
      expect(await client.privacy.countDue(now())).toMatchObject({ conversations: 3 });
      expect((await client.privacy.holdDue(now(), 10)).sort()).toEqual([old, tagged, empty].sort());
      // Those that were left alone longest come first.
      expect(await client.privacy.holdDue(now(), 2)).not.toContain(tagged);
      expect(await client.privacy.holdDue(new Date(now().getTime() - dayMs), 10)).toEqual([]);
    });

    it('counts visitors whom nobody would have seen since, those of due conversations among them', async () => {
      const { client, addThread } = await world();
      const due = await addThread();
      await client.messages.append(messageInput(due));
      await addVisitor(client);
      t.env.advance(dayMs);
      await addVisitor(client);
      expect(await client.privacy.countDue(now())).toEqual({ conversations: 1, visitors: 2 });
      await client.messages.append(messageInput(due));
      expect(await client.privacy.countDue(now())).toEqual({ conversations: 0, visitors: 1 });
    });

    it('never holds a conversation to which a message is added at the same time, or the message is refused', async () => {
      const { client, addThread } = await world();
      const id = await addThread();
      t.env.advance(dayMs);
      const before = now();
      const erase = () =>
        t.storage.transaction(async (scope) => {
          const own = scope.forClient(client.clientId);
          const due = await own.privacy.holdDue(before, 10);
          await own.erasures.removeConversations(due);
          return due;
        });
      const [due, posted] = await Promise.all([
        erase(),
        client.messages.append(messageInput(id)).then(
          () => true,
          (error: unknown) => {
            expect(error).toMatchObject({ entity: 'conversation' });
            return false;
          },
        ),
      ]);
      expect(due).toEqual(posted ? [] : [id]);
      expect((await client.conversations.find(id)) !== undefined).toBe(posted);
    });

    it('removes visitors without conversations who were not seen since, no more than wanted', async () => {
      const { client, visitor, addThread } = await world();
      await addThread();
      const idle = [await addVisitor(client), await addVisitor(client), await addVisitor(client)];
      t.env.advance(dayMs);
      const fresh = await addVisitor(client);
      expect(await client.privacy.removeIdleVisitors(now(), 2)).toBe(2);
      expect(await client.privacy.removeIdleVisitors(now(), 2)).toBe(1);
      expect(await client.privacy.removeIdleVisitors(now(), 2)).toBe(0);
      for (const { id } of idle) expect(await client.visitors.find(id)).toBeUndefined();
      for (const { id } of [visitor, fresh]) expect(await client.visitors.find(id)).toBeDefined();
    });

    it('takes the details out of old audit entries about persons, once each, and leaves all else of them', async () => {
      const { client } = await world();
      const details = { title: 'Ann’s order' };
      const about = (targetType: string) => client.audit.append(auditInput({ targetType, details }));
      const told = [await about('conversation'), await about('invitation')];
      const other = await about('widget');
      const bare = await client.audit.append(auditInput({ targetType: 'conversation' }));
      t.env.advance(dayMs);
      const fresh = await about('conversation');
      expect(await client.privacy.eraseAuditDetails(now(), 1)).toBe(1);
      expect(await client.privacy.eraseAuditDetails(now(), 10)).toBe(1);
      expect(await client.privacy.eraseAuditDetails(now(), 10)).toBe(0);
      const { items } = await client.audit.list({ limit: 10 });
      const erased = told.map((entry) => ({ ...entry, details: { erased: true } }));
      expect(items).toEqual([fresh, bare, other, ...erased.reverse()]);
    });
  });
}
