import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { listMessages } from '../../../../../shared/contracts/conversations.ts';
import { call } from '../../lib/api.ts';
import type { InboxOwner } from './conversation-cache.ts';
import { threadQuery } from './queries.ts';
import { firstSequenceOf, lastSequenceOf, reaches, type Thread, threadFrom, withNewer, withOlder } from './thread.ts';
import { useJumpTarget } from './use-jump.ts';

/** A message that is no further above what is loaded is reached by reading on. */
const nearMax = 200;
const pageSize = 100;

/** A stretch far above the newest messages, around the one that the address names. */
export interface Past {
  /** Null while the newest messages are to be shown. */
  thread: Thread | null;
  /** It is being read; the newest messages are shown until it is there. */
  isPending: boolean;
  /** Reads what is before the stretch. */
  readOlder: () => Promise<void>;
  /** Reads what follows the stretch; once it meets the newest messages, they are one thread again. */
  readNewer: () => Promise<void>;
  /** Back to the newest messages. */
  leave: () => void;
}

/** Reads around the message that the address names, where that is far above the newest ones. */
export function usePast(owner: InboxOwner, conversationId: string, newest: Thread): Past {
  const { queryClient, clientId } = owner;
  const navigate = useNavigate();
  const { target } = useJumpTarget();
  const [stretch, setStretch] = useState<Thread | null>(null);
  const [failedFor, setFailedFor] = useState<number | null>(null);
  const first = firstSequenceOf(newest);
  const isFar = target !== null && first !== null && newest.hasOlder && target < first - nearMax;
  const isThere = isFar && stretch !== null && reaches(stretch, target);
  const params = { clientId, conversationId };
  const isDue = isFar && !isThere && failedFor !== target;

  useEffect(() => {
    if (!isDue) return;
    let isWanted = true;
    const query = { after: String(Math.max(0, target - pageSize / 2)), limit: String(pageSize) };
    call(listMessages, { params: { clientId, conversationId }, query }).then(
      ({ items }) => {
        if (!isWanted) return;
        const read = threadFrom(items, (items[0]?.sequence ?? 1) > 1);
        if (reaches(read, target)) setStretch(read);
        else setFailedFor(target);
      },
      // It is then read towards from the newest ones, which tells of the fault as well.
      () => isWanted && setFailedFor(target),
    );
    return () => {
      isWanted = false;
    };
  }, [isDue, target, clientId, conversationId]);

  return {
    thread: isThere ? stretch : null,
    isPending: isDue,
    async readOlder() {
      const from = stretch && firstSequenceOf(stretch);
      if (!from) return;
      const page = await call(listMessages, { params, query: { before: String(from), limit: String(pageSize) } });
      setStretch((now) => now && withOlder(now, page.items, page.hasMore));
    },
    async readNewer() {
      if (!stretch) return;
      const after = String(lastSequenceOf(stretch));
      const page = await call(listMessages, { params, query: { after, limit: String(pageSize) } });
      const longer = withNewer(stretch, page.items);
      setStretch(longer);
      queryClient.setQueryData(threadQuery(clientId, conversationId).queryKey, (now) => {
        return now && withOlder(now, longer.messages, longer.hasOlder);
      });
    },
    leave: () => void navigate({ to: '.', params: true, search: true, hash: '' }),
  };
}
