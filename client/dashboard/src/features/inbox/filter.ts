import type { ConversationView } from '../../../../../shared/contracts/conversations.ts';
import { type ConversationStatus, conversationStatuses } from '../../../../../shared/conversation-vocabulary.ts';

/** `active` is open and waiting together: what somebody may still have to do something about. */
export const inboxViews = ['active', 'waiting', 'open', 'snoozed', 'closed', 'all'] as const;
export type InboxView = (typeof inboxViews)[number];

/** Which conversations the list shows. */
export interface InboxFilter {
  view: InboxView;
  /** `me`, `none` for unassigned, or all. */
  assignee: 'me' | 'none' | 'all';
  widgetId: string | null;
  visitorId: string | null;
}

/** The filter as the address carries it; what is left out is the default. */
export interface InboxSearch {
  view?: Exclude<InboxView, 'active'>;
  assignee?: 'me' | 'none';
  widget?: string;
  visitor?: string;
}

/** Reads an address; what makes no sense there counts as left out. */
export function readInboxSearch(raw: Record<string, unknown>): InboxSearch {
  const search: InboxSearch = {};
  const view = inboxViews.find((one) => one === raw.view);
  if (view !== undefined && view !== 'active') search.view = view;
  if (raw.assignee === 'me' || raw.assignee === 'none') search.assignee = raw.assignee;
  if (typeof raw.widget === 'string' && raw.widget !== '') search.widget = raw.widget;
  if (typeof raw.visitor === 'string' && raw.visitor !== '') search.visitor = raw.visitor;
  return search;
}

export function filterOf(search: InboxSearch): InboxFilter {
  return {
    view: search.view ?? 'active',
    assignee: search.assignee ?? 'all',
    widgetId: search.widget ?? null,
    visitorId: search.visitor ?? null,
  };
}

/** The statuses to ask the server for; undefined asks for all at once. */
export function statusesOf(view: InboxView): readonly (ConversationStatus | undefined)[] {
  if (view === 'active') return ['open', 'waiting'];
  return view === 'all' ? [undefined] : [view];
}

/** Whether a conversation belongs into the list, decided as the server does. */
export function matches(filter: InboxFilter, conversation: ConversationView, myId: string): boolean {
  const statuses: readonly ConversationStatus[] =
    filter.view === 'active' ? ['open', 'waiting'] : filter.view === 'all' ? conversationStatuses : [filter.view];
  if (!statuses.includes(conversation.status)) return false;
  if (filter.assignee === 'me' && conversation.assigneeId !== myId) return false;
  if (filter.assignee === 'none' && conversation.assigneeId !== null) return false;
  if (filter.widgetId !== null && conversation.widgetId !== filter.widgetId) return false;
  return filter.visitorId === null || conversation.visitorId === filter.visitorId;
}

/** Whether somebody may have to do something about messages that no agent has seen; counted alike by the server. */
export function isUnread(conversation: ConversationView): boolean {
  const isActive = conversation.status === 'open' || conversation.status === 'waiting';
  return isActive && conversation.lastSequence > conversation.agentReadSequence;
}
