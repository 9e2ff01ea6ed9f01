import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { Inbox } from 'lucide-react';
import { type KeyboardEvent, memo, type RefObject, useEffect, useLayoutEffect, useMemo, useRef } from 'react';
import type { ConversationView } from '../../../../../shared/contracts/conversations.ts';
import { useCurrentClient } from '../../lib/current-client.ts';
import { buttonClass } from '../../ui/Button.tsx';
import { cx } from '../../ui/cx.ts';
import { Spinner } from '../../ui/Spinner.tsx';
import { EmptyState, ErrorState, Loading, Skeleton } from '../../ui/states.tsx';
import { widgetsQuery } from '../widgets/queries.ts';
import { ConversationRow, rowHeight } from './ConversationRow.tsx';
import { viewLabels } from './FilterRail.tsx';
import type { InboxSearch } from './filter.ts';
import type { ConversationListState } from './use-conversation-list.ts';

/** More is read when the last row drawn is this near to the end. */
const readAheadRows = 25;

export interface ConversationListProps {
  list: ConversationListState;
  openId: string | undefined;
  search: InboxSearch;
}

/** The conversations, drawn only where they are in sight; more are read as the end comes near. */
export function ConversationList({ list, openId, search }: ConversationListProps) {
  if (list.status === 'loading') return <ListSkeleton />;
  if (list.status === 'failed') return <ErrorState error={list.error} onRetry={list.retry} />;
  if (list.shown.length === 0 && !list.hasMore) return <NoConversations search={search} />;
  return <Rows list={list} openId={openId} search={search} />;
}

function Rows({ list, openId, search }: Pick<ConversationListProps, 'list' | 'openId' | 'search'>) {
  const { shown } = list;
  const frame = useRef<HTMLElement>(null);
  const virtualizer = useVirtualizer({
    count: shown.length,
    getScrollElement: () => frame.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => shown[index]!.id,
    overscan: 6,
  });
  useSteadyPlace(frame, shown);
  const rows = virtualizer.getVirtualItems();
  const end = rows.at(-1)?.index ?? 0;
  const { hasMore, isLoadingMore, loadMore } = list;
  useEffect(() => {
    if (hasMore && !isLoadingMore && end >= shown.length - readAheadRows) loadMore();
  });

  const openIndex = useMemo(() => shown.findIndex((conversation) => conversation.id === openId), [shown, openId]);
  const latest = useRef({ openIndex, virtualizer });
  latest.current = { openIndex, virtualizer };
  // When another conversation is opened, not whenever the list moves.
  useEffect(() => {
    if (openId !== undefined && latest.current.openIndex >= 0) {
      latest.current.virtualizer.scrollToIndex(latest.current.openIndex, { align: 'auto' });
    }
  }, [openId]);

  // The list is one stop for the Tab key: the open conversation, or the first one in sight.
  const isDrawn = rows.some((row) => row.index === openIndex);
  const tabIndexOf = (index: number) => (index === (isDrawn ? openIndex : (rows[0]?.index ?? 0)) ? 0 : -1);
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const row = (event.target as HTMLElement).closest<HTMLElement>('[data-index]');
    const next = row && focusStep(event.key, Number(row.dataset.index), shown.length);
    if (next === null || next === undefined) return;
    event.preventDefault();
    virtualizer.scrollToIndex(next, { align: 'auto' });
    focusRow(frame.current, next);
  };

  return (
    <section
      ref={frame}
      aria-label="List"
      onKeyDown={onKeyDown}
      className="scroll-thin min-h-0 flex-1 overflow-y-auto outline-none [overflow-anchor:none]"
    >
      <ul className="relative" style={{ height: virtualizer.getTotalSize() }}>
        {rows.map((row) => {
          const conversation = shown[row.index]!;
          return (
            <li
              key={row.key}
              data-index={row.index}
              aria-setsize={hasMore ? -1 : shown.length}
              aria-posinset={row.index + 1}
              className="absolute inset-x-0 top-0"
              style={{ height: rowHeight, transform: `translateY(${row.start}px)` }}
            >
              <RowLink
                conversation={conversation}
                isOpen={conversation.id === openId}
                tabIndex={tabIndexOf(row.index)}
                search={search}
              />
            </li>
          );
        })}
      </ul>
      {isLoadingMore && (
        <p className="flex h-12 items-center justify-center text-muted">
          <Spinner label="Loading more conversations" />
        </p>
      )}
    </section>
  );
}

interface RowLinkProps {
  conversation: ConversationView;
  isOpen: boolean;
  tabIndex: 0 | -1;
  search: InboxSearch;
}

const RowLink = memo(function RowLink({ conversation, isOpen, tabIndex, search }: RowLinkProps) {
  const { clientId } = useCurrentClient();
  return (
    <Link
      to="/c/$clientId/inbox/$conversationId"
      params={{ clientId, conversationId: conversation.id }}
      search={search}
      preload={false}
      tabIndex={tabIndex}
      aria-current={isOpen ? 'true' : undefined}
      className={cx(
        'block h-full border-line border-b -outline-offset-2!',
        isOpen ? 'bg-accent-soft' : 'hover:bg-hover',
      )}
    >
      <ConversationRow conversation={conversation} />
    </Link>
  );
});

/** Where the arrow keys go from a row; null for other keys. */
function focusStep(key: string, index: number, count: number): number | null {
  if (key === 'ArrowDown') return Math.min(count - 1, index + 1);
  if (key === 'ArrowUp') return Math.max(0, index - 1);
  if (key === 'Home') return 0;
  return key === 'End' ? count - 1 : null;
}

/** Focuses a row as soon as it is drawn. */
function focusRow(frame: HTMLElement | null, index: number, attempts = 5): void {
  const link = frame?.querySelector<HTMLElement>(`[data-index="${index}"] a`);
  if (link) link.focus({ preventScroll: true });
  else if (attempts > 0) requestAnimationFrame(() => focusRow(frame, index, attempts - 1));
}

/** Keeps the rows in sight where they are when others come or go above them; at the very top, news are seen at once. */
function useSteadyPlace(frame: RefObject<HTMLElement | null>, shown: readonly ConversationView[]): void {
  const before = useRef(shown);
  useLayoutEffect(() => {
    const element = frame.current;
    const last = before.current;
    before.current = shown;
    if (!element || last === shown || element.scrollTop === 0) return;
    const index = Math.floor(element.scrollTop / rowHeight);
    // The row itself may be the one that moved to the top; its neighbour then tells.
    for (const anchor of last.slice(index, index + 3)) {
      const now = shown.findIndex((conversation) => conversation.id === anchor.id);
      const moved = now - last.indexOf(anchor);
      if (now >= 0 && Math.abs(moved) <= 5) {
        if (moved !== 0) element.scrollTop += moved * rowHeight;
        return;
      }
    }
  }, [frame, shown]);
}

function ListSkeleton() {
  return (
    <Loading label="Loading conversations" className="overflow-hidden">
      {Array.from({ length: 9 }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: all alike
        <div key={index} className="flex gap-3 border-line border-b p-3">
          <Skeleton className="size-8 rounded-full" />
          <div className="flex flex-1 flex-col gap-2 pt-0.5">
            <Skeleton className="h-3.5 w-2/5" />
            <Skeleton className="h-3 w-4/5" />
          </div>
        </div>
      ))}
    </Loading>
  );
}

function NoConversations({ search }: { search: InboxSearch }) {
  const { clientId, may } = useCurrentClient();
  const widgets = useQuery(widgetsQuery(clientId));
  const isFiltered = Object.keys(search).length > 0;
  if (!isFiltered && widgets.data?.length === 0 && may('widgets.manage')) {
    return (
      <EmptyState
        icon={<Inbox size={22} />}
        title="Nobody can write to you yet"
        action={
          <Link to="/c/$clientId/widgets/new" params={{ clientId }} className={buttonClass('primary', 'small')}>
            Make your first widget
          </Link>
        }
      >
        Conversations begin in a widget on your site. It takes a minute to make one.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={<Inbox size={22} />}
      title={isFiltered ? `Nothing here: ${viewLabels[search.view ?? 'active'].label.toLowerCase()}` : 'All caught up'}
      action={
        isFiltered ? (
          <Link to="/c/$clientId/inbox" params={{ clientId }} search={{}} className={buttonClass('secondary', 'small')}>
            Show active conversations
          </Link>
        ) : (
          may('widgets.read') && (
            <Link to="/c/$clientId/widgets" params={{ clientId }} className={buttonClass('secondary', 'small')}>
              Your widgets
            </Link>
          )
        )
      }
    >
      {isFiltered
        ? 'No conversation fits these filters.'
        : 'When a visitor writes in one of your widgets, the conversation appears here by itself.'}
    </EmptyState>
  );
}
