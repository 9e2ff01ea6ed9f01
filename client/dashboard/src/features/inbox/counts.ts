import type { ConversationCountsView } from '../../../../../shared/contracts/inbox.ts';
import { limits } from '../../../../../shared/limits.ts';
import type { InboxView } from './filter.ts';

/** What is worth counting: what somebody still has to do something about. 0 for the other views. */
export function countOf(view: InboxView, counts: ConversationCountsView): number {
  if (view === 'active') return counts.waiting + counts.open;
  return view === 'all' || view === 'closed' ? 0 : counts[view];
}

/** A count as it is shown: beyond what the server counts up to, `999+`. */
export function countText(count: number): string {
  return count >= limits.conversationCountMax ? `${limits.conversationCountMax - 1}+` : String(count);
}
