import { createHmac, timingSafeEqual } from 'node:crypto';
import * as z from 'zod/mini';
import * as field from '../../../shared/contracts/fields.ts';
import { limits } from '../../../shared/limits.ts';
import type { JsonObject } from '../../../shared/schema.ts';

/** Who a visitor is, as their site has signed it. What the site leaves out is not known. */
export interface VisitorProfile {
  /** The site's own id of the visitor. */
  externalId: string;
  name?: string;
  email?: string;
  info?: JsonObject;
}

export type IdentityReading = { profile: VisitorProfile } | { failure: string };

const dayMs = 24 * 60 * 60 * 1000;

/** Between the clock of the site and ours. */
const clockSkewMs = 60_000;

const headerForm = z.object({ alg: z.unknown(), crit: z.optional(z.unknown()) });

const seconds = () => z.number('Must be a number of seconds since 1970.');

const claimsForm = z.object({
  // Kept exactly as signed: two ids that differ by a blank alone may be two people of the site.
  sub: field.text(limits.externalIdCharsMax).check(z.refine((value) => value.trim() !== '', 'Must not be empty.')),
  exp: seconds(),
  nbf: z.optional(seconds()),
  iat: z.optional(seconds()),
  name: z.nullish(field.line(limits.nameCharsMax)),
  email: z.nullish(field.email()),
  info: z.nullish(field.jsonObject(limits.identityTokenCharsMax)),
});

/**
 * Reads a JSON Web Token that a site has signed with the secret of its widget, with HMAC-SHA256 and no other way. The
 * failure is one sentence for the site's owner; it repeats nothing secret.
 */
export function readIdentityToken(secret: string, token: string, now: Date): IdentityReading {
  const [header, payload, signature, ...rest] = token.split('.');
  if (!header || !payload || signature === undefined || rest.length > 0) {
    return { failure: 'It is not a JSON Web Token of three parts.' };
  }
  const head = headerForm.safeParse(decode(header));
  if (!head.success) return { failure: 'Its header cannot be read.' };
  if (head.data.alg !== 'HS256') return { failure: 'It is not signed with HS256, the one algorithm that is taken.' };
  if (head.data.crit !== undefined) return { failure: 'Its header asks for an extension that is not known.' };
  if (!isSignature(secret, `${header}.${payload}`, signature)) {
    return { failure: 'Its signature does not fit the identity secret of this widget.' };
  }
  const claims = claimsForm.safeParse(decode(payload));
  if (!claims.success) {
    const { path, message } = claims.error.issues[0]!;
    return { failure: path.length > 0 ? `Its claim ${path.join('.')} is wrong: ${message}` : 'It holds no claims.' };
  }
  const { sub, exp, nbf, iat, name, email, info } = claims.data;
  const lifetimeMs = exp * 1000 - now.getTime();
  if (lifetimeMs <= 0) return { failure: 'It has expired.' };
  if (lifetimeMs > limits.identityLifetimeDaysMax * dayMs + clockSkewMs) {
    return { failure: `Its claim exp lies more than ${limits.identityLifetimeDaysMax} days ahead.` };
  }
  if (nbf !== undefined && nbf * 1000 > now.getTime() + clockSkewMs) return { failure: 'It is not valid yet.' };
  if (iat !== undefined && iat * 1000 > now.getTime() + clockSkewMs) {
    return { failure: 'Its claim iat lies in the future: is the clock of your server right?' };
  }
  return {
    profile: { externalId: sub, ...(name && { name }), ...(email && { email }), ...(info && { info }) },
  };
}

function isSignature(secret: string, signed: string, signature: string): boolean {
  const expected = createHmac('sha256', secret).update(signed).digest();
  const given = Buffer.from(signature, 'base64url');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function decode(part: string): unknown {
  try {
    return JSON.parse(utf8.decode(Buffer.from(part, 'base64url')));
  } catch {
    return undefined;
  }
}
