import { createHmac, timingSafeEqual } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { uuidPattern } from '../../../shared/ids.ts';
import type { Widget } from '../../../shared/schema.ts';
import type { Deps } from '../../deps.ts';
import type { VisitorCaller } from '../../http/route.ts';
import type { VisitorProfile } from './identity-token.ts';

/** What the server says of the holder of a token. */
export interface VisitorClaims {
  visitorId: string;
  widgetId: string;
  /** By which the widget is found without asking every client. */
  publicKey: string;
  expiresAt: Date;
  /** Set when the site has said who it is. */
  profile?: VisitorProfile;
}

/** Finds widgets that are not archived; what it answers is fresh or at most seconds old. */
export interface WidgetLookup {
  findByPublicKey(publicKey: string): Promise<Widget | undefined>;
}

const dayMs = 24 * 60 * 60 * 1000;

export const visitorTokenLifetimeMs = 30 * dayMs;

/** How long after its end a token still brings its visitor back to their conversations. */
export const renewableForMs = 30 * dayMs;

/** The site says anew who its visitor is with every page; between its words a token lasts a long day at a desk. */
export const identifiedTokenLifetimeMs = dayMs;

/** When the token was made. */
export function issuedAt({ expiresAt, profile }: Pick<VisitorClaims, 'expiresAt' | 'profile'>): Date {
  return new Date(expiresAt.getTime() - (profile ? identifiedTokenLifetimeMs : visitorTokenLifetimeMs));
}

/** Bounds the memory of the tokens known to be good: some 20,000 of anonymous visitors. */
const rememberedTokenCharsMax = 5_000_000;

/** Whose tokens are refused at once. Those of others reach nothing any more, and begin nothing. */
const rememberedErasuresMax = 10_000;

const version = 'v1';

/** A compact token: claims in the open, signed with the first key (HMAC-SHA256). */
export function signVisitorToken(keys: readonly Buffer[], claims: VisitorClaims): string {
  const { visitorId, widgetId, publicKey, expiresAt, profile } = claims;
  const said = JSON.stringify([visitorId, widgetId, publicKey, expiresAt.getTime(), ...(profile ? [profile] : [])]);
  const body = `${version}.${Buffer.from(said).toString('base64url')}`;
  return `${body}.${signatureOf(keys[0]!, body)}`;
}

/** What a token says, when one of the keys signed it; undefined otherwise. Whether it has expired is not looked at. */
export function readVisitorToken(keys: readonly Buffer[], token: string): VisitorClaims | undefined {
  const signatureAt = token.lastIndexOf('.');
  if (signatureAt < 0 || !token.startsWith(`${version}.`)) return undefined;
  const body = token.slice(0, signatureAt);
  const signature = Buffer.from(token.slice(signatureAt + 1));
  const isSigned = keys.some((key) => {
    const expected = Buffer.from(signatureOf(key, body));
    return expected.length === signature.length && timingSafeEqual(expected, signature);
  });
  return isSigned ? readClaims(body.slice(version.length + 1)) : undefined;
}

function signatureOf(key: Buffer, body: string): string {
  return createHmac('sha256', key).update(body).digest('base64url');
}

function readClaims(encoded: string): VisitorClaims | undefined {
  try {
    const [visitorId, widgetId, publicKey, expiry, profile] = JSON.parse(Buffer.from(encoded, 'base64url').toString());
    const isWellFormed = uuidPattern.test(visitorId) && uuidPattern.test(widgetId) && typeof publicKey === 'string';
    const claims = { visitorId, widgetId, publicKey, expiresAt: new Date(expiry), ...(profile && { profile }) };
    return isWellFormed ? claims : undefined;
  } catch {
    // Signed by us in a form this version does not write.
    return undefined;
  }
}

/**
 * The check behind every request of a visitor. A token seen before costs no cryptography; the widget is asked for each
 * time, so that one that was archived, switched off or given a new key lets nobody in.
 */
export function createVisitorCheck(
  deps: Pick<Deps, 'secrets' | 'storage' | 'now'> & Partial<Pick<Deps, 'bus'>>,
  widgets: WidgetLookup,
): (token: string) => Promise<VisitorCaller | undefined> {
  const remembered = new LRUCache<string, VisitorClaims>({
    maxSize: rememberedTokenCharsMax,
    sizeCalculation: (_claims, token) => token.length,
  });
  const erased = new LRUCache<string, Date>({ max: rememberedErasuresMax });
  deps.bus?.subscribe('visitor.erased', ({ visitorId }) => {
    erased.set(visitorId, deps.now());
    // A token may hold a name and an address.
    for (const [token, claims] of remembered.entries()) if (claims.visitorId === visitorId) remembered.delete(token);
  });
  return async (token) => {
    let claims = remembered.get(token);
    if (!claims) {
      claims = readVisitorToken(deps.secrets.visitorTokenKeys, token);
      if (!claims) return undefined;
      if (!erased.has(claims.visitorId)) remembered.set(token, claims);
    }
    if (claims.expiresAt <= deps.now()) return undefined;
    const erasedAt = erased.get(claims.visitorId);
    if (erasedAt && issuedAt(claims) <= erasedAt) return undefined;
    const widget = await widgets.findByPublicKey(claims.publicKey);
    if (!widget || widget.id !== claims.widgetId || widget.archivedAt || widget.status !== 'active') return undefined;
    const { clientId } = widget;
    const storage = deps.storage.forClient(clientId);
    const { visitorId, profile } = claims;
    return { kind: 'visitor', visitorId, profile, tokenIssuedAt: issuedAt(claims), widget, clientId, storage };
  };
}
