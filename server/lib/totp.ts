import { createHmac, timingSafeEqual } from 'node:crypto';

/** One-time codes from a shared key and the time (RFC 6238): SHA-1, 6 digits, 30 seconds, as every authenticator app makes them. */
const stepSeconds = 30;
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The code of a time step, which is counted since 1970. */
export function totpCode(key: Buffer, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', key).update(counter).digest();
  const offset = mac.at(-1)! & 15;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/** The time step of the code, which may be one early or late, since clocks differ; undefined when it is none of those. */
export function stepOfCode(key: Buffer, code: string, now: Date): number | undefined {
  const given = Buffer.from(code.replace(/\s/g, ''));
  const current = stepAt(now);
  return [current, current - 1, current + 1].find((step) => {
    const wanted = Buffer.from(totpCode(key, step));
    return wanted.length === given.length && timingSafeEqual(wanted, given);
  });
}

export function stepAt(now: Date): number {
  return Math.floor(now.getTime() / 1000 / stepSeconds);
}

/** Base 32 without padding, as apps take a key that is typed in. */
export function base32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? []).map((five) => alphabet[Number.parseInt(five.padEnd(5, '0'), 2)]).join('');
}

/** What a QR code holds, so that an app knows the key and what it is for. */
export function totpUri(key: Buffer, account: string): string {
  return `otpauth://totp/Confab:${encodeURIComponent(account)}?secret=${base32(key)}&issuer=Confab`;
}
