import type { Role } from '../../../shared/permissions.ts';
import type { Member } from '../../../shared/schema.ts';

/** A member together with what others may see of the user. */
export interface MemberWithUser extends Member {
  name: string;
  email: string;
}

export interface MembersRepository {
  /**
   * @throws NotFoundError `client`, `user`
   * @throws ConflictError `already_member`
   */
  add(input: { userId: string; role: Role }): Promise<Member>;

  /** Undefined when not a member. */
  find(userId: string): Promise<MemberWithUser | undefined>;

  /** All members, earliest first (`createdAt`, then user id, both ascending). */
  list(): Promise<MemberWithUser[]>;

  /**
   * @throws NotFoundError `member`
   * @throws ConflictError `last_owner` when it would take the role from the client's only owner, also under concurrency
   */
  setRole(userId: string, role: Role): Promise<Member>;

  /**
   * Removes the membership and, at once, takes the person's conversations off them (`assigneeId` becomes null,
   * `updatedAt` stays).
   * @throws NotFoundError `member`
   * @throws ConflictError `last_owner` when it is the client's only owner, also under concurrency
   */
  remove(userId: string): Promise<void>;
}
