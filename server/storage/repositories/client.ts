import type { Client } from '../../../shared/schema.ts';

/** The client itself. */
export interface ClientRepository {
  /** @throws NotFoundError `client` when it has been removed */
  get(): Promise<Client>;

  /**
   * The client; inside a transaction nobody else can make a row of its until the transaction ends, so that what is read
   * then of all that belongs to it is all there is. @throws NotFoundError `client`
   */
  hold(): Promise<Client>;

  /** Changes the given fields and `updatedAt`. @throws NotFoundError `client` */
  update(patch: { name?: string }): Promise<Client>;

  /**
   * Removes the client and everything that belongs to it. Users stay.
   * @throws NotFoundError `client`
   */
  remove(): Promise<void>;
}
