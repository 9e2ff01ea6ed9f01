import { useEffect, useRef } from 'react';
import { markConversationRead } from '../../../../../shared/contracts/conversations.ts';
import { call } from '../../lib/api.ts';
import { useIsLookedAt } from '../../lib/use-is-looked-at.ts';
import { applyConversation } from './conversation-cache.ts';
import type { ConversationDetail } from './queries.ts';
import { lastSequenceOf, type Thread } from './thread.ts';
import { useInboxOwner } from './use-client-live.ts';

interface Parts {
  clientId: string;
  detail: ConversationDetail;
  thread: Thread;
  isAtBottom: boolean;
}

/** Notes on the server what the agent has seen: the newest message, in sight, in a window that has the focus. */
export function useReadMark({ clientId, detail, thread, isAtBottom }: Parts): void {
  const owner = useInboxOwner(clientId);
  const isLookedAt = useIsLookedAt();
  const last = lastSequenceOf(thread);
  const noted = useRef(0);
  const latest = useRef(detail);
  latest.current = detail;
  const isDue = isLookedAt && isAtBottom && last > detail.agentReadSequence;
  useEffect(() => {
    if (!isDue || noted.current >= last) return;
    noted.current = last;
    const { visitor: _, ...conversation } = latest.current;
    applyConversation(owner, { ...conversation, agentReadSequence: last });
    call(markConversationRead, {
      params: { clientId, conversationId: conversation.id },
      body: { sequence: last },
    }).catch(() => {
      noted.current = 0;
    });
  }, [isDue, last, clientId, owner]);
}
