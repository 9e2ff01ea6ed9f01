import { Link } from '@tanstack/react-router';
import { Inbox, SearchX } from 'lucide-react';
import { useEffect, useMemo, useRef } from 'react';
import { Collection } from 'react-aria-components/Collection';
import { ListBox, ListBoxItem, ListBoxLoadMoreItem } from 'react-aria-components/ListBox';
import { ListLayout, Virtualizer } from 'react-aria-components/Virtualizer';
import type { ConversationView } from '../../../../../shared/contracts/conversations.ts';
import { useCurrentClient } from '../../lib/current-client.ts';
import { buttonClass } from '../../ui/Button.tsx';
import { cx } from '../../ui/cx.ts';
import { Spinner } from '../../ui/Spinner.tsx';
import { EmptyState, ErrorState, Loading, Skeleton } from '../../ui/states.tsx';
import { ConversationRow, rowHeight, rowText } from './ConversationRow.tsx';
import { viewLabels } from './FilterRail.tsx';
import type { InboxSearch } from './filter.ts';
import type { ConversationListState } from './use-conversation-list.ts';

export interface ConversationListProps {
  list: ConversationListState;
  openId: string | undefined;
  onOpen: (id: string) => void;
  isNarrowed: boolean;
  search: InboxSearch;
}

/** The conversations, drawn only where they are in sight; more are read as the end comes near. */
export function ConversationList({ list, openId, onOpen, isNarrowed, search }: ConversationListProps) {
  if (list.status === 'loading') return <ListSkeleton />;
  if (list.status === 'failed') return <ErrorState error={list.error} onRetry={list.retry} />;
  if (list.shown.length === 0 && (isNarrowed || !list.hasMore)) {
    return <NoConversations isNarrowed={isNarrowed} search={search} hasMore={list.hasMore} loadMore={list.loadMore} />;
  }
  return <Rows list={list} openId={openId} onOpen={onOpen} />;
}

function Rows({ list, openId, onOpen }: Pick<ConversationListProps, 'list' | 'openId' | 'onOpen'>) {
  const selected = useMemo(() => (openId === undefined ? [] : [openId]), [openId]);
  const frame = useRef<HTMLDivElement>(null);
  const shown = useRef(list.shown);
  shown.current = list.shown;
  // When another conversation is opened, not whenever the list moves.
  useEffect(() => {
    if (openId === undefined) return;
    const index = shown.current.findIndex((conversation) => conversation.id === openId);
    if (index >= 0 && frame.current) keepInSight(frame.current, index * rowHeight);
  }, [openId]);
  return (
    <Virtualizer layout={ListLayout} layoutOptions={layoutOptions}>
      <ListBox
        ref={frame}
        aria-label="Conversations"
        selectionMode="single"
        selectionBehavior="toggle"
        selectedKeys={selected}
        onSelectionChange={(keys) => {
          // Pressing the open one again takes it out of the selection; it stays open.
          const [id] = keys === 'all' ? [] : keys;
          if (id !== undefined) onOpen(String(id));
        }}
        className="scroll-thin min-h-0 flex-1 overflow-y-auto outline-none"
      >
        <Collection items={list.shown}>{renderRow}</Collection>
        <ListBoxLoadMoreItem onLoadMore={list.loadMore} isLoading={list.isLoadingMore} scrollOffset={2}>
          <span className="flex h-12 items-center justify-center text-muted">
            <Spinner label="Loading more conversations" />
          </span>
        </ListBoxLoadMoreItem>
      </ListBox>
    </Virtualizer>
  );
}

const layoutOptions = { rowSize: rowHeight, loaderSize: 48 };

function renderRow(conversation: ConversationView) {
  return (
    <ListBoxItem
      id={conversation.id}
      textValue={rowText(conversation)}
      className={({ isSelected, isHovered }) =>
        cx(
          'block h-full border-line border-b -outline-offset-2!',
          isSelected ? 'bg-accent-soft' : isHovered && 'bg-hover',
        )
      }
    >
      <ConversationRow conversation={conversation} />
    </ListBoxItem>
  );
}

function keepInSight(frame: HTMLElement, top: number): void {
  if (top < frame.scrollTop) frame.scrollTop = top;
  else if (top + rowHeight > frame.scrollTop + frame.clientHeight)
    frame.scrollTop = top + rowHeight - frame.clientHeight;
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

function NoConversations(props: { isNarrowed: boolean; search: InboxSearch; hasMore: boolean; loadMore: () => void }) {
  const { clientId, may } = useCurrentClient();
  const { search } = props;
  if (props.isNarrowed) {
    return (
      <EmptyState
        icon={<SearchX size={22} />}
        title="Nothing found in this list"
        action={
          props.hasMore && (
            <button type="button" className={buttonClass('secondary', 'small')} onClick={props.loadMore}>
              Load older conversations
            </button>
          )
        }
      >
        The search covers titles, last messages and tags of what is loaded.
      </EmptyState>
    );
  }
  const isFiltered = Object.keys(search).length > 0;
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
