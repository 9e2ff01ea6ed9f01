import { describe, expect, it } from 'vitest';
import { ConflictError, NotFoundError } from '../errors.ts';
import { type OpenHarness, useHarness } from './harness.ts';
import { addClient, addUser, apiKeyInput, errorOf, hashOf, strangeId } from './worlds.ts';

export function apiKeysSuite(open: OpenHarness): void {
  describe('apiKeys', () => {
    const t = useHarness(open);

    describe('create', () => {
      it('stores every field', async () => {
        const { client } = await addClient(t.storage);
        const user = await addUser(t.storage);
        const input = { name: 'CI “x”', prefix: 'ck_abcd', keyHash: hashOf('all fields'), createdBy: user.id };
        const apiKey = await client.apiKeys.create(input);
        expect(apiKey).toEqual({
          ...input,
          clientId: client.clientId,
          id: expect.any(String),
          lastUsedAt: null,
          revokedAt: null,
          createdAt: t.env.now(),
        });
        expect(await client.apiKeys.find(apiKey.id.toUpperCase())).toEqual(apiKey);
      });

      it('keeps no maker for a key made by a command', async () => {
        const { client } = await addClient(t.storage);
        expect((await client.apiKeys.create(apiKeyInput({ createdBy: null }))).createdBy).toBeNull();
      });

      it('refuses a hash in use, by whichever client, revoked or not', async () => {
        const { client } = await addClient(t.storage);
        const { client: other } = await addClient(t.storage);
        const input = apiKeyInput();
        const { id } = await client.apiKeys.create(input);
        await client.apiKeys.revoke(id, t.env.now());
        for (const storage of [client, other]) {
          const error = await errorOf(storage.apiKeys.create(input));
          expect(error).toBeInstanceOf(ConflictError);
          expect(error).toMatchObject({ reason: 'key_taken' });
        }
        expect(await other.apiKeys.list()).toEqual([]);
      });

      it('throws NotFoundError when its maker does not exist', async () => {
        const { client } = await addClient(t.storage);
        const error = await errorOf(client.apiKeys.create(apiKeyInput({ createdBy: strangeId() })));
        expect(error).toMatchObject({ name: 'NotFoundError', entity: 'user' });
      });
    });

    describe('find', () => {
      it('answers undefined when there is none', async () => {
        const { client } = await addClient(t.storage);
        expect(await client.apiKeys.find(strangeId())).toBeUndefined();
      });
    });

    describe('list', () => {
      it('answers all, revoked ones too, newest first, then by id descending', async () => {
        const { client } = await addClient(t.storage);
        expect(await client.apiKeys.list()).toEqual([]);
        const first = await client.apiKeys.create(apiKeyInput());
        const second = await client.apiKeys.create(apiKeyInput());
        t.env.advance(1);
        const third = await client.apiKeys.create(apiKeyInput());
        const revoked = await client.apiKeys.revoke(second.id, t.env.now());
        expect(await client.apiKeys.list()).toEqual([third, revoked, first]);
      });
    });

    describe('revoke', () => {
      it('notes the time, and keeps the first when called again', async () => {
        const { client } = await addClient(t.storage);
        const apiKey = await client.apiKeys.create(apiKeyInput());
        const at = new Date(Date.UTC(2026, 3, 4, 5, 6, 7, 8));
        const revoked = await client.apiKeys.revoke(apiKey.id, at);
        expect(revoked).toEqual({ ...apiKey, revokedAt: at });
        expect(await client.apiKeys.revoke(apiKey.id, new Date(0))).toEqual(revoked);
        expect(await client.apiKeys.revoke(apiKey.id, new Date(at.getTime() + 1))).toEqual(revoked);
        expect(await client.apiKeys.find(apiKey.id)).toEqual(revoked);
      });

      it('throws NotFoundError when there is none', async () => {
        const { client } = await addClient(t.storage);
        const error = await errorOf(client.apiKeys.revoke(strangeId(), t.env.now()));
        expect(error).toBeInstanceOf(NotFoundError);
        expect(error).toMatchObject({ entity: 'apiKey' });
      });
    });

    describe('markUsed', () => {
      it('notes the latest use and changes nothing else', async () => {
        const { client } = await addClient(t.storage);
        const apiKey = await client.apiKeys.create(apiKeyInput());
        const other = await client.apiKeys.create(apiKeyInput());
        for (const [at, expected] of [
          [1_000, 1_000],
          [1_001, 1_001],
          [999, 1_001],
          [1_001, 1_001],
        ] as const) {
          await client.apiKeys.markUsed(apiKey.id, new Date(at));
          expect(await client.apiKeys.find(apiKey.id)).toEqual({ ...apiKey, lastUsedAt: new Date(expected) });
        }
        expect(await client.apiKeys.find(other.id)).toEqual(other);
      });

      it('keeps the latest of many uses noted at once', async () => {
        const { client } = await addClient(t.storage);
        const { id } = await client.apiKeys.create(apiKeyInput());
        await Promise.all([3, 9, 1, 7, 5].map((at) => client.apiKeys.markUsed(id, new Date(at))));
        expect((await client.apiKeys.find(id))?.lastUsedAt).toEqual(new Date(9));
      });

      it('ignores an unknown id', async () => {
        const { client } = await addClient(t.storage);
        await client.apiKeys.markUsed(strangeId(), t.env.now());
        expect(await client.apiKeys.list()).toEqual([]);
      });
    });
  });
}
