import { once } from 'node:events';
import { beforeEach, expect, test } from 'vitest';
import type { FileStore } from '../../files/file-store.ts';
import { documentInput } from '../../storage/conformance/knowledge-worlds.ts';
import { addConversation, attachmentInput } from '../../storage/conformance/worlds.ts';
import { createRouteWorld, type RouteWorld, type Tenant } from '../../testing/route-world.ts';
import { sweepRemovedFiles } from '../attachments/noted-files.ts';
import { sweepUnsent, unsentMs } from '../attachments/sweep-unsent.ts';
import { queueFileRemoval } from '../privacy/file-removal.ts';
import { removeClient } from './remove-client.ts';

let world: RouteWorld;
let acme: Tenant;
let conversationId: string;
beforeEach(async () => {
  world = await createRouteWorld();
  acme = await world.addTenant();
  conversationId = (await addConversation(acme.storage)).id;
});

const keys = () => world.deps.files.keys().sort();
const stored = async () => (await world.deps.files.put(bytes())).key;
async function* bytes() {
  yield Buffer.from('bytes');
}

/** A client with a file in a conversation, one of a document, and one that a job was still to remove. */
async function withFiles({ storage }: Tenant): Promise<void> {
  await storage.attachments.create(attachmentInput(conversationId, { storageKey: await stored() }));
  await storage.documents.create(documentInput({ kind: 'file', storageKey: await stored() }));
  await queueFileRemoval(storage, world.deps, [await stored()]);
}

async function remove(files: FileStore): Promise<void> {
  const { clientId } = acme.storage;
  const { name } = await acme.storage.client.get();
  const caller = { kind: 'member', user: acme.owner, role: 'owner', clientId, storage: acme.storage } as const;
  await removeClient({ ...world.deps, files }, { caller, confirmName: name, requestId: 'r1' });
}

test('the files of a client that was removed go also when the process was killed right after', async () => {
  await withFiles(acme);
  const theirs = await stored();
  expect(keys()).toHaveLength(4);
  await remove({ ...world.deps.files, remove: () => new Promise<never>(() => {}) });
  await sweepRemovedFiles(world.deps);
  expect(keys()).toHaveLength(4);
  world.env.advance(60_000);
  await sweepRemovedFiles(world.deps);
  expect(keys()).toEqual([theirs]);
  expect(await world.storage.removedFiles.listDue(10)).toEqual([]);
});

test('the files of a client that was removed go when the file store is there again, and hold up no others', async () => {
  await withFiles(acme);
  const [stuck] = keys();
  const away: FileStore = { ...world.deps.files, remove: () => Promise.reject(new Error('The store is away.')) };
  await remove(away);
  await expect.poll(() => world.logged.some(({ event }) => event === 'files.not-removed')).toBe(true);
  expect(keys()).toHaveLength(3);
  const partly: FileStore = {
    ...world.deps.files,
    remove: (key) => (key === stuck ? away.remove(key) : world.deps.files.remove(key)),
  };
  world.env.advance(60 * 60_000);
  await sweepRemovedFiles({ ...world.deps, files: partly });
  expect(keys()).toEqual([stuck]);
  await sweepRemovedFiles(world.deps);
  expect(keys()).toEqual([stuck]);
  world.env.advance(60 * 60_000);
  await sweepRemovedFiles(world.deps);
  expect(keys()).toEqual([]);
});

test('a client that is not removed after all keeps its files', async () => {
  await withFiles(acme);
  const { clientId } = acme.storage;
  const caller = { kind: 'member', user: acme.owner, role: 'owner', clientId, storage: acme.storage } as const;
  await expect(removeClient(world.deps as never, { caller, confirmName: 'x', requestId: 'r1' })).rejects.toThrow();
  world.env.advance(60 * 60_000);
  await sweepRemovedFiles(world.deps);
  expect(keys()).toHaveLength(3);
});

test('a file that was never sent goes also when the process was killed after its row was removed', async () => {
  await acme.storage.attachments.create(attachmentInput(conversationId, { storageKey: await stored() }));
  world.env.advance(unsentMs + 1);
  const { files } = world.deps;
  const killed = new AbortController();
  const isRemoving = once(killed.signal, 'abort');
  const stuck = { ...files, remove: () => new Promise<never>(() => killed.abort()) };
  void sweepUnsent({ ...world.deps, files: stuck });
  await isRemoving;
  expect(keys()).toHaveLength(1);
  world.env.advance(60_000);
  await sweepRemovedFiles(world.deps);
  expect(keys()).toEqual([]);
});
