import type { TriedAnswerView } from '../../../shared/contracts/answers.ts';
import type { AnswerEngine } from '../../../shared/knowledge-vocabulary.ts';
import type { Deps } from '../../deps.ts';
import { NotFoundError } from '../../storage/errors.ts';
import type { ClientStorage } from '../../storage/storage.ts';
import { type Engines, runChain } from './answer-chain.ts';
import { answerLanguageOf } from './answer-language.ts';
import { intentOf } from './intents.ts';
import { personCalledWords } from './person-words.ts';
import { ProgressTeller } from './progress.ts';
import { presentAccount } from './receipt.presenter.ts';
import { retrieve } from './retrieve.ts';
import { wordResult, wordSmallTalk } from './word-answer.ts';

interface Trial {
  own: ClientStorage;
  widgetId: string;
  text: string;
  /** In place of the widget's. */
  engine: AnswerEngine | undefined;
}

const deadlineMs = 120_000;

/**
 * What a widget's assistant would answer to somebody who asks this first. Nothing of it is stored.
 * @throws NotFoundError `widget`
 */
export async function tryAnswer(
  { engines, now, newId, embedder }: Pick<Deps, 'now' | 'newId' | 'embedder'> & { engines: Engines },
  { own, widgetId, text, engine }: Trial,
): Promise<TriedAnswerView> {
  const stored = await own.widgets.find(widgetId);
  if (!stored) throw new NotFoundError('widget');
  const first = engine ?? (stored.engine === 'none' ? 'knowledge' : stored.engine);
  const widget = { ...stored, engine: first };
  const language = answerLanguageOf(text, [widget.language]);
  const started = performance.now();
  const personWords = async () =>
    personCalledWords({ language, businessHours: widget.businessHours, usualReplyMs: undefined, now: now() });
  const situation = { language, wasOffered: false, personWords };

  const small = await wordSmallTalk(intentOf(text), { ...situation, talksItself: first !== 'knowledge' });
  const result = small
    ? undefined
    : await runChain({
        engines,
        question: {
          clientId: own.clientId,
          widget,
          conversationId: newId(),
          messageId: newId(),
          text,
          language,
          history: [],
          visitor: undefined,
          passages: [],
          confidence: null,
          isTrial: true,
        },
        first,
        retrieve: () => retrieve(own, { widget, text, language, before: undefined }, embedder),
        progress: new ProgressTeller(() => {}),
        signal: AbortSignal.timeout(deadlineMs),
      });
  const durationMs = Math.round(performance.now() - started);
  const untouched = { confidence: null, passages: [], steps: [], engine: first, question: text } as const;
  const unused = { model: null, promptVersion: null, tokensIn: 0, tokensOut: 0, costMicros: 0 };
  if (small || !result) {
    const account = { ...untouched, ...unused, answer: small?.text ?? '', outcome: 'answered', durationMs } as const;
    return { ...presentAccount({ ...account, passages: [], steps: [] }), offersPerson: false };
  }
  if (result === 'later') {
    const account = { ...untouched, ...unused, answer: '', outcome: 'silent', durationMs } as const;
    const steps = [{ engine: first, durationMs, failure: 'The workflow says that it answers later, through the API.' }];
    return { ...presentAccount({ ...account, passages: [], steps }), offersPerson: false };
  }
  const words = await wordResult(result, situation, text);
  const { use, searched, text: _, ...told } = result;
  const account = { ...told, ...use, question: searched, answer: words.text, durationMs };
  return { ...presentAccount(account), offersPerson: words.offersPerson };
}
