import type { Widget, WidgetIdentity } from '../../../shared/schema.ts';
import type { Sealing } from '../../lib/sealing.ts';
import { randomToken } from '../../lib/secrets.ts';
import { NotFoundError } from '../../storage/errors.ts';
import type { ClientStorage } from '../../storage/storage.ts';
import { recordWidgetChange, type WidgetActor } from './record-widget-change.ts';
import { identityContext } from './sealed-identity.ts';

interface Wish {
  widgetId: string;
  by: WidgetActor;
}

interface SealingWish extends Wish {
  sealing: Sealing;
}

/**
 * Gives the widget a new secret for signing who its visitors are; what was signed with the one before is worthless from
 * then on. It is stored sealed and answered open. Call it with the storage of a transaction. @throws NotFoundError `widget`
 */
export async function rotateIdentitySecret(
  own: ClientStorage,
  { widgetId, by, sealing }: SealingWish,
): Promise<WidgetIdentity> {
  const widget = await foundWidget(own, widgetId);
  const isFirst = (await own.identities.find(widget.id)) === undefined;
  const secret = `wis_${randomToken(32)}`;
  const sealed = sealing.seal(secret, identityContext({ clientId: own.clientId, widgetId: widget.id }));
  const identity = await own.identities.set(widget.id, sealed);
  await recordWidgetChange(own, by, { widget, verb: isFirst ? 'identitySecretMade' : 'identitySecretRotated' });
  return { ...identity, secret };
}

/** Takes the secret away, if there is one. Call it with the storage of a transaction. @throws NotFoundError `widget` */
export async function removeIdentitySecret(own: ClientStorage, { widgetId, by }: Wish): Promise<void> {
  const widget = await foundWidget(own, widgetId);
  if (!(await own.identities.find(widget.id))) return;
  await own.identities.remove(widget.id);
  await recordWidgetChange(own, by, { widget, verb: 'identitySecretRemoved' });
}

async function foundWidget(own: ClientStorage, widgetId: string): Promise<Widget> {
  const widget = await own.widgets.find(widgetId);
  if (!widget) throw new NotFoundError('widget');
  return widget;
}
