import type { AnswerEngine } from '../../../../shared/knowledge-vocabulary.ts';
import { traced } from '../../../tracing/tracing.ts';
import type { Measures } from '../../system/measures.ts';
import type { Engines } from '../answer-chain.ts';
import type { Engine } from './engine.ts';

/** The same engines; each call is counted, timed, and a span of the trace it is in. */
export function watchedEngines(engines: Engines, measures: Pick<Measures, 'engineAsked'> | undefined): Engines {
  const watched = (name: AnswerEngine, engine: Engine): Engine => ({
    async answer(question, sink, signal) {
      const startedAt = performance.now();
      const attributes = { 'confab.engine': name, 'confab.client_id': question.clientId };
      return traced({ name: `engine ${name}`, kind: 'internal', attributes }, async (span) => {
        const answer = await engine.answer(question, sink, signal);
        measures?.engineAsked(name, answer.kind, (performance.now() - startedAt) / 1000);
        const { model, tokensIn, tokensOut } = ('use' in answer && answer.use) || {};
        span.set({
          'confab.outcome': answer.kind,
          ...(model !== undefined && { 'gen_ai.response.model': model }),
          ...(tokensIn !== undefined && { 'gen_ai.usage.input_tokens': tokensIn }),
          ...(tokensOut !== undefined && { 'gen_ai.usage.output_tokens': tokensOut }),
        });
        if (answer.kind === 'failed') span.fail('failed');
        return answer;
      });
    },
  });
  return Object.fromEntries(
    Object.entries(engines).map(([name, engine]) => [name, watched(name as AnswerEngine, engine)]),
  ) as Engines;
}
