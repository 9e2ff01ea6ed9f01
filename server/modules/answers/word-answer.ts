import type { HandoffRequester } from '../../../shared/conversation-vocabulary.ts';
import { limits } from '../../../shared/limits.ts';
import type { ChainResult } from './answer-chain.ts';
import type { AnswerLanguage } from './answer-language.ts';
import type { Intent } from './intents.ts';
import { phrasesOf } from './phrases.ts';

/** What the visitor is told. */
export interface Words {
  text: string;
  /** It answers the question, as far as an engine could. */
  answers?: boolean;
  /** It asks whether to call a person. */
  offersPerson: boolean;
  /** A person is called with it. */
  call: { requestedBy: HandoffRequester; reason: string | null } | null;
}

interface Situation {
  language: AnswerLanguage;
  /** The assistant offered a person in the message before the question. */
  wasOffered: boolean;
  /** What is said when a person is called. */
  personWords(): Promise<string>;
}

/** Words for what needs no engine; undefined when an engine is to be asked. */
export async function wordSmallTalk(
  intent: Intent | undefined,
  {
    language,
    wasOffered,
    personWords,
    talksItself,
  }: Situation & { /** The engine does small talk. */ talksItself: boolean },
): Promise<Words | undefined> {
  const phrases = phrasesOf(language);
  const say = (text: string): Words => ({ text, offersPerson: false, call: null });
  if (intent === 'person' || (intent === 'yes' && wasOffered)) {
    return { ...say(await personWords()), call: { requestedBy: 'visitor', reason: null } };
  }
  if (intent === 'no' && wasOffered) return say(phrases.allRight);
  if (intent === 'greeting' && !talksItself) return say(phrases.hello);
  if (intent === 'thanks' && !talksItself) return say(phrases.welcome);
  return undefined;
}

/**
 * Words for what the engines came to. What is not known is said, with the offer of a person; a person is called when
 * nothing was known twice in a row, and when no engine could answer.
 */
export async function wordResult(result: ChainResult, situation: Situation, question: string): Promise<Words> {
  const { language, wasOffered, personWords } = situation;
  const phrases = phrasesOf(language);
  const call = { requestedBy: 'assistant' as const, reason: reasonOf(question) };
  switch (result.outcome) {
    case 'answered':
    case 'fallback':
      return { text: result.text, answers: true, offersPerson: false, call: null };
    case 'failed':
      return { text: `${phrases.failed} ${await personWords()}`, offersPerson: false, call };
    case 'unknown':
      if (wasOffered) return { text: `${phrases.unknown} ${await personWords()}`, offersPerson: false, call };
      return { text: `${phrases.unknown} ${phrases.offerPerson}`, offersPerson: true, call: null };
  }
}

/** For agents: what the assistant could not answer. */
function reasonOf(question: string): string | null {
  const flat = question.replace(/\s+/g, ' ').trim();
  if (flat === '') return null;
  const most = limits.handoffReasonCharsMax;
  return flat.length <= most ? flat : `${flat.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
