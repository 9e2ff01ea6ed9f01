import type { SecondFactor, TokenPurpose } from '../../../shared/schema.ts';

export interface NewUserToken {
  userId: string;
  purpose: TokenPurpose;
  /** SHA-256 of the token, hexadecimal. */
  tokenHash: string;
  expiresAt: Date;
}

/** What users prove who they are with, beside their passwords. */
export interface CredentialsRepository {
  /**
   * Keeps a token in the place of every earlier one of the user for the same purpose.
   * @throws NotFoundError `user`
   */
  setToken(input: NewUserToken): Promise<void>;

  /**
   * Uses a token up: of many who bring the same at the same moment, one gets the user's id. Undefined when it is
   * unknown, was used, or has expired by `now` of the environment.
   */
  takeToken(purpose: TokenPurpose, tokenHash: string): Promise<string | undefined>;

  /** Undefined when the user has none; one that is not confirmed counts. */
  findSecondFactor(userId: string): Promise<SecondFactor | undefined>;

  /**
   * Gives the user a second factor that is not confirmed, in the place of one before.
   * @throws NotFoundError `user`
   */
  setSecondFactor(userId: string, sealedSecret: string): Promise<SecondFactor>;

  /**
   * Confirms the one with this secret and sets its recovery codes; false when there is none, it has another secret by
   * now, or it was confirmed before. Of many at the same moment one gets true.
   */
  confirmSecondFactor(userId: string, sealedSecret: string, recoveryHashes: string[]): Promise<boolean>;

  /** Notes that the code of this time step was used; false when it, or a later one, was before, or there is none. */
  takeStep(userId: string, step: number): Promise<boolean>;

  /** Uses a recovery code up; false when there is no such one. Of many at the same moment one gets true. */
  takeRecoveryCode(userId: string, hash: string): Promise<boolean>;

  /** Puts a newly sealed secret in the place of `before`; false when it is another by now. */
  resealSecondFactor(userId: string, before: string, sealedSecret: string): Promise<boolean>;

  /** Second factors of all users, by user id, those after `after`; at most `limit`. */
  listSecondFactors(after: string | undefined, limit: number): Promise<SecondFactor[]>;

  /** Harmless when there is none. */
  removeSecondFactor(userId: string): Promise<void>;
}
