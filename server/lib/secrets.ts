import { createHash, randomBytes } from 'node:crypto';

/** SHA-256, hexadecimal: how secrets that are random enough to need no salt (API keys, link tokens) are stored. */
export function sha256Hex(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** `bytes` random bytes as text that is safe in addresses and headers. */
export function randomToken(bytes: number): string {
  return randomBytes(bytes).toString('base64url');
}
