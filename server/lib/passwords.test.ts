import { expect, test, vi } from 'vitest';
import { createPasswords } from './passwords.ts';

const withoutArgon2 = () => createPasswords(() => Promise.reject(new Error('no build for this machine')));

test('a password matches its own hash and no other does', async () => {
  const passwords = createPasswords();
  const hash = await passwords.hash('correct horse');
  expect(await passwords.verify(hash, 'correct horse')).toEqual({ matches: true, outdated: false });
  expect(await passwords.verify(hash, 'Correct horse')).toEqual({ matches: false, outdated: false });
});

test('a hash says that it is argon2id with 19 MiB and two passes', async () => {
  expect(await createPasswords().hash('correct horse')).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
});

test('two hashes of one password differ', async () => {
  const passwords = createPasswords();
  expect(await passwords.hash('correct horse')).not.toBe(await passwords.hash('correct horse'));
});

test('without a hash nothing matches', async () => {
  expect((await createPasswords().verify(undefined, 'correct horse')).matches).toBe(false);
  expect((await withoutArgon2().verify(undefined, 'correct horse')).matches).toBe(false);
});

test('without a hash the same work is done as with one', async () => {
  const verify = vi.fn(async (_hash: string | Uint8Array) => false);
  const passwords = createPasswords(async () => ({ hash: vi.fn(), verify }));
  await passwords.verify(undefined, 'correct horse');
  await passwords.verify('$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$a2V5', 'correct horse');
  const [withoutHash, withHash] = verify.mock.calls.map(([hash]) => String(hash).split('$').slice(0, 4));
  expect(withoutHash).toEqual(withHash);
});

test('a hash with other parameters matches and counts as outdated', async () => {
  const { hash } = await import('@node-rs/argon2');
  const weak = await hash('correct horse', { memoryCost: 8_192, timeCost: 1, parallelism: 1 });
  expect(await createPasswords().verify(weak, 'correct horse')).toEqual({ matches: true, outdated: true });
});

test('where argon2 has no build scrypt hashes, and argon2 elsewhere takes its hashes as outdated', async () => {
  const passwords = withoutArgon2();
  const hash = await passwords.hash('correct horse');
  expect(hash).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$/);
  expect(await passwords.verify(hash, 'correct horse')).toEqual({ matches: true, outdated: false });
  expect((await passwords.verify(hash, 'wrong horse')).matches).toBe(false);
  expect(await createPasswords().verify(hash, 'correct horse')).toEqual({ matches: true, outdated: true });
});

test('an argon2 hash is refused with a reason where argon2 has no build', async () => {
  const hash = await createPasswords().hash('correct horse');
  await expect(withoutArgon2().verify(hash, 'correct horse')).rejects.toThrow(/no build for this machine/);
});
