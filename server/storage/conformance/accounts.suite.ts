import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../shared/schema.ts';
import { ConflictError, NotFoundError } from '../errors.ts';
import { type OpenHarness, useHarness } from './harness.ts';
import { addClient, addUser, errorOf, strangeId, userInput } from './worlds.ts';

export function accountsSuite(open: OpenHarness): void {
  describe('accounts', () => {
    const t = useHarness(open);

    describe('createUser', () => {
      it('stores every field and answers the row', async () => {
        const input = { email: 'grace@example.com', name: 'Grace', passwordHash: '$x$', info: { team: 'navy' } };
        const user = await t.storage.accounts.createUser(input);
        expect(user).toEqual({ ...input, id: expect.any(String), createdAt: t.env.now(), updatedAt: t.env.now() });
        expect(await t.storage.accounts.findUser(user.id)).toEqual(user);
      });

      it('takes an empty object for info that is left out', async () => {
        const { info: _, ...input } = userInput({ info: {} });
        expect((await t.storage.accounts.createUser(input)).info).toEqual({});
      });

      it('refuses an address in use and stores nothing', async () => {
        const first = await addUser(t.storage, { name: 'First' });
        const error = await errorOf(t.storage.accounts.createUser(userInput({ email: first.email, name: 'Second' })));
        expect(error).toBeInstanceOf(ConflictError);
        expect(error).toMatchObject({ reason: 'email_taken' });
        expect(await t.storage.accounts.findUserByEmail(first.email)).toEqual(first);
      });

      it('gives an address to one of many who ask for it at once', async () => {
        const input = userInput();
        const outcomes = await Promise.allSettled(
          Array.from({ length: 8 }, (_, n) => t.storage.accounts.createUser({ ...input, name: `N${n}` })),
        );
        expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
        for (const outcome of outcomes) {
          if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ reason: 'email_taken' });
        }
      });

      it('keeps texts of any script exactly', async () => {
        const name = ' Zoë 👩🏽‍🚀 e\u0301 \u202Eשלום\u202C مرحبا \t\n\u2028 “x” \\ \' " $1 %s ';
        const info = { [name]: [name, { deep: name }] };
        const user = await addUser(t.storage, { name, info });
        expect(await t.storage.accounts.findUser(user.id)).toMatchObject({ name, info });
      });
    });

    describe('JSON columns', () => {
      const roundTrip = async (info: unknown) => {
        const user = await addUser(t.storage, { info: info as JsonObject });
        return [user.info, (await t.storage.accounts.findUser(user.id))?.info];
      };

      it('keep what JSON keeps and drop what it drops', async () => {
        const info = {
          gone: undefined,
          kept: null,
          when: new Date(Date.UTC(2026, 1, 3, 4, 5, 6, 789)),
          list: [undefined, 1, 'x', [], {}],
          numbers: [0, -0, 1.5, 1e21, 5e-324, 0.1, Number.MAX_SAFE_INTEGER, Number.NaN, -1.7976931348623157e308],
          '': 'empty key',
          __proto__x: 1,
          nested: { gone: undefined, yes: true },
        };
        const expected = JSON.parse(JSON.stringify(info));
        expect(await roundTrip(info)).toStrictEqual([expected, expected]);
      });

      it('take keys that objects treat specially for plain keys', async () => {
        const info = JSON.parse('{"__proto__": {"a": 1}, "constructor": 2, "toString": 3}');
        for (const stored of await roundTrip(info)) {
          expect(Object.keys(stored ?? {}).sort()).toEqual(['__proto__', 'constructor', 'toString']);
        }
      });

      it('hold large values', async () => {
        const info = { text: 'ä'.repeat(200_000), list: Array.from({ length: 5_000 }, (_, n) => ({ n })) };
        expect(await roundTrip(info)).toEqual([info, info]);
      });
    });

    describe('findUser', () => {
      it('answers undefined when there is none', async () => {
        expect(await t.storage.accounts.findUser(strangeId())).toBeUndefined();
      });

      it('finds by an id in upper case and answers it in lower case', async () => {
        const user = await addUser(t.storage);
        expect(await t.storage.accounts.findUser(user.id.toUpperCase())).toEqual(user);
        expect(user.id).toBe(user.id.toLowerCase());
      });

      it('answers a copy each time', async () => {
        const user = await addUser(t.storage, { info: { list: [1], deep: { a: 1 } } });
        const first = await t.storage.accounts.findUser(user.id);
        first!.name = 'changed';
        (first!.info.list as number[]).push(2);
        first!.createdAt.setTime(0);
        user.info.deep = 'changed';
        expect(await t.storage.accounts.findUser(user.id)).toMatchObject({
          name: 'Ada',
          info: { list: [1], deep: { a: 1 } },
          createdAt: t.env.now(),
        });
      });

      it('is not changed by what happens to the input later', async () => {
        const info = { list: [1] };
        const user = await addUser(t.storage, { info });
        info.list.push(2);
        expect((await t.storage.accounts.findUser(user.id))?.info.list).toEqual([1]);
      });
    });

    describe('findUserByEmail', () => {
      it('finds the exact address only', async () => {
        const user = await addUser(t.storage, { email: 'exact%match_@example.com' });
        expect(await t.storage.accounts.findUserByEmail('exact%match_@example.com')).toEqual(user);
        for (const other of ['Exact%match_@example.com', 'exactxmatchy@example.com', ' exact%match_@example.com', '']) {
          expect(await t.storage.accounts.findUserByEmail(other)).toBeUndefined();
        }
      });
    });

    describe('updateUser', () => {
      it('changes the given fields and updatedAt, and nothing else', async () => {
        const user = await addUser(t.storage, { info: { a: 1, b: 2 } });
        t.env.advance(1);
        const updated = await t.storage.accounts.updateUser(user.id, { name: 'New', info: { b: 3 } });
        expect(updated).toEqual({ ...user, name: 'New', info: { b: 3 }, updatedAt: t.env.now() });
        expect(updated.updatedAt.getTime() - user.updatedAt.getTime()).toBe(1);
        expect(await t.storage.accounts.findUser(user.id)).toEqual(updated);
      });

      it('takes a field that is undefined for one left out', async () => {
        const user = await addUser(t.storage);
        const patch = { name: undefined, passwordHash: 'new' } as unknown as { passwordHash: string };
        expect(await t.storage.accounts.updateUser(user.id, patch)).toMatchObject({ name: 'Ada', passwordHash: 'new' });
      });

      it('changes updatedAt alone when nothing is given', async () => {
        const user = await addUser(t.storage);
        t.env.advance(5);
        expect(await t.storage.accounts.updateUser(user.id, {})).toEqual({ ...user, updatedAt: t.env.now() });
      });

      it('moves the address: the old one is free, the new one is found', async () => {
        const user = await addUser(t.storage, { email: 'old@example.com' });
        await t.storage.accounts.updateUser(user.id, { email: 'new@example.com' });
        expect(await t.storage.accounts.findUserByEmail('old@example.com')).toBeUndefined();
        expect((await t.storage.accounts.findUserByEmail('new@example.com'))?.id).toBe(user.id);
        await addUser(t.storage, { email: 'old@example.com' });
      });

      it('lets a user keep the own address', async () => {
        const user = await addUser(t.storage);
        expect(await t.storage.accounts.updateUser(user.id, { email: user.email })).toMatchObject({
          email: user.email,
        });
      });

      it('refuses an address in use and changes nothing', async () => {
        const [one, other] = [await addUser(t.storage), await addUser(t.storage)];
        const error = await errorOf(t.storage.accounts.updateUser(one.id, { email: other.email, name: 'X' }));
        expect(error).toBeInstanceOf(ConflictError);
        expect(error).toMatchObject({ reason: 'email_taken' });
        expect(await t.storage.accounts.findUser(one.id)).toEqual(one);
      });

      it('throws NotFoundError for an unknown user', async () => {
        const error = await errorOf(t.storage.accounts.updateUser(strangeId(), { name: 'X' }));
        expect(error).toBeInstanceOf(NotFoundError);
        expect(error).toMatchObject({ entity: 'user' });
      });
    });

    describe('createClient', () => {
      it('makes a tenant without members; names need not be unique', async () => {
        const one = await t.storage.accounts.createClient({ name: 'Same' });
        const other = await t.storage.accounts.createClient({ name: 'Same' });
        expect(one).toEqual({ id: expect.any(String), name: 'Same', createdAt: t.env.now(), updatedAt: t.env.now() });
        expect(other.id).not.toBe(one.id);
        expect(await t.storage.forClient(one.id).members.list()).toEqual([]);
        expect(await t.storage.forClient(one.id).client.get()).toEqual(one);
      });
    });

    describe('listMemberships', () => {
      it('orders by name in code unit order, then by id', async () => {
        const user = await addUser(t.storage);
        const names = [
          'b',
          'A',
          'a',
          'Ä',
          'ä',
          'Z',
          '',
          ' a',
          'a b',
          'ab',
          'a-b',
          '😀',
          '\uFF21',
          'É',
          'zz',
          '10',
          '9',
        ];
        const expected: Array<{ name: string; id: string }> = [];
        for (const name of [...names, 'a', 'b']) {
          const { row, client } = await addClient(t.storage, name);
          await client.members.add({ userId: user.id, role: 'admin' });
          expected.push({ name: row.name, id: row.id });
        }
        const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
        expected.sort((a, b) => compare(a.name, b.name) || compare(a.id, b.id));
        const listed = await t.storage.accounts.listMemberships(user.id);
        expect(listed.map(({ client: { name, id } }) => ({ name, id }))).toEqual(expected);
      });

      it('answers the client as it is now and the role in it, of this user alone', async () => {
        const [user, other] = [await addUser(t.storage), await addUser(t.storage)];
        const { row, client } = await addClient(t.storage, 'Before');
        await client.members.add({ userId: user.id, role: 'agent' });
        await client.members.add({ userId: other.id, role: 'owner' });
        const renamed = await client.client.update({ name: 'After' });
        expect(await t.storage.accounts.listMemberships(user.id)).toEqual([{ client: renamed, role: 'agent' }]);
        expect(await t.storage.accounts.listMemberships(user.id.toUpperCase())).toHaveLength(1);
        expect(renamed.id).toBe(row.id);
      });

      it('is empty for an unknown user and for one without clients', async () => {
        expect(await t.storage.accounts.listMemberships(strangeId())).toEqual([]);
        expect(await t.storage.accounts.listMemberships((await addUser(t.storage)).id)).toEqual([]);
      });
    });

    describe('findMembership', () => {
      it('answers client id and role of a member', async () => {
        const user = await addUser(t.storage);
        const { row, client } = await addClient(t.storage);
        await client.members.add({ userId: user.id, role: 'admin' });
        const expected = { clientId: row.id, role: 'admin' };
        expect(await t.storage.accounts.findMembership(user.id, row.id)).toEqual(expected);
        expect(await t.storage.accounts.findMembership(user.id.toUpperCase(), row.id.toUpperCase())).toEqual(expected);
      });

      it('answers undefined for who is no member, an unknown user and an unknown client', async () => {
        const user = await addUser(t.storage);
        const { row } = await addClient(t.storage);
        expect(await t.storage.accounts.findMembership(user.id, row.id)).toBeUndefined();
        expect(await t.storage.accounts.findMembership(strangeId(), row.id)).toBeUndefined();
        expect(await t.storage.accounts.findMembership(user.id, strangeId())).toBeUndefined();
      });
    });

    describe('isEmpty', () => {
      it('is true before there is a user or a client', async () => {
        const fresh = await open();
        try {
          expect(await fresh.storage.accounts.isEmpty()).toBe(true);
          await addUser(fresh.storage);
          expect(await fresh.storage.accounts.isEmpty()).toBe(false);
        } finally {
          await fresh.close();
        }
      });

      it('is false when there is a client alone, and true again after it is removed', async () => {
        const fresh = await open();
        try {
          const { client } = await addClient(fresh.storage);
          expect(await fresh.storage.accounts.isEmpty()).toBe(false);
          await client.client.remove();
          expect(await fresh.storage.accounts.isEmpty()).toBe(true);
        } finally {
          await fresh.close();
        }
      });
    });
  });
}
