import type { Role } from '../../../shared/permissions.ts';
import type { Invitation } from '../../../shared/schema.ts';

export interface NewInvitation {
  /** When given, only a user with this address may accept. */
  email?: string | null;
  role: Role;
  /** SHA-256 of the link's token, hexadecimal. */
  tokenHash: string;
  expiresAt: Date;
  createdBy: string;
}

export interface InvitationsRepository {
  /**
   * @throws NotFoundError `client`, or `user` when `createdBy` names nobody
   * @throws ConflictError `token_taken` when the hash is in use, by whichever client
   */
  create(input: NewInvitation): Promise<Invitation>;

  /** Those not yet accepted, expired ones too, newest first (`createdAt`, then id, both descending). */
  listOpen(): Promise<Invitation[]>;

  /**
   * Marks it as used (`acceptedAt` becomes `at`). Of several concurrent calls exactly one succeeds.
   * @throws NotFoundError `invitation` when there is none, it was accepted before, or it has expired: `expiresAt` is
   * not after `at`
   */
  accept(id: string, at: Date): Promise<Invitation>;

  /** Withdraws it, also a used or expired one. @throws NotFoundError `invitation` */
  remove(id: string): Promise<void>;
}
