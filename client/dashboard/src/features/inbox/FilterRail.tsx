import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import {
  Archive,
  CircleDot,
  Clock,
  Inbox,
  type LucideIcon,
  MessageCircleQuestion,
  Moon,
  UserRound,
  UsersRound,
  UserX,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { useCurrentClient } from '../../lib/current-client.ts';
import { cx } from '../../ui/cx.ts';
import { widgetsQuery } from '../widgets/queries.ts';
import { countOf, countText } from './counts.ts';
import { countsQuery } from './extras-queries.ts';
import type { InboxSearch } from './filter.ts';

export const viewLabels = {
  active: { label: 'Active', icon: Inbox, hint: 'Waiting and open' },
  waiting: { label: 'Waiting', icon: MessageCircleQuestion, hint: 'The visitor waits for an answer' },
  open: { label: 'Open', icon: CircleDot, hint: 'Answered, not closed' },
  snoozed: { label: 'Snoozed', icon: Moon, hint: 'Comes back later' },
  closed: { label: 'Closed', icon: Archive, hint: 'Done' },
  all: { label: 'All', icon: Clock, hint: 'Whatever the status' },
} as const satisfies Record<string, { label: string; icon: LucideIcon; hint: string }>;

export const assigneeLabels = {
  all: { label: 'Everyone', icon: UsersRound },
  me: { label: 'Me', icon: UserRound },
  none: { label: 'Unassigned', icon: UserX },
} as const satisfies Record<string, { label: string; icon: LucideIcon }>;

/** The filters as a column of links. */
export function FilterRail({ search, className }: { search: InboxSearch; className?: string }) {
  const { clientId, clientName } = useCurrentClient();
  const widgets = useQuery(widgetsQuery(clientId));
  const counts = useQuery(countsQuery(clientId));
  return (
    <nav
      aria-label="Filters"
      className={cx(
        'scroll-thin shrink-0 flex-col gap-5 overflow-y-auto border-line border-r bg-canvas px-3 py-4',
        className,
      )}
    >
      <p className="truncate px-2 font-semibold" title={clientName}>
        {clientName}
      </p>
      <FilterGroup title="Status">
        {(Object.keys(viewLabels) as (keyof typeof viewLabels)[]).map((view) => (
          <FilterLink
            key={view}
            search={{ ...without(search, 'view'), ...(view === 'active' ? {} : { view }) }}
            isCurrent={(search.view ?? 'active') === view}
            {...viewLabels[view]}
            count={counts.data && countOf(view, counts.data)}
            unread={view === 'active' ? counts.data?.unread : undefined}
          />
        ))}
      </FilterGroup>
      <FilterGroup title="Assigned to">
        {(Object.keys(assigneeLabels) as (keyof typeof assigneeLabels)[]).map((assignee) => (
          <FilterLink
            key={assignee}
            search={{ ...without(search, 'assignee'), ...(assignee === 'all' ? {} : { assignee }) }}
            isCurrent={(search.assignee ?? 'all') === assignee}
            {...assigneeLabels[assignee]}
          />
        ))}
      </FilterGroup>
      {widgets.data && widgets.data.length > 1 && (
        <FilterGroup title="Widget">
          <FilterLink search={without(search, 'widget')} isCurrent={search.widget === undefined} label="All widgets" />
          {widgets.data.map((widget) => (
            <FilterLink
              key={widget.id}
              search={{ ...search, widget: widget.id }}
              isCurrent={search.widget === widget.id}
              label={widget.name}
              color={widget.color}
            />
          ))}
        </FilterGroup>
      )}
    </nav>
  );
}

export function without<K extends keyof InboxSearch>(search: InboxSearch, name: K): Omit<InboxSearch, K> {
  const { [name]: _, ...rest } = search;
  return rest;
}

function FilterGroup({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div>
      <h2 className="px-2 pb-1 font-medium text-muted text-xs">{title}</h2>
      <ul className="flex flex-col">{children}</ul>
    </div>
  );
}

interface FilterLinkProps {
  search: InboxSearch;
  isCurrent: boolean;
  label: string;
  icon?: LucideIcon;
  color?: string;
  hint?: string;
  count?: number | undefined;
  /** How many of them nobody has read. */
  unread?: number | undefined;
}

function FilterLink({ search, isCurrent, label, icon: Icon, color, hint, count = 0, unread = 0 }: FilterLinkProps) {
  const { clientId } = useCurrentClient();
  return (
    <li>
      <Link
        to="/c/$clientId/inbox"
        params={{ clientId }}
        search={search}
        aria-current={isCurrent ? 'true' : undefined}
        title={hint}
        className={cx(
          'flex items-center gap-2 rounded-lg px-2 py-1.5 text-[0.8125rem]',
          isCurrent ? 'bg-accent-soft font-medium text-accent-fg' : 'text-muted hover:bg-hover hover:text-fg',
        )}
      >
        {Icon && <Icon size={16} aria-hidden className="shrink-0" />}
        {color && <span aria-hidden className="mx-1 size-2 shrink-0 rounded-full" style={{ backgroundColor: color }} />}
        <span className="min-w-0 flex-1 truncate">{label}</span>
        {unread > 0 && (
          <span className="rounded-full bg-accent px-1.5 font-semibold text-2xs text-on-accent tabular-nums">
            {countText(unread)} <span className="font-medium">new</span>
          </span>
        )}
        {count > 0 && <span className="text-2xs tabular-nums">{countText(count)}</span>}
      </Link>
    </li>
  );
}
