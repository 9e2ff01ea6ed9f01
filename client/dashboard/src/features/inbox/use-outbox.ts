import type { QueryClient } from '@tanstack/react-query';
import { useQueryClient } from '@tanstack/react-query';
import { useMemo, useSyncExternalStore } from 'react';
import { postAgentMessage } from '../../../../../shared/contracts/conversations.ts';
import { call } from '../../lib/api.ts';
import { isProblem, sentenceOf } from '../../lib/problem.ts';
import { noteSessionEnded, useMe } from '../../lib/session.ts';
import { readStored, writeStored } from '../../lib/stored.ts';
import { applyMessage } from './conversation-cache.ts';
import { Outbox, type OutgoingMessage } from './outbox.ts';

const outboxes = new Map<string, Outbox>();

/** The outbox of the signed-in person in this browser; one for all clients. */
function outboxOf(queryClient: QueryClient, myId: string): Outbox {
  const known = outboxes.get(myId);
  if (known) return known;
  const storedAs = `outbox:${myId}`;
  const outbox = new Outbox({
    send: async ({ clientId, conversationId, content, attachments, clientMessageId }) => {
      try {
        return await call(postAgentMessage, {
          params: { clientId, conversationId },
          body: {
            content,
            clientMessageId,
            ...(attachments.length > 0 && { attachmentIds: attachments.map((one) => one.id) }),
          },
        });
      } catch (error) {
        if (isProblem(error, 'not-signed-in')) noteSessionEnded();
        throw error;
      }
    },
    onSent: (message, stored) => applyMessage({ queryClient, clientId: message.clientId, myId }, stored),
    load: () =>
      (readStored<OutgoingMessage[]>(storedAs) ?? []).map((one) => ({ ...one, attachments: one.attachments ?? [] })),
    save: (messages) => writeStored(storedAs, messages.length === 0 ? null : messages),
    reasonOf: sentenceOf,
    later: (delayMs, action) => {
      const timer = setTimeout(action, delayMs);
      return () => clearTimeout(timer);
    },
  });
  outboxes.set(myId, outbox);
  return outbox;
}

export function useOutbox(): Outbox {
  const queryClient = useQueryClient();
  const { user } = useMe();
  return outboxOf(queryClient, user.id);
}

/** The unacknowledged answers of one conversation, in the order written. */
export function useOutgoing(outbox: Outbox, conversationId: string): readonly OutgoingMessage[] {
  const all = useSyncExternalStore(outbox.subscribe, outbox.get);
  return useMemo(() => all.filter((message) => message.conversationId === conversationId), [all, conversationId]);
}
