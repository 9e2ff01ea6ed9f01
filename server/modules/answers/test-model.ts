import type { testModel as endpoint } from '../../../shared/contracts/answers.ts';
import type { AnswerOf } from '../../../shared/contracts/endpoint.ts';
import type { Deps } from '../../deps.ts';
import { type Sealing, SealingError } from '../../lib/sealing.ts';
import type { ClientStorage } from '../../storage/storage.ts';
import { fetchFor } from './create-engines.ts';
import { ModelFault, streamModel } from './engines/model-stream.ts';
import type { Fetch } from './guarded-request.ts';
import { costMicros, estimateTokens, findModel, type ModelChoice, monthOf } from './model-access.ts';

type TestDeps = Pick<Deps, 'secrets' | 'now'> & { sealing: Sealing; guardedFetch: Fetch };

const times = { silenceMs: 15_000, totalMs: 30_000, afterEndMs: 1_500 };
const shownCharsMax = 500;
const hello = 'Say hello in one short sentence.';

/** Says hello to the client's model, so that its owner sees at once what is wrong. What it used counts. */
export async function testModel(
  { secrets, now, sealing, guardedFetch }: TestDeps,
  own: ClientStorage,
): Promise<AnswerOf<typeof endpoint>> {
  const started = performance.now();
  const end = (told: { model?: string; text?: string; failure?: string }) => ({
    ok: told.failure === undefined,
    model: told.model ?? null,
    text: told.text ?? null,
    failure: told.failure ?? null,
    durationMs: Math.round(performance.now() - started),
  });
  let choice: ModelChoice | undefined;
  try {
    choice = await findModel(own, undefined, { sealing, secrets });
  } catch (error) {
    if (error instanceof SealingError)
      return end({ failure: 'The stored key cannot be opened any more: enter it again.' });
    throw error;
  }
  if (!choice) return end({ failure: 'No model is set.' });
  const month = monthOf(now());
  const { monthlyCapMicros: cap } = choice;
  if (cap !== null && (await own.models.usage(month)).costMicros >= cap) {
    return end({ failure: 'This month’s budget is used up.' });
  }
  let text = '';
  const request = {
    choice,
    messages: [{ role: 'user' as const, content: hello }],
    temperature: undefined,
    fetch: fetchFor(choice, guardedFetch),
    times,
  };
  const onText = (delta: string): boolean => {
    text += delta;
    return text.length < 2_000;
  };
  try {
    const { model, usage } = await streamModel(request, onText, AbortSignal.timeout(times.totalMs));
    const tokens = usage ?? { tokensIn: estimateTokens(hello), tokensOut: estimateTokens(text) };
    await own.models.addUsage(month, { ...tokens, costMicros: costMicros(tokens, choice) });
    if (text.trim() === '') return end({ failure: 'The model answered nothing.' });
    return end({ model: model ?? choice.model, text: text.trim().slice(0, shownCharsMax) });
  } catch (error) {
    if (error instanceof ModelFault) return end({ failure: error.message });
    if ((error as Error).name === 'TimeoutError') return end({ failure: 'The model did not answer in time.' });
    throw error;
  }
}
