import type { Webhook, WebhookDelivery } from '../../../shared/schema.ts';
import { FetchError } from '../../lib/fetch-error.ts';
import type { GuardedFetch, OpenedResponse } from '../../lib/guarded-fetch.ts';
import { type Sealing, SealingError } from '../../lib/sealing.ts';
import type { DeliveryOutcome } from '../../storage/repositories/delivery-queue.ts';
import { currentSpan } from '../../tracing/tracing.ts';
import { deliveryBody } from './delivery.presenter.ts';
import { outgoingSecretContext, sealedSecretsOf, signedHeaders } from './outgoing-secret.ts';
import { attemptsMax, retryAfterMs, retryDelayMs } from './retry-schedule.ts';

export interface SendDeps {
  web: Pick<GuardedFetch, 'open'>;
  sealing: Sealing;
  now(): Date;
}

/** From the look-up of the name to the answer. */
const timeMsMax = 10_000;
const responseBytesMax = 64 * 1024;
/** Of the answer, kept for the owner to see. */
const responseCharsMax = 1_000;

/** How an attempt ended; `isGone`: the receiver wants nothing more, ever. */
export type Sent = DeliveryOutcome & { isGone: boolean };

/**
 * Sends a delivery once. A 2xx is success; 410 is the receiver's word that it is gone; everything else is tried again
 * until the last attempt, unless it was asked for by hand. Redirects are not followed: a body must not go where its owner
 * did not send it.
 * @throws the signal's reason when it was aborted; nothing is known of the attempt then
 */
export async function sendDelivery(
  { web, sealing, now }: SendDeps,
  { webhook, delivery, signal }: { webhook: Webhook; delivery: WebhookDelivery; signal: AbortSignal },
): Promise<Sent> {
  const begun = performance.now();
  const durationMs = () => Math.round(performance.now() - begun);

  function failed(failure: string, response?: { status: number; text: string; askedMs: number }): Sent {
    const delayMs = delivery.byHand ? undefined : retryDelayMs(delivery.attempts, response?.askedMs);
    const isGone = response?.status === 410;
    const isOver = delayMs === undefined || isGone || delivery.attempts >= attemptsMax;
    return {
      state: isOver ? 'failed' : 'pending',
      nextTryAt: isOver ? undefined : new Date(now().getTime() + delayMs),
      httpStatus: response?.status ?? null,
      failure,
      durationMs: durationMs(),
      response: response?.text ?? null,
      isGone,
    };
  }

  const body = JSON.stringify(deliveryBody(delivery));
  let response: OpenedResponse;
  try {
    const secrets = openedSecrets(sealing, webhook, now());
    response = await web.open(webhook.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Confab',
        ...traceHeaders(),
        ...signedHeaders(secrets, { id: delivery.id, body, now: now() }),
      },
      body,
      bytesMax: responseBytesMax,
      timeMsMax,
      redirectsMax: 0,
      signal,
    });
  } catch (error) {
    if (error instanceof SealingError) return failed(`${error.message} Make a new one.`);
    if (error instanceof FetchError) return failed(error.message);
    throw error;
  }
  const { status, headers } = response;
  const text = await beginningOf(response);
  if (status >= 200 && status < 300) {
    const arrived = { state: 'delivered', httpStatus: status, failure: null, response: text } as const;
    return { ...arrived, durationMs: durationMs(), isGone: false };
  }
  const askedMs = retryAfterMs(headers['retry-after'], now());
  return failed(sentenceOf(status), { status, text, askedMs });
}

/** @throws SealingError when the present one cannot be opened; the one before is then of no use either */
function openedSecrets(sealing: Sealing, webhook: Webhook, now: Date): string[] {
  const { present, previous } = sealedSecretsOf(webhook, now);
  const context = outgoingSecretContext(webhook);
  const secrets = [sealing.open(present, context)];
  try {
    if (previous !== undefined) secrets.push(sealing.open(previous, context));
  } catch (error) {
    // Receivers that know the present one can still tell who sent it.
    if (!(error instanceof SealingError)) throw error;
  }
  return secrets;
}

/** Tells the receiver of the trace it is in, where there is one. */
function traceHeaders(): Record<string, string> {
  const span = currentSpan();
  return span === undefined ? {} : { traceparent: span.traceparent };
}

function sentenceOf(status: number): string {
  if (status === 410) return 'The receiver answered 410: it wants no more deliveries.';
  if (status >= 300 && status < 400) {
    return `The receiver answered ${status}, a redirect, which is not followed: enter the address it leads to.`;
  }
  return `The receiver answered ${status}.`;
}

/** As much of the answer as is kept. That it does not end, or breaks off, changes nothing of what its status has said. */
async function beginningOf(response: OpenedResponse): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const piece of response.body) {
      pieces.push(piece);
      bytes += piece.length;
      if (bytes > responseCharsMax * 4) break;
    }
  } catch {
    // What has come is shown.
  }
  response.discard();
  const text = new TextDecoder().decode(Buffer.concat(pieces)).replaceAll('\0', '\ufffd');
  // Not between the halves of a character.
  return text.slice(0, responseCharsMax).replace(/[\uD800-\uDBFF]$/, '');
}
