import { useNavigate } from '@tanstack/react-router';
import { useMemo, useRef } from 'react';
import { handBackConversation } from '../../../../../shared/contracts/answers.ts';
import {
  type ConversationView,
  deleteConversation,
  updateConversation,
} from '../../../../../shared/contracts/conversations.ts';
import type { CallOf } from '../../../../../shared/contracts/endpoint.ts';
import { requestHandoff } from '../../../../../shared/contracts/inbox.ts';
import { call } from '../../lib/api.ts';
import { nearTime } from '../../lib/dates.ts';
import { isProblem } from '../../lib/problem.ts';
import { noteSessionEnded } from '../../lib/session.ts';
import { toastDone, toastFailed } from '../../ui/toasts.tsx';
import { applyConversation, forgetConversation, type InboxOwner } from './conversation-cache.ts';

type Change = CallOf<typeof updateConversation>['body'];

export interface ConversationActions {
  toggleClosed: () => void;
  assignToMe: () => void;
  assign: (userId: string | null) => void;
  snooze: (untilIso: string) => void;
  setTags: (tags: string[]) => void;
  rename: (title: string | null) => void;
  askColleague: (reason: string | null) => void;
  handBack: () => void;
  remove: () => Promise<void>;
}

/** What would bring a conversation back to how it is now, after a change of its status. */
function statusOf(conversation: ConversationView): Change {
  // A snooze whose time has passed meanwhile cannot be restored; open is what it would have become.
  const isStillSnoozed =
    conversation.status === 'snoozed' &&
    conversation.snoozedUntil !== null &&
    new Date(conversation.snoozedUntil).getTime() > Date.now();
  if (isStillSnoozed) return { status: 'snoozed', snoozedUntil: conversation.snoozedUntil };
  return { status: conversation.status === 'snoozed' ? 'open' : conversation.status };
}

/** Changes of one conversation: shown at once, said in a toast with a way back, taken back when refused. */
export function useConversationActions(owner: InboxOwner, conversation: ConversationView): ConversationActions {
  const navigate = useNavigate();
  const latest = useRef(conversation);
  latest.current = conversation;
  return useMemo(() => {
    const { clientId, myId } = owner;
    const params = () => ({ clientId, conversationId: latest.current.id });

    async function change(body: Change, done?: string, undo?: Change): Promise<void> {
      const target = params();
      try {
        applyConversation(owner, await call(updateConversation, { params: target, body }));
        if (done) toastDone(done, undo && (() => void repeat(target, undo)));
      } catch (error) {
        if (isProblem(error, 'not-signed-in')) noteSessionEnded();
        toastFailed('The change was not made.', error);
      }
    }
    async function repeat(target: ReturnType<typeof params>, body: Change): Promise<void> {
      try {
        applyConversation(owner, await call(updateConversation, { params: target, body }));
      } catch (error) {
        toastFailed('This could not be undone.', error);
      }
    }
    const assign = (assigneeId: string | null, done: string) => {
      const before = latest.current.assigneeId;
      if (before !== assigneeId) void change({ assigneeId }, done, { assigneeId: before });
    };
    return {
      toggleClosed: () => {
        const isClosed = latest.current.status === 'closed';
        const undo = statusOf(latest.current);
        void change(
          { status: isClosed ? 'open' : 'closed' },
          isClosed ? 'Conversation reopened.' : 'Conversation closed.',
          undo,
        );
      },
      assignToMe: () => assign(myId, 'Assigned to you.'),
      assign: (userId) => assign(userId, userId === null ? 'Unassigned.' : 'Assigned.'),
      snooze: (snoozedUntil) =>
        void change(
          { status: 'snoozed', snoozedUntil },
          `Snoozed until ${nearTime(snoozedUntil)}.`,
          statusOf(latest.current),
        ),
      setTags: (tags) => void change({ tags }),
      rename: (title) => void change({ title }),
      askColleague: (reason) => {
        call(requestHandoff, { params: params(), body: { reason } })
          .then((conversation) => {
            applyConversation(owner, conversation);
            toastDone('The conversation waits for a colleague.');
          })
          .catch((error) => {
            if (isProblem(error, 'not-signed-in')) noteSessionEnded();
            toastFailed('Nobody was asked.', error);
          });
      },
      handBack: () => {
        call(handBackConversation, { params: params() })
          .then((conversation) => {
            applyConversation(owner, conversation);
            toastDone('The assistant answers again.');
          })
          .catch((error) => {
            if (isProblem(error, 'not-signed-in')) noteSessionEnded();
            toastFailed('The conversation was not handed back.', error);
          });
      },
      remove: async () => {
        const target = params();
        await call(deleteConversation, { params: target });
        forgetConversation(owner, target.conversationId);
        await navigate({ to: '/c/$clientId/inbox', params: { clientId }, search: true });
        toastDone('Conversation deleted.');
      },
    };
  }, [owner, navigate]);
}
