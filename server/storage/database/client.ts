import { eq } from 'drizzle-orm';
import type { ClientId } from '../../../shared/ids.ts';
import { type Client, clients } from '../../../shared/schema.ts';
import { NotFoundError } from '../errors.ts';
import type { ClientRepository } from '../repositories/client.ts';
import type { Handle } from './handle.ts';

export class DatabaseClient implements ClientRepository {
  readonly #handle: Handle;
  readonly #clientId: ClientId;

  constructor(handle: Handle, clientId: ClientId) {
    this.#handle = handle;
    this.#clientId = clientId;
  }

  get(): Promise<Client> {
    return this.#handle.read(async (db) => {
      const [client] = await db.select().from(clients).where(eq(clients.id, this.#clientId));
      if (client === undefined) throw new NotFoundError('client');
      return client;
    });
  }

  hold(): Promise<Client> {
    return this.#handle.atomically(async (db) => {
      // Who makes a row of the client's holds the client's own, and waits while somebody else holds it for an update.
      const [client] = await db.select().from(clients).where(eq(clients.id, this.#clientId)).for('update');
      if (client === undefined) throw new NotFoundError('client');
      return client;
    });
  }

  update(patch: { name?: string }): Promise<Client> {
    const values = { name: patch.name, updatedAt: this.#handle.env.now() };
    return this.#handle.write(async (db) => {
      const [client] = await db.update(clients).set(values).where(eq(clients.id, this.#clientId)).returning();
      if (client === undefined) throw new NotFoundError('client');
      return client;
    });
  }

  remove(): Promise<void> {
    return this.#handle.write(async (db) => {
      const removed = await db.delete(clients).where(eq(clients.id, this.#clientId)).returning({ id: clients.id });
      if (removed.length === 0) throw new NotFoundError('client');
    });
  }
}
