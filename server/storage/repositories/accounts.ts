import type { ClientId } from '../../../shared/ids.ts';
import type { Role } from '../../../shared/permissions.ts';
import type { Client, JsonObject, User } from '../../../shared/schema.ts';

export interface NewUser {
  /** Lower case and trimmed by the caller. */
  email: string;
  name: string;
  passwordHash: string;
  info?: JsonObject;
}

export type UserPatch = Partial<Pick<User, 'email' | 'name' | 'passwordHash' | 'info'>>;

export interface Membership {
  client: Client;
  role: Role;
}

/** Users, and which clients they belong to. The only place besides rows of the directory where a `ClientId` is born. */
export interface AccountsRepository {
  /** @throws ConflictError `email_taken` */
  createUser(input: NewUser): Promise<User>;

  /** Undefined when there is none. */
  findUser(id: string): Promise<User | undefined>;

  /** By exact address, which is kept in lower case. Undefined when there is none. */
  findUserByEmail(email: string): Promise<User | undefined>;

  /**
   * Changes the given fields and `updatedAt`; `info` is replaced whole.
   * @throws NotFoundError `user`
   * @throws ConflictError `email_taken`
   */
  updateUser(id: string, patch: UserPatch): Promise<User>;

  /** A new tenant without members. */
  createClient(input: { name: string }): Promise<Client>;

  /** Every client the user belongs to, by name (in code unit order), then id. Empty for an unknown user. */
  listMemberships(userId: string): Promise<Membership[]>;

  /** The proof that a user may act for a client. Undefined when not a member, or when either does not exist. */
  findMembership(userId: string, clientId: string): Promise<{ clientId: ClientId; role: Role } | undefined>;

  /** Whether there is neither a user nor a client. */
  isEmpty(): Promise<boolean>;
}
