import * as contract from '../../../shared/contracts/answers.ts';
import { answerOutcomes } from '../../../shared/knowledge-vocabulary.ts';
import type { Deps } from '../../deps.ts';
import { type Route, route } from '../../http/route.ts';
import { NotFoundError } from '../../storage/errors.ts';
import { presentConversation } from '../conversations/conversation.presenter.ts';
import type { Engines } from './answer-chain.ts';
import { approveAnswer } from './approve-answer.ts';
import { handBack } from './hand-back.ts';
import { rateAnswer } from './rate-answer.ts';
import { presentReceipt } from './receipt.presenter.ts';
import { tryAnswer } from './try-answer.ts';

const countedDays = 30;
const dayMs = 24 * 3_600_000;

/** How the assistant answers, for agents; and the visitor's word on an answer. */
export function answersRoutes(
  deps: Pick<Deps, 'storage' | 'bus' | 'now' | 'newId' | 'embedder'> & { engines: Engines },
): Route[] {
  return [
    route(contract.getReceipt, async ({ caller, params }) => {
      const { receipts } = caller.storage;
      const { conversationId, messageId } = params;
      const receipt = (await receipts.findByAnswer(messageId)) ?? (await receipts.find(messageId));
      if (receipt?.conversationId !== conversationId) throw new NotFoundError('receipt');
      return presentReceipt(receipt);
    }),

    route(contract.listReceipts, async ({ caller, query }) => {
      const { order, widgetId, limit, cursor } = query;
      const filter = { order, ...(widgetId !== undefined && { widgetId }) };
      const page = await caller.storage.receipts.list(filter, { limit, cursor });
      return { items: page.items.map(presentReceipt), nextCursor: page.nextCursor };
    }),

    route(contract.listUnanswered, async ({ caller, query }) => {
      const groups = await caller.storage.receipts.unanswered(query.limit);
      return {
        items: groups.map(({ question, count, lastAskedAt, conversationId, questionMessageId }) => ({
          question,
          count,
          lastAskedAt: lastAskedAt.toISOString(),
          conversationId,
          questionMessageId,
        })),
      };
    }),

    route(contract.countAnswers, async ({ caller }) => {
      const today = Math.floor(deps.now().getTime() / dayMs);
      const since = new Date((today - countedDays + 1) * dayMs);
      const counts = await caller.storage.receipts.counts(since);
      const all = Object.fromEntries(answerOutcomes.map((outcome) => [outcome, counts[outcome] ?? 0]));
      return { since: since.toISOString(), ...(all as Record<(typeof answerOutcomes)[number], number>) };
    }),

    route(contract.approveAnswer, async ({ caller, params, body, request: { requestId } }) => {
      const { questionMessageId } = params;
      const document = await approveAnswer(deps, { caller, requestId, questionMessageId, ...body });
      return { documentId: document.id, documentName: document.name, pairs: document.content?.pairs?.length ?? 0 };
    }),

    route(contract.tryAnswer, async ({ caller, body }) =>
      tryAnswer(deps, { own: caller.storage, widgetId: body.widgetId, text: body.text, engine: body.engine }),
    ),

    route(contract.handBackConversation, async ({ caller, params, request: { requestId } }) =>
      presentConversation(await handBack(deps, { caller, conversationId: params.conversationId, requestId })),
    ),

    route(contract.rateAnswer, async ({ caller, params, body }) => {
      await rateAnswer({ caller, ...params, rating: body.rating });
      return undefined;
    }),
  ];
}
