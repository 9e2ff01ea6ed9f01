import { describe, expect, it } from 'vitest';
import { encodeInstantCursor } from '../cursor.ts';
import { InvalidCursorError } from '../errors.ts';
import { type OpenHarness, useHarness } from './harness.ts';
import { addClient, addUser, allPages, auditInput, errorOf, strangeId } from './worlds.ts';

export function auditSuite(open: OpenHarness): void {
  describe('audit', () => {
    const t = useHarness(open);

    describe('append', () => {
      it('stores every field', async () => {
        const { client } = await addClient(t.storage);
        const user = await addUser(t.storage);
        const input = auditInput({
          actorKind: 'user',
          actorId: user.id,
          actorName: 'Zoë 😀',
          details: { before: { color: '#fff' }, after: null, list: [1, 'x'] },
          targetId: 'Any TEXT / at all',
          requestId: 'req-1',
        });
        const entry = await client.audit.append(input);
        expect(entry).toEqual({
          ...input,
          clientId: client.clientId,
          id: expect.any(String),
          createdAt: t.env.now(),
        });
        expect((await client.audit.list({ limit: 1 })).items).toEqual([entry]);
      });

      it('throws NotFoundError when the actor does not exist', async () => {
        const { client } = await addClient(t.storage);
        const error = await errorOf(client.audit.append(auditInput({ actorId: strangeId() })));
        expect(error).toMatchObject({ name: 'NotFoundError', entity: 'user' });
      });
    });

    describe('list', () => {
      it('answers newest first by id, whatever the clock did, page by page without gaps or repeats', async () => {
        const { client } = await addClient(t.storage);
        const entries = [];
        for (let n = 0; n < 7; n++) {
          t.env.advance(n % 2 ? 5 : -3);
          entries.unshift(await client.audit.append(auditInput({ targetId: `${n}` })));
        }
        for (const limit of [1, 2, 3, 6, 7, 8, 100]) {
          expect(await allPages((page) => client.audit.list(page), limit)).toEqual(entries);
        }
      });

      it('ends with a null cursor also when the last page is full', async () => {
        const { client } = await addClient(t.storage);
        expect(await client.audit.list({ limit: 2 })).toEqual({ items: [], nextCursor: null });
        await client.audit.append(auditInput());
        await client.audit.append(auditInput());
        expect((await client.audit.list({ limit: 2 })).nextCursor).toBeNull();
      });

      it('answers no entry twice when new ones come in between pages', async () => {
        const { client } = await addClient(t.storage);
        for (let n = 0; n < 4; n++) await client.audit.append(auditInput());
        const first = await client.audit.list({ limit: 2 });
        await client.audit.append(auditInput());
        const second = await client.audit.list({ limit: 10, cursor: first.nextCursor! });
        expect(second.items).toHaveLength(2);
        const ids = [...first.items, ...second.items].map(({ id }) => id);
        expect(new Set(ids).size).toBe(4);
      });

      it('refuses a cursor it has not given out', async () => {
        const { client } = await addClient(t.storage);
        await client.audit.append(auditInput());
        const foreign = encodeInstantCursor({ at: t.env.now(), id: strangeId() });
        for (const cursor of ['', 'x', 'null', '%', '😀', 'a'.repeat(5_000), strangeId(), foreign]) {
          expect(await errorOf(client.audit.list({ limit: 1, cursor }))).toBeInstanceOf(InvalidCursorError);
        }
      });
    });
  });
}
