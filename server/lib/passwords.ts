import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';

/** Hashes passwords and checks them. */
export interface Passwords {
  /** A self-describing hash string: algorithm, parameters and salt are part of it. */
  hash(password: string): Promise<string>;

  /**
   * Compares a password with a hash. Without a hash (an unknown user) it costs as much as with one and never matches,
   * so that the time of the answer does not tell whether there is such a user.
   * @throws Error when the hash is of a kind that cannot be computed here
   */
  verify(hash: string | undefined, password: string): Promise<PasswordCheck>;
}

export interface PasswordCheck {
  matches: boolean;
  /** Whether the hash was made with another algorithm or other parameters than a new one would be. */
  outdated: boolean;
}

type Argon2 = Pick<typeof import('@node-rs/argon2'), 'hash' | 'verify'>;

/** One way of hashing, with the parameters that new hashes get. */
interface Algorithm {
  /** What every hash made with the current parameters starts with. */
  prefix: string;
  /** A hash nobody has the password of. */
  nobodys: string;
  hash(password: string): Promise<string>;
}

/** 19 MiB and two passes, as OWASP advises for argon2id. */
const argon2Parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
const argon2Prefix = '$argon2id$v=19$m=19456,t=2,p=1$';
const nobodysSalt = 'A'.repeat(22);
const nobodysKey = 'A'.repeat(43);

/** 32 MiB and three lanes, as OWASP advises for scrypt. */
const scryptParameters = { ln: 15, r: 8, p: 3 } as const;
const scryptPrefix = '$scrypt$ln=15,r=8,p=3$';
const scryptKeyBytes = 32;

/**
 * Passwords hashed with argon2id, or with scrypt on a machine for which @node-rs/argon2 has no build. The native module
 * is loaded with the first password, so that the server's start does not wait for it.
 */
export function createPasswords(
  loadArgon2: () => Promise<Argon2> = async () => await import('@node-rs/argon2'),
): Passwords {
  let loading: Promise<Argon2 | undefined> | undefined;
  const argon2 = () => {
    loading ??= loadArgon2().catch(() => undefined);
    return loading;
  };
  const current = async (): Promise<Algorithm> => {
    const module = await argon2();
    return module ? argon2idOf(module) : scryptOnly;
  };

  return {
    async hash(password) {
      return (await current()).hash(password);
    },
    async verify(hash, password) {
      const algorithm = await current();
      const given = hash ?? algorithm.nobodys;
      const matches = given.startsWith('$scrypt$')
        ? await verifyScrypt(given, password)
        : await verifyArgon2(given, password, await argon2());
      return { matches: matches && hash !== undefined, outdated: !given.startsWith(algorithm.prefix) };
    },
  };
}

function argon2idOf(module: Argon2): Algorithm {
  return {
    prefix: argon2Prefix,
    nobodys: `${argon2Prefix}${nobodysSalt}$${nobodysKey}`,
    hash: (password) => module.hash(password, argon2Parameters),
  };
}

async function verifyArgon2(hash: string, password: string, module: Argon2 | undefined): Promise<boolean> {
  if (!module) throw new Error('An argon2 hash cannot be checked here: @node-rs/argon2 has no build for this machine.');
  return module.verify(hash, password);
}

const scryptOnly: Algorithm = {
  prefix: scryptPrefix,
  nobodys: `${scryptPrefix}${nobodysSalt}$${nobodysKey}`,
  async hash(password) {
    const salt = randomBytes(16);
    const key = await deriveKey(password, salt, scryptParameters);
    return `${scryptPrefix}${unpadded(salt)}$${unpadded(key)}`;
  },
};

async function verifyScrypt(hash: string, password: string): Promise<boolean> {
  const [, ln, r, p, salt, key] =
    /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(hash) ?? [];
  if (salt === undefined || key === undefined) throw new Error('A password hash is of unknown form.');
  const expected = Buffer.from(key, 'base64');
  const parameters = { ln: Number(ln), r: Number(r), p: Number(p) };
  const actual = await deriveKey(password, Buffer.from(salt, 'base64'), parameters);
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

function deriveKey(
  password: string,
  salt: Buffer,
  { ln, r, p }: { ln: number; r: number; p: number },
): Promise<Buffer> {
  const N = 2 ** ln;
  const options: ScryptOptions = { N, r, p, maxmem: 256 * N * r };
  return new Promise((resolve, reject) => {
    scrypt(password, salt, scryptKeyBytes, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

const unpadded = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
