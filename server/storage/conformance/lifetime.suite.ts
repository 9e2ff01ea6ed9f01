import { describe, expect, it } from 'vitest';
import { StorageUnavailableError } from '../errors.ts';
import type { OpenHarness } from './harness.ts';
import { addClient, errorOf, gate, messageInput, strangeId } from './worlds.ts';

export function lifetimeSuite(open: OpenHarness): void {
  describe('storage', () => {
    it('answers a ping, lets running work end when it is closed, and may be closed again', async () => {
      const { storage, close } = await open();
      await storage.ping();
      const { client } = await addClient(storage);
      const [held, hold] = gate();
      const [mayEnd, letEnd] = gate();
      const order: string[] = [];
      const running = storage.transaction(async (scope) => {
        await scope.forClient(client.clientId).client.update({ name: 'Ended' });
        hold();
        await mayEnd;
        const { name } = await scope.forClient(client.clientId).client.get();
        order.push('work');
        return name;
      });
      await held;
      const closing = storage.close().then(() => order.push('closed'));
      letEnd();
      expect(await running).toBe('Ended');
      await closing;
      expect(order).toEqual(['work', 'closed']);
      await storage.close();
      await close();
    });

    it('throws StorageUnavailableError from everything once it is closed', async () => {
      const { storage, close } = await open();
      const { client } = await addClient(storage);
      await close();
      for (const late of [
        storage.ping(),
        storage.accounts.isEmpty(),
        client.client.update({ name: 'Late' }),
        client.messages.append(messageInput(strangeId())),
        storage.transaction(async () => {}),
      ]) {
        expect(await errorOf(late)).toBeInstanceOf(StorageUnavailableError);
      }
    });
  });
}
