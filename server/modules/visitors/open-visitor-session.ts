import type { AnswerOf } from '../../../shared/contracts/endpoint.ts';
import type { openVisitorSession as endpoint } from '../../../shared/contracts/visitor.ts';
import type { Widget } from '../../../shared/schema.ts';
import type { Deps } from '../../deps.ts';
import { readVisitorToken, signVisitorToken, visitorTokenLifetimeMs } from './visitor-token.ts';

/** How long after its end a token still brings its visitor back to their conversations. */
const renewableForMs = 30 * 24 * 60 * 60 * 1000;

/**
 * A fresh token for the widget. Whoever sends one of this widget's tokens, valid or not long expired, stays the same
 * visitor, also under a new public key; everybody else becomes a new one. Nothing is stored.
 */
export function openVisitorSession(
  { secrets, now, newId }: Pick<Deps, 'secrets' | 'now' | 'newId'>,
  widget: Widget,
  formerToken: string | undefined,
): AnswerOf<typeof endpoint> {
  const keys = secrets.visitorTokenKeys;
  const former = formerToken === undefined ? undefined : readVisitorToken(keys, formerToken);
  const isOwn = former?.widgetId === widget.id && former.expiresAt.getTime() + renewableForMs > now().getTime();
  const visitorId = isOwn ? former.visitorId : newId();
  const expiresAt = new Date(now().getTime() + visitorTokenLifetimeMs);
  const token = signVisitorToken(keys, { visitorId, widgetId: widget.id, publicKey: widget.publicKey, expiresAt });
  return { token, visitorId, expiresAt: expiresAt.toISOString(), identity: 'anonymous', identityFailure: null };
}
