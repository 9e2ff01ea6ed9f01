import type { WidgetIdentity } from '../../../shared/schema.ts';
import type { Sealing } from '../../lib/sealing.ts';

type Whose = Pick<WidgetIdentity, 'clientId' | 'widgetId'>;

/** What an identity secret is sealed for; sealed for one widget it is worthless for another. */
export const identityContext = ({ clientId, widgetId }: Whose): string => `identity secret of ${clientId} ${widgetId}`;

/** Secrets that were stored before they were sealed begin like this, and are good as they are. */
const unsealedPrefix = 'wis_';

export function isUnsealed(stored: string): boolean {
  return stored.startsWith(unsealedPrefix);
}

/** The secret that a site signs with. @throws SealingError when it cannot be opened any more */
export function openIdentity(identity: WidgetIdentity, sealing: Sealing): string {
  return isUnsealed(identity.secret) ? identity.secret : sealing.open(identity.secret, identityContext(identity));
}
