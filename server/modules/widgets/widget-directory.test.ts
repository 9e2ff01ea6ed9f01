import { expect, test, vi } from 'vitest';
import { createBus } from '../../events/bus.ts';
import { createTestEnvironment } from '../../storage/conformance/harness.ts';
import { addClient, addWidget } from '../../storage/conformance/worlds.ts';
import { MemStorage } from '../../storage/memory/mem-storage.ts';
import { createWidgetDirectory } from './widget-directory.ts';

async function createWorld() {
  const env = createTestEnvironment();
  const storage = new MemStorage(env);
  const bus = createBus(() => {});
  const { client } = await addClient(storage);
  const find = vi.spyOn(storage.directory, 'findWidgetByPublicKey');
  return { env, storage, bus, client, find, directory: createWidgetDirectory({ storage, bus }) };
}

test('a widget is found by its key, and storage is asked once', async () => {
  const { client, directory, find } = await createWorld();
  const widget = await addWidget(client, { publicKey: 'wk_1' });
  for (let n = 0; n < 10; n++) expect(await directory.findByPublicKey('wk_1')).toEqual(widget);
  expect(find).toHaveBeenCalledTimes(1);
});

test('storage is asked once for a key that is nobody’s, and never for what cannot be a key', async () => {
  const { directory, find } = await createWorld();
  for (let n = 0; n < 10; n++) expect(await directory.findByPublicKey('wk_none')).toBeUndefined();
  for (const text of ['', 'a\0b', 'a b', 'x'.repeat(101)]) {
    expect(await directory.findByPublicKey(text)).toBeUndefined();
  }
  expect(find).toHaveBeenCalledTimes(1);
});

test('a change that is announced is seen at once, under the old key and the new', async () => {
  const { client, directory, bus } = await createWorld();
  const widget = await addWidget(client, { publicKey: 'wk_1' });
  await directory.findByPublicKey('wk_1');
  await directory.findByPublicKey('wk_2');
  await client.widgets.update(widget.id, { publicKey: 'wk_2', color: '#000000' });
  const { clientId } = client;
  bus.publish('widget.changed', { clientId, widgetId: widget.id, publicKeys: ['wk_1', 'wk_2'] });
  expect(await directory.findByPublicKey('wk_1')).toBeUndefined();
  expect(await directory.findByPublicKey('wk_2')).toMatchObject({ id: widget.id, color: '#000000' });
});

test('the widgets of a removed client are gone at once, those of others stay', async () => {
  const { storage, client, directory, bus, find } = await createWorld();
  const other = await addClient(storage);
  await addWidget(client, { publicKey: 'wk_1' });
  await addWidget(other.client, { publicKey: 'wk_2' });
  await Promise.all([directory.findByPublicKey('wk_1'), directory.findByPublicKey('wk_2')]);
  await client.client.remove();
  bus.publish('client.removed', { clientId: client.clientId });
  expect(await directory.findByPublicKey('wk_1')).toBeUndefined();
  find.mockClear();
  expect(await directory.findByPublicKey('wk_2')).toBeDefined();
  expect(find).not.toHaveBeenCalled();
});

test('a key can be forgotten on purpose', async () => {
  const { client, directory } = await createWorld();
  const widget = await addWidget(client, { publicKey: 'wk_1' });
  await directory.findByPublicKey('wk_1');
  await client.widgets.update(widget.id, { name: 'New' });
  directory.invalidate('wk_1');
  expect(await directory.findByPublicKey('wk_1')).toMatchObject({ name: 'New' });
});
