import { beforeAll, describe, expect, it } from 'vitest';
import type { ClientId } from '../../../shared/ids.ts';
import { ConflictError, NotFoundError } from '../errors.ts';
import type { TransferReader, TransferRow } from '../repositories/transfer.ts';
import type { IStorage } from '../storage.ts';
import { compareKeys, transferTable, transferTables } from '../transfer-tables.ts';
import { plantEverything } from './full-world.ts';
import { type OpenHarness, useHarness } from './harness.ts';
import { addClient, addConversation, addMember, addUser, errorOf, gate, messageInput } from './worlds.ts';

export function transferSuite(open: OpenHarness): void {
  describe('transfer', () => {
    const t = useHarness(open);
    const target = useHarness(open);
    let world: Awaited<ReturnType<typeof plantEverything>>;
    beforeAll(async () => {
      world = await plantEverything(t.storage);
      // Somebody else's rows beside them.
      await plantEverything(t.storage);
    });

    it('gives a client its rows of every table, in the order of their keys, and no others', async () => {
      const rows = await everything(t.storage, world.row.id);
      for (const table of transferTables) {
        const ofTable = rows[table.name]!;
        if (table.isOwned) expect([table.name, ofTable.length > 0]).toEqual([table.name, true]);
        expect([...ofTable].sort((a, b) => compareKeys(table, a, b))).toEqual(ofTable);
        if (table.isOwned) expect(new Set(ofTable.map(({ clientId }) => clientId))).toEqual(new Set([world.row.id]));
      }
      expect(rows.clients).toEqual([world.row]);
      expect(rows.users).toEqual([await t.storage.accounts.findUser(world.owner.id)]);
      expect(rows.conversation_search![0]!.terms).toBe('größe zebra 日本');
    });

    it('gives them page by page as well', async () => {
      await t.storage.transfer.snapshot(async (reader) => {
        for (const { name } of transferTables) {
          const whole = await readAll(reader, name, world.row.id, 1_000);
          expect(await readAll(reader, name, world.row.id, 1)).toEqual(whole);
        }
        expect((await readAll(reader, 'clients', undefined, 1)).length).toBe(2);
        expect((await readAll(reader, 'users', undefined, 1)).length).toBe(2);
      });
    });

    it('stores every row as it is, so that it is read as it was', async () => {
      const rows = await everything(t.storage, world.row.id);
      await store(target.storage, rows);
      expect(await everything(target.storage, world.row.id)).toEqual(rows);
      await store(target.storage, rows);
      expect(await everything(target.storage, world.row.id)).toEqual(rows);
    });

    it('lets the passages of a client be found where they have been carried to', async () => {
      const query = { text: 'secret', limit: 5 };
      const there = target.storage.forClient(world.row.id).passages;
      await target.storage.transfer.index(world.row.id);
      const found = await there.search(query);
      expect(found.hits).toHaveLength(2);
      expect(found).toEqual(await world.client.passages.search(query));
    });

    it('shows a snapshot what was there at its beginning, whatever is written meanwhile', async () => {
      const { client, row } = await addClient(t.storage);
      const conversation = await addConversation(client);
      await client.messages.append(messageInput(conversation.id, { content: 'before' }));
      const [hasBegun, begin] = gate();
      const [isWritten, written] = gate();
      const seen = t.storage.transfer.snapshot(async (reader) => {
        const before = await readAll(reader, 'conversations', row.id, 10);
        begin();
        await isWritten;
        expect(await readAll(reader, 'messages', row.id, 10)).toMatchObject([{ content: 'before' }]);
        expect(await readAll(reader, 'conversations', row.id, 10)).toEqual(before);
      });
      await hasBegun;
      await client.messages.append(messageInput(conversation.id, { content: 'meanwhile' }));
      written();
      await seen;
      const { items } = await client.messages.list(conversation.id, { limit: 10 });
      expect(items).toHaveLength(2);
    });

    it('puts rows in place of those with the same key, and removes those named', async () => {
      const { client, row } = await addClient(t.storage);
      const conversation = await addConversation(client);
      const [kept] = await t.storage.transfer.snapshot((r) => r.read('conversations', { clientId: row.id, limit: 1 }));
      await t.storage.transfer.put('conversations', [{ ...kept!, title: 'Other' }]);
      expect(await client.conversations.find(conversation.id)).toEqual({ ...conversation, title: 'Other' });
      await client.messages.append(messageInput(conversation.id));
      await t.storage.transfer.remove('conversations', [kept!]);
      await t.storage.transfer.remove('conversations', [kept!]);
      expect(await client.conversations.find(conversation.id)).toBeUndefined();
      const user = await addUser(t.storage);
      await t.storage.transfer.remove('users', [user]);
      expect(await t.storage.accounts.findUser(user.id)).toBeUndefined();
      await t.storage.transfer.remove('clients', [row]);
      expect(await errorOf(client.client.get())).toBeInstanceOf(NotFoundError);
    });

    it('refuses rows whose parent is missing or whose other keys are taken, all of them', async () => {
      const { client } = await addClient(t.storage);
      const one = await addUser(t.storage);
      const taken = { ...one, id: world.conversation.id };
      const fresh = { ...one, id: world.visitor.id, email: 'fresh@example.com' };
      expect(await errorOf(t.storage.transfer.put('users', [fresh, taken]))).toEqual(new ConflictError('email_taken'));
      expect(await t.storage.accounts.findUser(fresh.id)).toBeUndefined();
      const [message] = await t.storage.transfer.snapshot((r) =>
        r.read('messages', { clientId: world.row.id, limit: 1 }),
      );
      const stray = { ...message!, clientId: client.clientId };
      expect(await errorOf(t.storage.transfer.put('messages', [stray]))).toEqual(new NotFoundError('conversation'));
    });

    it('refuses to remove what another row must have', async () => {
      const { client, row } = await addClient(t.storage);
      const agent = await addMember(t.storage, client);
      const { id } = await addConversation(client);
      await client.conversations.update(id, { assigneeId: agent.id });
      const [member] = await t.storage.transfer.snapshot((r) => r.read('members', { clientId: row.id, limit: 1 }));
      await errorOf(t.storage.transfer.remove('members', [member!]));
      expect(await client.members.find(agent.id)).toBeDefined();
    });

    it('is one with the transaction it is called in', async () => {
      const { client, row } = await addClient(t.storage);
      const { id } = await addConversation(client);
      const stop = new Error('stop');
      const work = t.storage.transaction(async (scope) => {
        const [kept] = await scope.transfer.snapshot((r) => r.read('conversations', { clientId: row.id, limit: 1 }));
        await scope.transfer.put('conversations', [{ ...kept!, title: 'Other' }]);
        const [now] = await scope.transfer.snapshot((r) => r.read('conversations', { clientId: row.id, limit: 1 }));
        expect(now!.title).toBe('Other');
        throw stop;
      });
      expect(await errorOf(work)).toBe(stop);
      expect((await client.conversations.find(id))!.title).toBeNull();
    });

    it('knows no table that is not carried', async () => {
      await expect(t.storage.transfer.put('passages', [])).rejects.toThrow('There is no table "passages".');
      await expect(t.storage.transfer.snapshot((r) => r.read('messages', { limit: 1 }))).rejects.toThrow('one client');
    });
  });
}

async function readAll(reader: TransferReader, table: string, clientId: ClientId | undefined, limit: number) {
  const rows: TransferRow[] = [];
  for (;;) {
    const page = await reader.read(table, { clientId, after: rows.at(-1), limit });
    expect(page.length).toBeLessThanOrEqual(limit);
    if (page.length === 0) return rows;
    rows.push(...page);
  }
}

async function everything(storage: IStorage, clientId: ClientId): Promise<Record<string, TransferRow[]>> {
  return storage.transfer.snapshot(async (reader) => {
    const tables: Record<string, TransferRow[]> = {};
    for (const { name } of transferTables) tables[name] = await reader.read(name, { clientId, limit: 1_000 });
    return tables;
  });
}

async function store(storage: IStorage, tables: Record<string, TransferRow[]>): Promise<void> {
  await storage.transaction(async (scope) => {
    for (const [name, rows] of Object.entries(tables)) await scope.transfer.put(transferTable(name).name, rows);
  });
}
