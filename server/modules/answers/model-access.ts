import type { ModelAccess, Secrets } from '../../config.ts';
import type { Sealing } from '../../lib/sealing.ts';
import type { ClientStorage } from '../../storage/storage.ts';

/** The model to ask, and whether it is the client's own: then its address is a stranger's. */
export interface ModelChoice extends ModelAccess {
  isOwn: boolean;
}

/** What a client's model key is sealed for; sealed for one client it is worthless for another. */
export const modelKeyContext = (clientId: string) => `model key of ${clientId}`;

/**
 * The client's own model, else the installation's; undefined when there is neither. A widget may name another model of
 * the client's own endpoint; what the installation pays for is the installation's choice.
 * @throws SealingError when the stored key cannot be opened any more
 */
export async function findModel(
  own: ClientStorage,
  widgetModel: string | undefined,
  { sealing, secrets }: { sealing: Sealing; secrets: Pick<Secrets, 'installationModel'> },
): Promise<ModelChoice | undefined> {
  const settings = await own.models.find();
  if (!settings) return secrets.installationModel && { ...secrets.installationModel, isOwn: false };
  const { baseUrl, model, sealedApiKey, priceInMicros, priceOutMicros, monthlyCapMicros } = settings;
  const apiKey = sealedApiKey === '' ? '' : sealing.open(sealedApiKey, modelKeyContext(own.clientId));
  const named = widgetModel?.trim() ? widgetModel.trim() : model;
  return { baseUrl, model: named, apiKey, priceInMicros, priceOutMicros, monthlyCapMicros, isOwn: true };
}

/** The calendar month (UTC) in which something is counted, as in `2026-11`. */
export const monthOf = (at: Date): string => at.toISOString().slice(0, 7);

/** Millionths of the owner's currency; rounded up, so that many small answers are not free. */
export function costMicros(
  { tokensIn, tokensOut }: { tokensIn: number; tokensOut: number },
  { priceInMicros, priceOutMicros }: Pick<ModelAccess, 'priceInMicros' | 'priceOutMicros'>,
): number {
  return Math.ceil((tokensIn * priceInMicros + tokensOut * priceOutMicros) / 1_000_000);
}

/** For endpoints that do not say what they used: about four letters to a token, one where there are no blanks. */
export function estimateTokens(text: string): number {
  const unspaced = text.match(/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]/gu)?.length ?? 0;
  return Math.ceil((text.length - unspaced) / 4 + unspaced);
}
