import type { Passwords } from '../lib/passwords.ts';

export interface CountingPasswords extends Passwords {
  hashed: number;
  verified: number;
  /** Whether hashes count as made the old way. */
  outdated: boolean;
}

/** Passwords that cost nothing, for tests of what is around them, and that count how often they are asked. */
export function createCountingPasswords(): CountingPasswords {
  return {
    hashed: 0,
    verified: 0,
    outdated: false,
    async hash(password) {
      this.hashed++;
      return `counted${this.hashed}:${password}`;
    },
    async verify(hash, password) {
      this.verified++;
      return { matches: hash !== undefined && hash.replace(/^\w+:/, '') === password, outdated: this.outdated };
    },
  };
}
