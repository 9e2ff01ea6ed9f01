import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Outlet, useParams } from '@tanstack/react-router';
import { useMemo, useRef, useState } from 'react';
import { useCurrentClient } from '../../lib/current-client.ts';
import { useDebounced } from '../../lib/debounce.ts';
import { itemsOf } from '../../lib/paging.ts';
import { useDocumentTitle } from '../../lib/title.ts';
import { cx } from '../../ui/cx.ts';
import { ConversationList } from './ConversationList.tsx';
import { searchQuery } from './extras-queries.ts';
import { FilterBar } from './FilterBar.tsx';
import { FilterRail } from './FilterRail.tsx';
import { filterOf } from './filter.ts';
import { InboxContext } from './inbox-context.ts';
import { NoThread } from './NoThread.tsx';
import { SearchResults } from './SearchResults.tsx';
import { ShortcutHelp } from './ShortcutHelp.tsx';
import { useConversationList } from './use-conversation-list.ts';
import { useShortcuts } from './use-shortcuts.ts';

/** Fewer letters are too little to search for. */
const searchCharsMin = 2;

const route = getRouteApi('/signed-in/c/$clientId/inbox');

/** Filters, list and thread side by side; on phones the list or the thread. */
export function InboxPage() {
  const { clientId } = useCurrentClient();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { conversationId } = useParams({ strict: false });
  const [words, setWords] = useState('');
  const [helpIsOpen, setHelpIsOpen] = useState(false);
  const searchInput = useRef<HTMLInputElement>(null);
  const filter = useMemo(() => filterOf(search), [search]);
  const list = useConversationList(clientId, filter);
  const sought = useDebounced(words.trim(), 250);
  const isSearching = words.trim().length >= searchCharsMin && sought.length >= searchCharsMin;
  const found = useInfiniteQuery({ ...searchQuery(clientId, sought), enabled: isSearching });
  const walked = useMemo(
    () => (isSearching ? itemsOf(found.data).map((hit) => hit.conversation) : list.shown),
    [isSearching, found.data, list.shown],
  );
  useDocumentTitle('Inbox');

  const open = (id: string) =>
    void navigate({ to: '/c/$clientId/inbox/$conversationId', params: { clientId, conversationId: id }, search });
  const shortcuts = useShortcuts({
    list: walked,
    openId: conversationId,
    onOpen: open,
    onSearch: () => searchInput.current?.focus(),
    onHelp: () => setHelpIsOpen(true),
  });

  return (
    <InboxContext value={shortcuts.context}>
      <h1 className="sr-only">Inbox</h1>
      <div className="flex h-full min-h-0">
        <FilterRail search={search} className="hidden w-52 lg:flex" />
        <section
          aria-label="Conversations"
          className={cx(
            'min-h-0 w-full shrink-0 flex-col border-line bg-surface md:flex md:w-80 md:border-r xl:w-88',
            conversationId === undefined ? 'flex' : 'hidden',
          )}
        >
          <FilterBar
            search={search}
            words={words}
            onWords={setWords}
            inputRef={searchInput}
            onHelp={() => setHelpIsOpen(true)}
          />
          {isSearching ? (
            <SearchResults words={sought} openId={conversationId} search={search} />
          ) : (
            <ConversationList list={list} openId={conversationId} search={search} />
          )}
        </section>
        <section
          aria-label="Conversation"
          className={cx('min-h-0 min-w-0 flex-1 md:flex', conversationId === undefined ? 'hidden' : 'flex')}
        >
          {conversationId === undefined ? <NoThread /> : <Outlet />}
        </section>
      </div>
      <ShortcutHelp isOpen={helpIsOpen} onClose={() => setHelpIsOpen(false)} />
    </InboxContext>
  );
}
