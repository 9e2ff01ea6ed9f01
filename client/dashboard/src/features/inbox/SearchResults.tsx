import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { SearchX } from 'lucide-react';
import type { SearchHit } from '../../../../../shared/contracts/inbox.ts';
import { useCurrentClient } from '../../lib/current-client.ts';
import { shortTime } from '../../lib/dates.ts';
import { itemsOf } from '../../lib/paging.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Button } from '../../ui/Button.tsx';
import { cx } from '../../ui/cx.ts';
import { EmptyState, ErrorState, Loading, Skeleton } from '../../ui/states.tsx';
import { statusTones } from './ConversationRow.tsx';
import { searchQuery } from './extras-queries.ts';
import type { InboxSearch } from './filter.ts';
import { highlightParts } from './highlight.ts';
import { conversationName } from './names.ts';

/** What was found for the typed words, in all conversations of the client. */
export function SearchResults({
  words,
  openId,
  search,
}: {
  words: string;
  openId: string | undefined;
  search: InboxSearch;
}) {
  const { clientId } = useCurrentClient();
  const query = useInfiniteQuery(searchQuery(clientId, words));
  const hits = itemsOf(query.data);
  if (query.isPending) {
    return (
      <Loading label="Searching" className="flex flex-col gap-5 p-4">
        <Skeleton className="h-10 w-full" />
        <Skeleton className="h-10 w-full" />
        <Skeleton className="h-10 w-full" />
      </Loading>
    );
  }
  if (query.isError)
    return <ErrorState error={query.error} onRetry={() => void query.refetch()} title="The search failed" />;
  if (hits.length === 0) {
    return (
      <EmptyState icon={<SearchX size={22} />} title="Nothing found">
        All the words must be in a conversation’s messages, its title, or the visitor’s name or address.
      </EmptyState>
    );
  }
  return (
    <div className="scroll-thin min-h-0 flex-1 overflow-y-auto">
      <p role="status" className="px-4 pt-2 text-muted text-xs">
        {query.hasNextPage ? 'The latest' : hits.length} {hits.length === 1 ? 'result' : 'results'} in all conversations
      </p>
      <ul>
        {hits.map((hit) => (
          <li key={hit.conversation.id}>
            <HitLink hit={hit} isOpen={hit.conversation.id === openId} search={search} />
          </li>
        ))}
      </ul>
      {query.hasNextPage && (
        <div className="flex justify-center p-3">
          <Button size="small" isPending={query.isFetchingNextPage} onPress={() => void query.fetchNextPage()}>
            Show more
          </Button>
        </div>
      )}
    </div>
  );
}

function HitLink({ hit, isOpen, search }: { hit: SearchHit; isOpen: boolean; search: InboxSearch }) {
  const { clientId } = useCurrentClient();
  const { conversation, snippet } = hit;
  const status = statusTones[conversation.status];
  const name = conversationName(conversation);
  return (
    <Link
      to="/c/$clientId/inbox/$conversationId"
      params={{ clientId, conversationId: conversation.id }}
      search={search}
      {...(snippet?.sequence ? { hash: `m${snippet.sequence}` } : {})}
      preload={false}
      aria-current={isOpen ? 'true' : undefined}
      className={cx(
        'flex flex-col gap-1 border-line border-b px-4 py-2.5 -outline-offset-2!',
        isOpen ? 'bg-accent-soft' : 'hover:bg-hover',
      )}
    >
      <span className="flex items-baseline gap-2">
        <span className="min-w-0 flex-1 truncate font-medium">{name}</span>
        <span className="shrink-0 text-2xs text-muted">{shortTime(conversation.updatedAt)}</span>
      </span>
      <span className="line-clamp-2 text-[0.8125rem] text-muted">
        {snippet
          ? highlightParts(snippet.text, snippet.ranges).map((part, index) =>
              part.isFound ? (
                // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text
                <mark key={index} className="rounded-sm bg-warning-soft font-medium text-fg">
                  {part.text}
                </mark>
              ) : (
                part.text
              ),
            )
          : conversation.lastMessagePreview}
      </span>
      <span>
        <Badge tone={status.tone}>{status.label}</Badge>
      </span>
    </Link>
  );
}
