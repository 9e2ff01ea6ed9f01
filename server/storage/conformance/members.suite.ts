import { describe, expect, it } from 'vitest';
import { ConflictError, NotFoundError } from '../errors.ts';
import { type OpenHarness, useHarness } from './harness.ts';
import { addClient, addConversation, addMember, addUser, errorOf, strangeId } from './worlds.ts';

export function membersSuite(open: OpenHarness): void {
  describe('members', () => {
    const t = useHarness(open);

    describe('add', () => {
      it('makes the user a member and answers the row', async () => {
        const { client } = await addClient(t.storage);
        const user = await addUser(t.storage);
        const member = await client.members.add({ userId: user.id.toUpperCase(), role: 'agent' });
        expect(member).toEqual({
          clientId: client.clientId,
          userId: user.id,
          role: 'agent',
          createdAt: t.env.now(),
        });
      });

      it('lets one user be a member of several clients, each with a role of its own', async () => {
        const [one, other] = [await addClient(t.storage), await addClient(t.storage)];
        const user = await addUser(t.storage);
        await one.client.members.add({ userId: user.id, role: 'owner' });
        await other.client.members.add({ userId: user.id, role: 'agent' });
        expect((await one.client.members.find(user.id))?.role).toBe('owner');
        expect((await other.client.members.find(user.id))?.role).toBe('agent');
      });

      it('refuses who is a member already and keeps the role', async () => {
        const { client } = await addClient(t.storage);
        const user = await addMember(t.storage, client, 'admin');
        const error = await errorOf(client.members.add({ userId: user.id, role: 'owner' }));
        expect(error).toBeInstanceOf(ConflictError);
        expect(error).toMatchObject({ reason: 'already_member' });
        expect((await client.members.find(user.id))?.role).toBe('admin');
      });

      it('adds a user once when asked many times at once', async () => {
        const { client } = await addClient(t.storage);
        const user = await addUser(t.storage);
        const outcomes = await Promise.allSettled(
          Array.from({ length: 6 }, () => client.members.add({ userId: user.id, role: 'agent' })),
        );
        expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
        expect(await client.members.list()).toHaveLength(1);
      });

      it('throws NotFoundError for an unknown user', async () => {
        const { client } = await addClient(t.storage);
        const error = await errorOf(client.members.add({ userId: strangeId(), role: 'agent' }));
        expect(error).toBeInstanceOf(NotFoundError);
        expect(error).toMatchObject({ entity: 'user' });
        expect(await client.members.list()).toEqual([]);
      });
    });

    describe('find', () => {
      it('answers the member with name and address as they are now', async () => {
        const { client } = await addClient(t.storage);
        const user = await addUser(t.storage, { name: 'Before' });
        const member = await client.members.add({ userId: user.id, role: 'agent' });
        await t.storage.accounts.updateUser(user.id, { name: 'After', email: 'after@example.com' });
        expect(await client.members.find(user.id.toUpperCase())).toEqual({
          ...member,
          name: 'After',
          email: 'after@example.com',
        });
      });

      it('answers undefined for who is no member and for an unknown user', async () => {
        const { client } = await addClient(t.storage);
        expect(await client.members.find((await addUser(t.storage)).id)).toBeUndefined();
        expect(await client.members.find(strangeId())).toBeUndefined();
      });
    });

    describe('list', () => {
      it('orders by the time they joined, then by user id, both ascending', async () => {
        const { client } = await addClient(t.storage);
        const users = [await addUser(t.storage), await addUser(t.storage), await addUser(t.storage)];
        const [first, second, third] = users.map(({ id }) => id) as [string, string, string];
        await client.members.add({ userId: third, role: 'agent' });
        t.env.advance(1);
        await client.members.add({ userId: second, role: 'agent' });
        await client.members.add({ userId: first, role: 'owner' });
        expect((await client.members.list()).map(({ userId }) => userId)).toEqual([third, first, second]);
        expect((await client.members.list())[1]).toEqual(await client.members.find(first));
      });

      it('is empty for a client without members', async () => {
        expect(await (await addClient(t.storage)).client.members.list()).toEqual([]);
      });
    });

    describe('setRole', () => {
      it('changes the role and nothing else', async () => {
        const { client } = await addClient(t.storage);
        await addMember(t.storage, client, 'owner');
        const user = await addMember(t.storage, client, 'agent');
        const { role: _, name, email, ...before } = (await client.members.find(user.id))!;
        t.env.advance(10);
        expect(await client.members.setRole(user.id, 'admin')).toEqual({ ...before, role: 'admin' });
        expect(await client.members.find(user.id)).toEqual({ ...before, name, email, role: 'admin' });
      });

      it('throws NotFoundError for who is no member', async () => {
        const { client } = await addClient(t.storage);
        const user = await addUser(t.storage);
        expect(await errorOf(client.members.setRole(user.id, 'admin'))).toMatchObject({ entity: 'member' });
        expect(await errorOf(client.members.setRole(strangeId(), 'owner'))).toMatchObject({ entity: 'member' });
      });

      it('refuses to take the role from the only owner', async () => {
        const { client } = await addClient(t.storage);
        const owner = await addMember(t.storage, client, 'owner');
        await addMember(t.storage, client, 'admin');
        const error = await errorOf(client.members.setRole(owner.id, 'admin'));
        expect(error).toBeInstanceOf(ConflictError);
        expect(error).toMatchObject({ reason: 'last_owner' });
        expect((await client.members.find(owner.id))?.role).toBe('owner');
        expect((await client.members.setRole(owner.id, 'owner')).role).toBe('owner');
      });

      it('does not count the owners of other clients', async () => {
        const [one, other] = [await addClient(t.storage), await addClient(t.storage)];
        const owner = await addMember(t.storage, one.client, 'owner');
        await other.client.members.add({ userId: owner.id, role: 'owner' });
        expect(await errorOf(one.client.members.setRole(owner.id, 'agent'))).toMatchObject({ reason: 'last_owner' });
      });

      it('takes the role from an owner when there is another, and hands it on', async () => {
        const { client } = await addClient(t.storage);
        const [one, other] = [await addMember(t.storage, client, 'owner'), await addMember(t.storage, client, 'agent')];
        await client.members.setRole(other.id, 'owner');
        await client.members.setRole(one.id, 'agent');
        expect(await errorOf(client.members.setRole(other.id, 'agent'))).toMatchObject({ reason: 'last_owner' });
      });

      it('changes roles freely in a client that has no owner', async () => {
        const { client } = await addClient(t.storage);
        const user = await addMember(t.storage, client, 'agent');
        expect((await client.members.setRole(user.id, 'admin')).role).toBe('admin');
      });

      it('leaves one owner when all owners resign at once', async () => {
        for (let round = 0; round < 5; round++) {
          const { client } = await addClient(t.storage);
          const owners = [];
          for (let n = 0; n < 4; n++) owners.push(await addMember(t.storage, client, 'owner'));
          const outcomes = await Promise.allSettled(owners.map(({ id }) => client.members.setRole(id, 'agent')));
          for (const outcome of outcomes) {
            if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ reason: 'last_owner' });
          }
          const left = (await client.members.list()).filter(({ role }) => role === 'owner');
          expect(left).toHaveLength(1);
        }
      });
    });

    describe('remove', () => {
      it('ends the membership; the user stays and may come back', async () => {
        const { client } = await addClient(t.storage);
        const user = await addMember(t.storage, client, 'agent');
        await client.members.remove(user.id);
        expect(await client.members.find(user.id)).toBeUndefined();
        expect(await t.storage.accounts.findMembership(user.id, client.clientId)).toBeUndefined();
        expect(await t.storage.accounts.findUser(user.id)).toEqual(user);
        await client.members.add({ userId: user.id, role: 'admin' });
      });

      it('takes the person’s conversations off them and leaves updatedAt and other people’s alone', async () => {
        const { client } = await addClient(t.storage);
        const [user, other] = [await addMember(t.storage, client), await addMember(t.storage, client)];
        const [mine, theirs] = [await addConversation(client), await addConversation(client)];
        const before = await client.conversations.update(mine.id, { assigneeId: user.id });
        const untouched = await client.conversations.update(theirs.id, { assigneeId: other.id });
        t.env.advance(1_000);
        await client.members.remove(user.id);
        expect(await client.conversations.find(mine.id)).toEqual({ ...before, assigneeId: null });
        expect(await client.conversations.find(theirs.id)).toEqual(untouched);
      });

      it('leaves the person’s conversations with other clients alone', async () => {
        const [one, other] = [await addClient(t.storage), await addClient(t.storage)];
        const user = await addMember(t.storage, one.client);
        await other.client.members.add({ userId: user.id, role: 'agent' });
        const conversation = await addConversation(other.client);
        await other.client.conversations.update(conversation.id, { assigneeId: user.id });
        await one.client.members.remove(user.id);
        expect((await other.client.conversations.find(conversation.id))?.assigneeId).toBe(user.id);
      });

      it('throws NotFoundError for who is no member', async () => {
        const { client } = await addClient(t.storage);
        expect(await errorOf(client.members.remove(strangeId()))).toMatchObject({ entity: 'member' });
      });

      it('refuses to remove the only owner and changes nothing', async () => {
        const { client } = await addClient(t.storage);
        const owner = await addMember(t.storage, client, 'owner');
        await addMember(t.storage, client, 'admin');
        const conversation = await addConversation(client);
        await client.conversations.update(conversation.id, { assigneeId: owner.id });
        const error = await errorOf(client.members.remove(owner.id));
        expect(error).toBeInstanceOf(ConflictError);
        expect(error).toMatchObject({ reason: 'last_owner' });
        expect((await client.members.find(owner.id))?.role).toBe('owner');
        expect((await client.conversations.find(conversation.id))?.assigneeId).toBe(owner.id);
      });

      it('leaves one owner when some go and others resign at once', async () => {
        for (let round = 0; round < 5; round++) {
          const { client } = await addClient(t.storage);
          const owners = [];
          for (let n = 0; n < 4; n++) owners.push(await addMember(t.storage, client, 'owner'));
          await Promise.allSettled(
            owners.map(({ id }, n) => (n % 2 ? client.members.remove(id) : client.members.setRole(id, 'admin'))),
          );
          const left = (await client.members.list()).filter(({ role }) => role === 'owner');
          expect(left).toHaveLength(1);
        }
      });

      it('never leaves a conversation with someone who has gone, also when they are assigned at the same time', async () => {
        for (let round = 0; round < 5; round++) {
          const { client } = await addClient(t.storage);
          const user = await addMember(t.storage, client);
          const conversations = [];
          for (let n = 0; n < 3; n++) conversations.push(await addConversation(client));
          const outcomes = await Promise.allSettled([
            ...conversations.map(({ id }) => client.conversations.update(id, { assigneeId: user.id })),
            client.members.remove(user.id),
          ]);
          expect(outcomes.at(-1)).toMatchObject({ status: 'fulfilled' });
          for (const outcome of outcomes) {
            if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ entity: 'member' });
          }
          for (const { id } of conversations) expect((await client.conversations.find(id))?.assigneeId).toBeNull();
        }
      });
    });
  });
}
