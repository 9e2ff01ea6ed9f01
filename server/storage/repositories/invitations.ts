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
  /** @throws ConflictError `token_taken` */
  create(input: NewInvitation): Promise<Invitation>;

  /** Those not yet accepted, expired ones too, newest first (`createdAt`, then id). */
  listOpen(): Promise<Invitation[]>;

  /**
   * Marks it as used. Of several concurrent calls exactly one succeeds.
   * @throws NotFoundError `invitation` when there is none, it has expired at `at`, or it was accepted before
   */
  accept(id: string, at: Date): Promise<Invitation>;

  /** Withdraws it. @throws NotFoundError `invitation` */
  remove(id: string): Promise<void>;
}
