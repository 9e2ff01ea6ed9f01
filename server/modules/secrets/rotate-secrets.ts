import type { ClientId } from '../../../shared/ids.ts';
import type { ModelSettings, Webhook, WebhookSecret, WidgetIdentity } from '../../../shared/schema.ts';
import { type Sealing, SealingError } from '../../lib/sealing.ts';
import type { TransferRow } from '../../storage/repositories/transfer.ts';
import type { IStorage } from '../../storage/storage.ts';
import { sealingContextOf } from '../accounts/second-factor.ts';
import { webhookSecretContext } from '../answers/create-engines.ts';
import { modelKeyContext } from '../answers/model-access.ts';
import { outgoingSecretContext } from '../webhooks/outgoing-secret.ts';
import { identityContext, isUnsealed } from '../widgets/sealed-identity.ts';

/** How a table keeps a secret. */
export interface SealedTable {
  name: string;
  column: string;
  contextOf(row: TransferRow): string;
}

/** Where clients' secrets are kept; those of accounts are kept with their second factor. */
export const sealedTables: readonly SealedTable[] = [
  {
    name: 'model_settings',
    column: 'sealedApiKey',
    contextOf: (row) => modelKeyContext((row as ModelSettings).clientId),
  },
  {
    name: 'webhook_secrets',
    column: 'sealedSecret',
    contextOf: (row) => webhookSecretContext((row as WebhookSecret).clientId, (row as WebhookSecret).widgetId),
  },
  { name: 'webhooks', column: 'sealedSecret', contextOf: (row) => outgoingSecretContext(row as Webhook) },
  { name: 'webhooks', column: 'previousSealedSecret', contextOf: (row) => outgoingSecretContext(row as Webhook) },
  { name: 'widget_identities', column: 'secret', contextOf: (row) => identityContext(row as WidgetIdentity) },
];

const rowsAtOnce = 100;

export interface Rotated {
  /** Sealed with the first key now. */
  sealed: number;
  /** Left as they were: no key of the installation opens them. */
  lost: string[];
}

/**
 * Seals every stored secret anew with the first key, so that the others can be taken off the list. May be repeated, and
 * run beside a server. An owner who replaces a secret at the very moment its row is written may have to do so again.
 */
export async function rotateSecrets(storage: IStorage, sealing: Sealing): Promise<Rotated> {
  const rotated: Rotated = { sealed: 0, lost: [] };
  const anew = (stored: string, context: string): string | undefined => {
    try {
      const secret = isUnsealed(stored) ? stored : sealing.open(stored, context);
      return sealing.seal(secret, context);
    } catch (error) {
      if (!(error instanceof SealingError)) throw error;
      rotated.lost.push(context);
      return undefined;
    }
  };

  for (let after: string | undefined; ; ) {
    const factors = await storage.credentials.listSecondFactors(after, rowsAtOnce);
    for (const { id, sealedSecret } of factors) {
      const fresh = anew(sealedSecret, sealingContextOf(id));
      if (fresh && (await storage.credentials.resealSecondFactor(id, sealedSecret, fresh))) rotated.sealed++;
    }
    after = factors.at(-1)?.id;
    if (after === undefined) break;
  }
  const clients = await storage.transfer.snapshot(async (reader) => {
    const ids: ClientId[] = [];
    for (let after: TransferRow | undefined; ; ) {
      const rows = await reader.read('clients', { limit: rowsAtOnce, ...(after && { after }) });
      ids.push(...rows.map(({ id }) => id as ClientId));
      after = rows.at(-1);
      if (after === undefined) return ids;
    }
  });
  for (const clientId of clients) {
    for (const table of sealedTables) rotated.sealed += await rotateTable(storage, clientId, table, anew);
  }
  return rotated;
}

async function rotateTable(
  storage: IStorage,
  clientId: ClientId,
  { name, column, contextOf }: SealedTable,
  anew: (stored: string, context: string) => string | undefined,
): Promise<number> {
  let sealed = 0;
  for (let after: TransferRow | undefined; ; ) {
    const rows = await storage.transfer.snapshot((reader) =>
      reader.read(name, { clientId, limit: rowsAtOnce, ...(after && { after }) }),
    );
    for (const row of rows) {
      const stored = row[column] as string | null;
      const fresh = stored === '' || stored === null ? undefined : anew(stored, contextOf(row));
      if (fresh === undefined) continue;
      await storage.transfer.put(name, [{ ...row, [column]: fresh }]);
      sealed++;
    }
    after = rows.at(-1);
    if (after === undefined) return sealed;
  }
}
