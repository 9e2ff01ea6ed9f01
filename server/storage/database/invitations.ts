import { desc, eq, gt, isNull } from 'drizzle-orm';
import type { ClientId } from '../../../shared/ids.ts';
import { type Invitation, invitations } from '../../../shared/schema.ts';
import { NotFoundError } from '../errors.ts';
import type { InvitationsRepository, NewInvitation } from '../repositories/invitations.ts';
import type { Handle } from './handle.ts';
import { owned } from './scope.ts';

export class DatabaseInvitations implements InvitationsRepository {
  readonly #handle: Handle;
  readonly #clientId: ClientId;

  constructor(handle: Handle, clientId: ClientId) {
    this.#handle = handle;
    this.#clientId = clientId;
  }

  async create(input: NewInvitation): Promise<Invitation> {
    const row = {
      clientId: this.#clientId,
      id: this.#handle.env.newId(),
      email: input.email ?? null,
      role: input.role,
      tokenHash: input.tokenHash,
      expiresAt: input.expiresAt,
      acceptedAt: null,
      createdBy: input.createdBy,
      createdAt: this.#handle.env.now(),
    };
    const [invitation] = await this.#handle.write((db) => db.insert(invitations).values(row).returning());
    return invitation!;
  }

  listOpen(): Promise<Invitation[]> {
    return this.#handle.read((db) =>
      db
        .select()
        .from(invitations)
        .where(owned(invitations, this.#clientId, isNull(invitations.acceptedAt)))
        .orderBy(desc(invitations.createdAt), desc(invitations.id)),
    );
  }

  accept(id: string, at: Date): Promise<Invitation> {
    const usable = owned(
      invitations,
      this.#clientId,
      eq(invitations.id, id),
      isNull(invitations.acceptedAt),
      gt(invitations.expiresAt, at),
    );
    return this.#handle.write(async (db) => {
      const [invitation] = await db.update(invitations).set({ acceptedAt: at }).where(usable).returning();
      if (invitation === undefined) throw new NotFoundError('invitation');
      return invitation;
    });
  }

  remove(id: string): Promise<void> {
    return this.#handle.write(async (db) => {
      const removed = await db
        .delete(invitations)
        .where(owned(invitations, this.#clientId, eq(invitations.id, id)))
        .returning({ id: invitations.id });
      if (removed.length === 0) throw new NotFoundError('invitation');
    });
  }
}
