import type { ApiKey } from '../../../shared/schema.ts';

export interface NewApiKey {
  name: string;
  prefix: string;
  /** SHA-256 of the whole key, hexadecimal. */
  keyHash: string;
  /** The user who made it; null when made by a command. */
  createdBy: string | null;
}

export interface ApiKeysRepository {
  /**
   * @throws NotFoundError `client`, or `user` when `createdBy` names nobody
   * @throws ConflictError `key_taken` when the hash is in use, by whichever client
   */
  create(input: NewApiKey): Promise<ApiKey>;

  /** Undefined when there is none. */
  find(id: string): Promise<ApiKey | undefined>;

  /** All keys, revoked ones too, newest first (`createdAt`, then id, both descending). */
  list(): Promise<ApiKey[]>;

  /** From then on the directory does not find it. Revoking again keeps the first time. @throws NotFoundError `apiKey` */
  revoke(id: string, at: Date): Promise<ApiKey>;

  /** Notes a use; an earlier time than the noted one is ignored, an unknown id too. */
  markUsed(id: string, at: Date): Promise<void>;
}
