import { type ErasedCounts, type ErasedKind, erasedKinds } from '../../../../../shared/privacy-vocabulary.ts';

const words: Record<ErasedKind, [one: string, more: string]> = {
  visitors: ['visitor', 'visitors'],
  conversations: ['conversation', 'conversations'],
  messages: ['message', 'messages'],
  attachments: ['file', 'files'],
  notes: ['note', 'notes'],
  ratings: ['rating', 'ratings'],
  handoffs: ['call for a person', 'calls for a person'],
  answers: ['record of an answer', 'records of answers'],
  webhookCalls: ['call of a workflow', 'calls of workflows'],
  webhookDeliveries: ['webhook delivery emptied', 'webhook deliveries emptied'],
  searchEntries: ['search entry', 'search entries'],
  approvedAnswers: ['approved answer', 'approved answers'],
  quotations: ['quotation', 'quotations'],
  auditEntries: ['audit entry emptied', 'audit entries emptied'],
};

/** What went, as in `1 visitor, 2 conversations, 17 messages`. */
export function countsSentence(counts: ErasedCounts): string {
  const parts = erasedKinds.flatMap((kind) => {
    const count = counts[kind] ?? 0;
    return count > 0 ? [`${count} ${words[kind][count === 1 ? 0 : 1]}`] : [];
  });
  return parts.length > 0 ? parts.join(', ') : 'nothing';
}
