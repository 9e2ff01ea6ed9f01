import type { Client } from '../../../shared/schema.ts';

/** The client itself. */
export interface ClientRepository {
  /** @throws NotFoundError `client` when it has been removed */
  get(): Promise<Client>;

  /** Changes the given fields and `updatedAt`. @throws NotFoundError `client` */
  update(patch: { name?: string }): Promise<Client>;

  /**
   * Removes the client and everything that belongs to it. Users stay.
   * @throws NotFoundError `client`
   */
  remove(): Promise<void>;
}
