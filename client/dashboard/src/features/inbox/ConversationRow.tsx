import { useQuery } from '@tanstack/react-query';
import { Hand } from 'lucide-react';
import type { ConversationView } from '../../../../../shared/contracts/conversations.ts';
import { useCurrentClient } from '../../lib/current-client.ts';
import { nearTime, shortTime } from '../../lib/dates.ts';
import { Avatar } from '../../ui/Avatar.tsx';
import { Badge, type BadgeTone } from '../../ui/Badge.tsx';
import { cx } from '../../ui/cx.ts';
import { isUnread } from './filter.ts';
import { conversationName } from './names.ts';
import { membersQuery } from './queries.ts';

/** In CSS pixels; all rows are alike, so that the list knows where each is. */
export const rowHeight = 84;

export const statusTones: Record<ConversationView['status'], { label: string; tone: BadgeTone }> = {
  waiting: { label: 'Waiting', tone: 'warning' },
  open: { label: 'Open', tone: 'success' },
  snoozed: { label: 'Snoozed', tone: 'note' },
  closed: { label: 'Closed', tone: 'neutral' },
};

const prefixes: Partial<Record<string, string>> = { agent: 'Reply: ', assistant: 'Assistant: ' };

export function ConversationRow({ conversation }: { conversation: ConversationView }) {
  const unread = isUnread(conversation);
  const name = conversationName(conversation);
  const status = statusTones[conversation.status];
  return (
    <div className="flex h-full gap-3 px-3 py-2.5">
      <span className="relative pt-0.5">
        <Avatar
          name={name.replace(/^(Visitor|Conversation) .{4}$/, '$1')}
          seed={conversation.visitorId ?? conversation.id}
        />
      </span>
      <span className="flex min-w-0 flex-1 flex-col">
        <span className="flex items-baseline gap-2">
          <span className={cx('min-w-0 flex-1 truncate', unread ? 'font-semibold' : 'font-medium')}>{name}</span>
          <span
            className={cx('shrink-0 text-2xs tabular-nums', unread ? 'font-semibold text-accent-fg' : 'text-muted')}
          >
            {shortTime(conversation.lastMessageAt ?? conversation.createdAt)}
          </span>
        </span>
        <span className="flex items-center gap-2">
          <span className={cx('min-w-0 flex-1 truncate text-[0.8125rem]', unread ? 'text-fg' : 'text-muted')}>
            {prefixes[conversation.lastMessageRole ?? '']}
            {conversation.lastMessagePreview ?? 'No messages yet'}
          </span>
          {unread && (
            <span className="size-2 shrink-0 rounded-full bg-accent-fg">
              <span className="sr-only">Unread</span>
            </span>
          )}
        </span>
        <span className="mt-auto flex items-center gap-1.5 overflow-hidden">
          <Badge tone={status.tone}>
            {conversation.handoff && <Hand size={11} aria-hidden />}
            {status.label}
            {conversation.handoff && <span className="sr-only">, a person was asked for</span>}
          </Badge>
          {conversation.status === 'snoozed' && conversation.snoozedUntil !== null && (
            <span className="truncate text-2xs text-muted">until {nearTime(conversation.snoozedUntil)}</span>
          )}
          {conversation.tags.slice(0, 2).map((tag) => (
            <Badge key={tag}>{tag}</Badge>
          ))}
          {conversation.tags.length > 2 && <span className="text-2xs text-muted">+{conversation.tags.length - 2}</span>}
          <span className="ml-auto shrink-0 truncate text-2xs text-muted">
            {conversation.assigneeId !== null && <AssigneeName userId={conversation.assigneeId} />}
          </span>
        </span>
      </span>
    </div>
  );
}

function AssigneeName({ userId }: { userId: string }) {
  const { clientId } = useCurrentClient();
  const { data } = useQuery(membersQuery(clientId));
  const name = data?.find((member) => member.userId === userId)?.name;
  return name === undefined ? null : (
    <>
      <span className="sr-only">Assigned to </span>
      {name.split(' ')[0]}
    </>
  );
}
