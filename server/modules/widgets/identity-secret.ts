import type { Widget, WidgetIdentity } from '../../../shared/schema.ts';
import { randomToken } from '../../lib/secrets.ts';
import { NotFoundError } from '../../storage/errors.ts';
import type { ClientStorage } from '../../storage/storage.ts';
import { recordWidgetChange, type WidgetActor } from './record-widget-change.ts';

interface Wish {
  widgetId: string;
  by: WidgetActor;
}

/**
 * Gives the widget a new secret for signing who its visitors are; what was signed with the one before is worthless from
 * then on. Call it with the storage of a transaction. @throws NotFoundError `widget`
 */
export async function rotateIdentitySecret(own: ClientStorage, { widgetId, by }: Wish): Promise<WidgetIdentity> {
  const widget = await foundWidget(own, widgetId);
  const isFirst = (await own.identities.find(widget.id)) === undefined;
  const identity = await own.identities.set(widget.id, `wis_${randomToken(32)}`);
  await recordWidgetChange(own, by, { widget, verb: isFirst ? 'identitySecretMade' : 'identitySecretRotated' });
  return identity;
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
