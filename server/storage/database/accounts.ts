import { eq, sql } from 'drizzle-orm';
import type { ClientId } from '../../../shared/ids.ts';
import { type Client, clients, members, type User, users } from '../../../shared/schema.ts';
import { NotFoundError } from '../errors.ts';
import type { AccountsRepository, Membership, NewUser, UserPatch } from '../repositories/accounts.ts';
import type { Handle } from './handle.ts';
import { prepared } from './prepared.ts';
import { owned } from './scope.ts';

const findMembership = prepared('membership_find', (db) =>
  db
    .select({ clientId: members.clientId, role: members.role })
    .from(members)
    .where(owned(members, sql.placeholder('clientId'), eq(members.userId, sql.placeholder('userId')))),
);

const findUser = prepared('user_find', (db) =>
  db
    .select()
    .from(users)
    .where(eq(users.id, sql.placeholder('id'))),
);

export class DatabaseAccounts implements AccountsRepository {
  readonly #handle: Handle;

  constructor(handle: Handle) {
    this.#handle = handle;
  }

  async createUser(input: NewUser): Promise<User> {
    const now = this.#handle.env.now();
    const row = {
      id: this.#handle.env.newId(),
      email: input.email,
      name: input.name,
      passwordHash: input.passwordHash,
      info: input.info ?? {},
      createdAt: now,
      updatedAt: now,
    };
    const [user] = await this.#handle.write((db) => db.insert(users).values(row).returning());
    return user!;
  }

  async findUser(id: string): Promise<User | undefined> {
    const [user] = await this.#handle.read((db) => findUser(db, { id }));
    return user;
  }

  async findUserByEmail(email: string): Promise<User | undefined> {
    const [user] = await this.#handle.read((db) => db.select().from(users).where(eq(users.email, email)));
    return user;
  }

  updateUser(id: string, patch: UserPatch): Promise<User> {
    const { email, name, passwordHash, info } = patch;
    const values = { email, name, passwordHash, info, updatedAt: this.#handle.env.now() };
    return this.#handle.write(async (db) => {
      const [user] = await db.update(users).set(values).where(eq(users.id, id)).returning();
      if (user === undefined) throw new NotFoundError('user');
      return user;
    });
  }

  async createClient(input: { name: string }): Promise<Client> {
    const now = this.#handle.env.now();
    const row = { id: this.#handle.env.newId() as ClientId, name: input.name, createdAt: now, updatedAt: now };
    const [client] = await this.#handle.write((db) => db.insert(clients).values(row).returning());
    return client!;
  }

  async listMemberships(userId: string): Promise<Membership[]> {
    const memberships = await this.#handle.read((db) =>
      db
        .select({ client: clients, role: members.role })
        .from(members)
        .innerJoin(clients, eq(clients.id, members.clientId))
        .where(eq(members.userId, userId)),
    );
    // Sorted here: no collation of Postgres orders by UTF-16 code units.
    return memberships.sort((a, b) => compare(a.client.name, b.client.name) || compare(a.client.id, b.client.id));
  }

  async findMembership(
    userId: string,
    clientId: string,
  ): Promise<Pick<typeof members.$inferSelect, 'clientId' | 'role'> | undefined> {
    const [membership] = await this.#handle.read((db) => findMembership(db, { userId, clientId }));
    return membership;
  }

  async isEmpty(): Promise<boolean> {
    const found = await this.#handle.read((db) =>
      db.execute<{ empty: boolean }>(
        sql`select not exists (select from ${users}) and not exists (select from ${clients}) as empty`,
      ),
    );
    return found.rows[0]!.empty;
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
