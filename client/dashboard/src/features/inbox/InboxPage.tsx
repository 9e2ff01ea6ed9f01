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
import { findInList } from './find-in-list.ts';
import { InboxContext } from './inbox-context.ts';
import { ListFilter } from './ListFilter.tsx';
import { NoThread } from './NoThread.tsx';
import { SearchResults } from './SearchResults.tsx';
import { ShortcutHelp } from './ShortcutHelp.tsx';
import { useConversationList } from './use-conversation-list.ts';
import { useShortcuts } from './use-shortcuts.ts';

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
  const wanted = words.trim();
  // Typing looks through what is loaded; from the first Enter to an empty field, all conversations are searched.
  const [isEverywhere, setIsEverywhere] = useState(false);
  const sought = useDebounced(wanted, 250);
  const isSearching = isEverywhere && wanted !== '' && sought !== '';
  const found = useInfiniteQuery({ ...searchQuery(clientId, sought), enabled: isSearching });
  const fitting = useMemo(() => findInList(list.shown, wanted), [list.shown, wanted]);
  const walked = useMemo(
    () => (isSearching ? itemsOf(found.data).map((hit) => hit.conversation) : fitting),
    [isSearching, found.data, fitting],
  );
  const type = (next: string) => {
    setWords(next);
    if (next.trim() === '') setIsEverywhere(false);
  };
  const searchEverywhere = () => setIsEverywhere(wanted !== '');
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
            onWords={type}
            onSubmit={searchEverywhere}
            inputRef={searchInput}
            onHelp={() => setHelpIsOpen(true)}
          />
          {isSearching ? (
            <SearchResults words={sought} openId={conversationId} search={search} />
          ) : wanted !== '' && list.status === 'ready' ? (
            // What is not loaded is left to the search: reading on would end only with the last conversation.
            <ListFilter
              list={{ ...list, shown: fitting, hasMore: false }}
              openId={conversationId}
              search={search}
              words={wanted}
              onSearchEverywhere={searchEverywhere}
            />
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
