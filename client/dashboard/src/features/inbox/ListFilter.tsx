import { CornerDownLeft, Search } from 'lucide-react';
import { Button } from 'react-aria-components/Button';
import { EmptyState } from '../../ui/states.tsx';
import { ConversationList, type ConversationListProps } from './ConversationList.tsx';

interface Props extends ConversationListProps {
  words: string;
  onSearchEverywhere: () => void;
}

/** What of the loaded list has the typed words, with the way to look in all conversations. */
export function ListFilter({ list, openId, search, words, onSearchEverywhere }: Props) {
  const count = list.shown.length;
  return (
    <>
      <Button
        onPress={onSearchEverywhere}
        className="flex shrink-0 items-center gap-2 border-line border-b px-4 py-2.5 text-left text-[0.8125rem] text-accent-fg -outline-offset-2! data-hovered:bg-hover"
      >
        <Search size={14} aria-hidden className="shrink-0" />
        <span className="min-w-0 flex-1 truncate">
          Search everywhere for “<span className="font-medium">{words}</span>”
        </span>
        <CornerDownLeft size={14} aria-hidden className="shrink-0 text-muted" />
      </Button>
      <p role="status" className="sr-only">
        {count === 1 ? '1 conversation of this list fits.' : `${count} conversations of this list fit.`}
      </p>
      {count === 0 ? (
        <EmptyState icon={<Search size={22} />} title="Not in this list">
          Names, tags and last messages of the loaded list were looked at. Press Enter to search all messages of all
          conversations.
        </EmptyState>
      ) : (
        <ConversationList list={list} openId={openId} search={search} />
      )}
    </>
  );
}
