import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Keyboard, Search, X } from 'lucide-react';
import type { RefObject } from 'react';
import { Button } from 'react-aria-components/Button';
import { Input } from 'react-aria-components/Input';
import { SearchField } from 'react-aria-components/SearchField';
import { useCurrentClient } from '../../lib/current-client.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { SelectField } from '../../ui/SelectField.tsx';
import { widgetsQuery } from '../widgets/queries.ts';
import { countOf, countText } from './counts.ts';
import { countsQuery } from './extras-queries.ts';
import { assigneeLabels, viewLabels, without } from './FilterRail.tsx';
import type { InboxSearch, InboxView } from './filter.ts';

export interface FilterBarProps {
  search: InboxSearch;
  words: string;
  onWords: (words: string) => void;
  /** Enter was pressed in the search field. */
  onSubmit: () => void;
  inputRef: RefObject<HTMLInputElement | null>;
  onHelp: () => void;
}

/** Above the list: the title, a search in it and, where there is no room for the rail, the filters as selects. */
export function FilterBar({ search, words, onWords, onSubmit, inputRef, onHelp }: FilterBarProps) {
  const { clientId } = useCurrentClient();
  const view = search.view ?? 'active';
  return (
    <div className="flex shrink-0 flex-col gap-2 border-line border-b px-3 py-3">
      <div className="flex items-center gap-2">
        <h2 className="flex-1 px-1 font-semibold text-base">
          {viewLabels[view].label}
          <span className="sr-only"> conversations</span>
        </h2>
        <IconButton label="Keyboard shortcuts" size="small" onPress={onHelp} className="max-md:hidden">
          <Keyboard size={16} aria-hidden />
        </IconButton>
      </div>
      <SearchField
        aria-label="Search conversations"
        value={words}
        onChange={onWords}
        onSubmit={onSubmit}
        className="group relative flex"
      >
        <Search
          size={15}
          aria-hidden
          className="pointer-events-none absolute top-1/2 left-2.5 -translate-y-1/2 text-muted"
        />
        <Input
          ref={inputRef}
          placeholder="Search conversations"
          className="field h-8 border-line px-8 py-0 text-[0.8125rem] [&::-webkit-search-cancel-button]:hidden"
        />
        <Button
          aria-label="Clear search"
          className="absolute inset-y-0 right-1 flex w-7 items-center justify-center text-muted data-hovered:text-fg group-data-empty:hidden"
        >
          <X size={14} aria-hidden />
        </Button>
      </SearchField>
      <FilterSelects search={search} />
      {search.visitor !== undefined && <VisitorChip clientId={clientId} search={search} />}
    </div>
  );
}

function FilterSelects({ search }: { search: InboxSearch }) {
  const { clientId } = useCurrentClient();
  const navigate = useNavigate();
  const widgets = useQuery(widgetsQuery(clientId));
  const counts = useQuery(countsQuery(clientId));
  const counted = (view: InboxView) => {
    const count = counts.data ? countOf(view, counts.data) : 0;
    return count === 0 ? '' : ` (${countText(count)})`;
  };
  const go = (next: InboxSearch) => void navigate({ to: '/c/$clientId/inbox', params: { clientId }, search: next });
  return (
    <div className="flex gap-2 lg:hidden">
      <SelectField
        label="Status"
        hideLabel
        size="small"
        className="flex-1"
        value={search.view ?? 'active'}
        onChange={(view: InboxView) => go({ ...without(search, 'view'), ...(view === 'active' ? {} : { view }) })}
        options={(Object.keys(viewLabels) as InboxView[]).map((id) => ({
          id,
          label: viewLabels[id].label + counted(id),
        }))}
      />
      <SelectField
        label="Assigned to"
        hideLabel
        size="small"
        className="flex-1"
        value={search.assignee ?? 'all'}
        onChange={(assignee: 'all' | 'me' | 'none') =>
          go({ ...without(search, 'assignee'), ...(assignee === 'all' ? {} : { assignee }) })
        }
        options={(['all', 'me', 'none'] as const).map((id) => ({ id, label: assigneeLabels[id].label }))}
      />
      {widgets.data && widgets.data.length > 1 && (
        <SelectField
          label="Widget"
          hideLabel
          size="small"
          className="flex-1"
          value={search.widget ?? 'all'}
          onChange={(widget) => go(widget === 'all' ? without(search, 'widget') : { ...search, widget })}
          options={[
            { id: 'all', label: 'All widgets' },
            ...widgets.data.map((widget) => ({ id: widget.id, label: widget.name })),
          ]}
        />
      )}
    </div>
  );
}

function VisitorChip({ clientId, search }: { clientId: string; search: InboxSearch }) {
  const navigate = useNavigate();
  return (
    <p className="flex items-center justify-between gap-2 rounded-lg bg-accent-soft py-0.5 pr-0.5 pl-2.5 text-accent-fg text-xs">
      One visitor’s conversations
      <IconButton
        label="Show everyone’s conversations"
        size="small"
        className="text-accent-fg"
        onPress={() =>
          void navigate({ to: '/c/$clientId/inbox', params: { clientId }, search: without(search, 'visitor') })
        }
      >
        <X size={14} aria-hidden />
      </IconButton>
    </p>
  );
}
