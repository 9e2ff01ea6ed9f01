import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { LRUCache } from 'lru-cache';
import type { Widget } from '../../../shared/schema.ts';
import type { Deps } from '../../deps.ts';
import { createSealing } from '../../lib/sealing.ts';
import { openIdentity } from '../widgets/sealed-identity.ts';
import { type IdentityReading, readIdentityToken, type VisitorProfile } from './identity-token.ts';

/** Anybody can send a bad token; how often one is written down must not be up to them. */
const anotherFailureAfterMs = 2_000;
const sameFailureAfterMs = 60_000;

export interface IdentifiedVisitor {
  visitorId: string;
  /** Whole as long as nothing is stored of the visitor; then the id alone, which storage knows the rest by. */
  profile: VisitorProfile;
}

export type IdentityCheck = (widget: Widget, identityToken: string) => Promise<IdentifiedVisitor | { failure: string }>;

/**
 * Finds the visitor that a site's token speaks of. Of one who is stored, what the token says is kept; of one who is
 * not, nothing is. Why a token is refused is kept with the widget's secret, for its owners.
 */
export function createIdentityCheck({
  storage,
  secrets,
  now,
}: Pick<Deps, 'storage' | 'secrets' | 'now'>): IdentityCheck {
  const sealing = createSealing(secrets.sealingKeys);
  const failures = new LRUCache<string, { reason: string; atMs: number }>({ max: 1_000 });

  async function noteFailure({ clientId, id }: Widget, reason: string): Promise<void> {
    const atMs = now().getTime();
    const last = failures.get(id);
    const quietMs = last?.reason === reason ? sameFailureAfterMs : anotherFailureAfterMs;
    if (last && atMs - last.atMs < quietMs) return;
    failures.set(id, { reason, atMs });
    await storage.forClient(clientId).identities.noteFailure(id, reason);
  }

  return async (widget, identityToken) => {
    const { clientId, id: widgetId } = widget;
    const own = storage.forClient(clientId);
    const identity = await own.identities.find(widgetId);
    const reading: IdentityReading = identity
      ? readIdentityToken(openIdentity(identity, sealing), identityToken, now())
      : { failure: 'This widget has no identity secret: make one in its settings.' };
    if ('failure' in reading) {
      await noteFailure(widget, reading.failure);
      return reading;
    }
    const { profile } = reading;
    const { externalId, ...told } = profile;
    const asNew = { visitorId: identifiedVisitorId(widgetId, externalId), profile };
    const known = await own.visitors.findByExternalId(widgetId, externalId);
    if (!known) return asNew;
    const info = { ...known.info, ...told.info };
    const isNews = !isDeepStrictEqual({ ...known, ...told, info }, known);
    // Erased meanwhile: nothing is stored before the next first message.
    if (isNews && !(await own.visitors.update(known.id, { ...told, info }))) return asNew;
    return { visitorId: known.id, profile: { externalId } };
  };
}

/**
 * The id under which a visitor is stored with their first message, the same in every tab and process, so that two first
 * messages at once make one visitor. A UUID of version 8.
 */
function identifiedVisitorId(widgetId: string, externalId: string): string {
  const bytes = createHash('sha256').update(`${widgetId}\n${externalId}`).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
