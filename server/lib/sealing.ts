import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

/** Keeps secrets that must be read again, such as the key of a model, unreadable in storage and backups. */
export interface Sealing {
  /** `context` says what it is and whose, as in `model-key of <client>`: in another place the sealed text is worthless. */
  seal(secret: string, context: string): string;
  /** @throws SealingError when no key of the installation opens it, or it was changed or moved */
  open(sealed: string, context: string): string;
}

/** What was sealed cannot be opened: the key is gone, or the text is not what was sealed. */
export class SealingError extends Error {
  override readonly name = 'SealingError';
  constructor() {
    super('A stored secret cannot be opened with the keys of this installation.');
  }
}

const version = 'v1';
const ivBytes = 12;
const tagBytes = 16;

/** AES-256-GCM with keys of 32 bytes: the first seals, all open. */
export function createSealing(keys: readonly Buffer[]): Sealing {
  const [first] = keys;
  if (!first) throw new Error('Sealing needs a key.');
  const byName = new Map([...keys].reverse().map((key) => [nameOf(key), key]));
  return {
    seal(secret, context) {
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv('aes-256-gcm', first, iv).setAAD(Buffer.from(context));
      const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
      return [version, nameOf(first), Buffer.concat([iv, text, cipher.getAuthTag()]).toString('base64url')].join('.');
    },

    open(sealed, context) {
      const [form, name = '', body = ''] = sealed.split('.');
      const key = byName.get(name);
      const bytes = Buffer.from(body, 'base64url');
      if (form !== version || !key || bytes.length < ivBytes + tagBytes) throw new SealingError();
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivBytes));
        decipher.setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(-tagBytes));
        const text = Buffer.concat([decipher.update(bytes.subarray(ivBytes, -tagBytes)), decipher.final()]);
        return text.toString('utf8');
      } catch {
        throw new SealingError();
      }
    },
  };
}

/** Which key it was, without saying anything about it. */
function nameOf(key: Buffer): string {
  return createHash('sha256').update('confab key name').update(key).digest('base64url').slice(0, 8);
}
