import type { AnswerOf, InputOf } from '../../../shared/contracts/endpoint.ts';
import type { openVisitorSession as endpoint } from '../../../shared/contracts/visitor.ts';
import type { Widget } from '../../../shared/schema.ts';
import type { Deps } from '../../deps.ts';
import { wasErased } from '../privacy/was-erased.ts';
import type { IdentityCheck } from './identity-check.ts';
import {
  identifiedTokenLifetimeMs,
  readVisitorToken,
  renewableForMs,
  signVisitorToken,
  visitorTokenLifetimeMs,
} from './visitor-token.ts';

type SessionDeps = Pick<Deps, 'secrets' | 'storage' | 'now' | 'newId'> & { checkIdentity: IdentityCheck };

/**
 * A fresh token for the widget. Whom the site names in a good `identityToken` is that visitor. Whoever else sends one of
 * this widget's tokens of an anonymous visitor, valid or not long expired, stays the same, also under a new public key.
 * Everybody else becomes a new one, so that nobody finds the chat of a person who was identified in this browser
 * before, and nobody comes back who was erased. Nothing is stored of a visitor of whom nothing is stored yet.
 */
export async function openVisitorSession(
  deps: SessionDeps,
  widget: Widget,
  { token: formerToken, identityToken }: InputOf<typeof endpoint>['body'],
): Promise<AnswerOf<typeof endpoint>> {
  const { secrets, now, newId } = deps;
  const keys = secrets.visitorTokenKeys;
  const identified = identityToken === undefined ? undefined : await deps.checkIdentity(widget, identityToken);
  const failure = identified && 'failure' in identified ? identified.failure : null;
  const claims = { widgetId: widget.id, publicKey: widget.publicKey };

  if (identified && !('failure' in identified)) {
    const { visitorId, profile } = identified;
    const expiresAt = new Date(now().getTime() + identifiedTokenLifetimeMs);
    const token = signVisitorToken(keys, { ...claims, visitorId, expiresAt, profile });
    return { token, visitorId, expiresAt: expiresAt.toISOString(), identity: 'identified', identityFailure: null };
  }
  const former = formerToken === undefined ? undefined : readVisitorToken(keys, formerToken);
  const isOwn = former?.widgetId === widget.id && former.expiresAt.getTime() + renewableForMs > now().getTime();
  const isBack = isOwn && !former.profile && !(await wasErased(deps.storage.forClient(widget.clientId), former));
  const visitorId = isBack ? former.visitorId : newId();
  const expiresAt = new Date(now().getTime() + visitorTokenLifetimeMs);
  const token = signVisitorToken(keys, { ...claims, visitorId, expiresAt });
  const identity = failure === null ? 'anonymous' : 'refused';
  return { token, visitorId, expiresAt: expiresAt.toISOString(), identity, identityFailure: failure };
}
