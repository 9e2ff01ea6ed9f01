import { describe, expect, it } from 'vitest';
import { ConflictError } from '../errors.ts';
import { type OpenHarness, useHarness } from './harness.ts';
import { addClient, addMember, addUser, errorOf, hashOf, invitationInput, strangeId } from './worlds.ts';

export function invitationsSuite(open: OpenHarness): void {
  describe('invitations', () => {
    const t = useHarness(open);

    async function clientWithOwner() {
      const { client } = await addClient(t.storage);
      return { client, owner: await addMember(t.storage, client, 'owner') };
    }

    describe('create', () => {
      it('stores every field, instants to the millisecond', async () => {
        const { client, owner } = await clientWithOwner();
        const expiresAt = new Date(Date.UTC(2026, 5, 7, 8, 9, 10, 11));
        const input = { email: 'new@example.com', role: 'admin', tokenHash: hashOf('a'), expiresAt } as const;
        const invitation = await client.invitations.create({ ...input, createdBy: owner.id });
        expect(invitation).toEqual({
          ...input,
          clientId: client.clientId,
          id: expect.any(String),
          acceptedAt: null,
          createdBy: owner.id,
          createdAt: t.env.now(),
        });
        expect(await client.invitations.listOpen()).toEqual([invitation]);
      });

      it('takes an address that is left out or null for none', async () => {
        const { client, owner } = await clientWithOwner();
        expect((await client.invitations.create(invitationInput(owner.id))).email).toBeNull();
        expect((await client.invitations.create(invitationInput(owner.id, { email: null }))).email).toBeNull();
      });

      it('refuses a token in use, by whichever client', async () => {
        const { client, owner } = await clientWithOwner();
        const { client: other } = await addClient(t.storage);
        const input = invitationInput(owner.id);
        await client.invitations.create(input);
        for (const storage of [client, other]) {
          const error = await errorOf(storage.invitations.create(input));
          expect(error).toBeInstanceOf(ConflictError);
          expect(error).toMatchObject({ reason: 'token_taken' });
        }
        expect(await other.invitations.listOpen()).toEqual([]);
      });

      it('throws NotFoundError when its maker does not exist', async () => {
        const { client } = await addClient(t.storage);
        const error = await errorOf(client.invitations.create(invitationInput(strangeId())));
        expect(error).toMatchObject({ name: 'NotFoundError', entity: 'user' });
      });
    });

    describe('listOpen', () => {
      it('answers those not yet accepted, expired ones too, newest first, then by id', async () => {
        const { client, owner } = await clientWithOwner();
        const first = await client.invitations.create(invitationInput(owner.id, { expiresAt: new Date(0) }));
        const second = await client.invitations.create(invitationInput(owner.id));
        t.env.advance(1);
        const used = await client.invitations.create(invitationInput(owner.id));
        const third = await client.invitations.create(invitationInput(owner.id));
        await client.invitations.accept(used.id, t.env.now());
        expect(await client.invitations.listOpen()).toEqual([third, second, first]);
      });

      it('is empty when there are none', async () => {
        expect(await (await addClient(t.storage)).client.invitations.listOpen()).toEqual([]);
      });
    });

    describe('accept', () => {
      const expiresAt = new Date(Date.UTC(2026, 5, 1));

      it('marks it as used at the given time', async () => {
        const { client, owner } = await clientWithOwner();
        const invitation = await client.invitations.create(invitationInput(owner.id, { expiresAt }));
        const at = new Date(expiresAt.getTime() - 1);
        expect(await client.invitations.accept(invitation.id, at)).toEqual({ ...invitation, acceptedAt: at });
      });

      it('throws NotFoundError when there is none, and from the moment it expires', async () => {
        const { client, owner } = await clientWithOwner();
        const invitation = await client.invitations.create(invitationInput(owner.id, { expiresAt }));
        const notFound = { name: 'NotFoundError', entity: 'invitation' };
        expect(await errorOf(client.invitations.accept(strangeId(), new Date(0)))).toMatchObject(notFound);
        expect(await errorOf(client.invitations.accept(invitation.id, expiresAt))).toMatchObject(notFound);
        expect(await client.invitations.listOpen()).toEqual([invitation]);
      });

      it('throws NotFoundError the second time and keeps the first', async () => {
        const { client, owner } = await clientWithOwner();
        const invitation = await client.invitations.create(invitationInput(owner.id));
        const first = await client.invitations.accept(invitation.id, new Date(1_000));
        const error = await errorOf(client.invitations.accept(invitation.id, new Date(2_000)));
        expect(error).toMatchObject({ name: 'NotFoundError', entity: 'invitation' });
        expect(await t.storage.directory.findInvitationByTokenHash(invitation.tokenHash)).toEqual(first);
      });

      it('succeeds once when called many times at once', async () => {
        const { client, owner } = await clientWithOwner();
        for (let round = 0; round < 3; round++) {
          const { id } = await client.invitations.create(invitationInput(owner.id));
          const outcomes = await Promise.allSettled(
            Array.from({ length: 8 }, () => client.invitations.accept(id, t.env.now())),
          );
          expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
        }
      });

      it('makes one member when many transactions accept and join at once', async () => {
        const { client, owner } = await clientWithOwner();
        const { id } = await client.invitations.create(invitationInput(owner.id));
        const users = [];
        for (let n = 0; n < 5; n++) users.push(await addUser(t.storage));
        const outcomes = await Promise.allSettled(
          users.map((user) =>
            t.storage.transaction(async (scope) => {
              const scoped = scope.forClient(client.clientId);
              await scoped.members.add({ userId: user.id, role: 'agent' });
              await scoped.invitations.accept(id, t.env.now());
            }),
          ),
        );
        expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
        expect(await client.members.list()).toHaveLength(2);
      });
    });

    describe('remove', () => {
      it('withdraws it, also an expired or a used one', async () => {
        const { client, owner } = await clientWithOwner();
        const expired = await client.invitations.create(invitationInput(owner.id, { expiresAt: new Date(0) }));
        const used = await client.invitations.create(invitationInput(owner.id));
        await client.invitations.accept(used.id, t.env.now());
        for (const { id, tokenHash } of [expired, used]) {
          await client.invitations.remove(id);
          expect(await t.storage.directory.findInvitationByTokenHash(tokenHash)).toBeUndefined();
        }
      });

      it('throws NotFoundError when there is none', async () => {
        const { client } = await addClient(t.storage);
        const error = await errorOf(client.invitations.remove(strangeId()));
        expect(error).toMatchObject({ name: 'NotFoundError', entity: 'invitation' });
      });
    });
  });
}
