import { and, asc, eq, ne, sql } from 'drizzle-orm';
import type { ClientId } from '../../../shared/ids.ts';
import type { Role } from '../../../shared/permissions.ts';
import { clients, conversations, type Member, members, users } from '../../../shared/schema.ts';
import { ConflictError, NotFoundError } from '../errors.ts';
import type { MembersRepository, MemberWithUser } from '../repositories/members.ts';
import type { Db, Handle } from './handle.ts';
import { owned } from './scope.ts';

const memberWithUser = {
  clientId: members.clientId,
  userId: members.userId,
  role: members.role,
  createdAt: members.createdAt,
  name: users.name,
  email: users.email,
};

export class DatabaseMembers implements MembersRepository {
  readonly #handle: Handle;
  readonly #clientId: ClientId;

  constructor(handle: Handle, clientId: ClientId) {
    this.#handle = handle;
    this.#clientId = clientId;
  }

  async add(input: { userId: string; role: Role }): Promise<Member> {
    const { userId, role } = input;
    const row = { clientId: this.#clientId, userId, role, createdAt: this.#handle.env.now() };
    const [member] = await this.#handle.write((db) => db.insert(members).values(row).returning());
    return member!;
  }

  async find(userId: string): Promise<MemberWithUser | undefined> {
    const [member] = await this.#handle.read((db) =>
      db.select(memberWithUser).from(members).innerJoin(users, eq(users.id, members.userId)).where(this.#row(userId)),
    );
    return member;
  }

  list(): Promise<MemberWithUser[]> {
    return this.#handle.read((db) =>
      db
        .select(memberWithUser)
        .from(members)
        .innerJoin(users, eq(users.id, members.userId))
        .where(owned(members, this.#clientId))
        .orderBy(asc(members.createdAt), asc(members.userId)),
    );
  }

  setRole(userId: string, role: Role): Promise<Member> {
    return this.#handle.atomically(async (db) => {
      await this.#lock(db, userId, role !== 'owner');
      const [member] = await db.update(members).set({ role }).where(this.#row(userId)).returning();
      return member!;
    });
  }

  remove(userId: string): Promise<void> {
    return this.#handle.atomically(async (db) => {
      await this.#lock(db, userId, true);
      await db
        .update(conversations)
        .set({ assigneeId: null })
        .where(owned(conversations, this.#clientId, eq(conversations.assigneeId, userId)));
      await db.delete(members).where(this.#row(userId));
    });
  }

  #row(userId: string) {
    return owned(members, this.#clientId, eq(members.userId, userId));
  }

  /**
   * Holds the client, so that of two owners who leave at once one waits and finds itself the last, and the member, so
   * that nobody assigns a conversation to it in between.
   */
  async #lock(db: Db, userId: string, leavesOwners: boolean): Promise<void> {
    await db.select({ id: clients.id }).from(clients).where(eq(clients.id, this.#clientId)).for('no key update');
    const [member] = await db.select({ role: members.role }).from(members).where(this.#row(userId)).for('update');
    if (member === undefined) throw new NotFoundError('member');
    if (!leavesOwners || member.role !== 'owner') return;
    const [other] = await db
      .select({ one: sql`1` })
      .from(members)
      .where(owned(members, this.#clientId, and(eq(members.role, 'owner'), ne(members.userId, userId))))
      .limit(1);
    if (other === undefined) throw new ConflictError('last_owner');
  }
}
