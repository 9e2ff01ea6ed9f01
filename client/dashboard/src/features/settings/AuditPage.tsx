import { useInfiniteQuery } from '@tanstack/react-query';
import { Bot, KeyRound, MessageCircle } from 'lucide-react';
import { Fragment } from 'react';
import { useCurrentClient } from '../../lib/current-client.ts';
import { clockTime, dayLabel, fullTime } from '../../lib/dates.ts';
import { itemsOf } from '../../lib/paging.ts';
import { Avatar } from '../../ui/Avatar.tsx';
import { Card, Page } from '../../ui/Page.tsx';
import { auditSentence } from './audit-sentence.ts';
import { PagedList } from './ListParts.tsx';
import { NotPermitted } from './NotPermitted.tsx';
import { type AuditEntryView, auditQuery } from './queries.ts';

/** Who changed what, newest first. */
export function AuditPage() {
  const { may } = useCurrentClient();
  return (
    <Page title="Audit log" description="Every change made by a member, a program or Confab itself." width="narrow">
      {may('audit.read') ? <Log /> : <NotPermitted />}
    </Page>
  );
}

function Log() {
  const { clientId } = useCurrentClient();
  const query = useInfiniteQuery({ ...auditQuery(clientId), staleTime: 0 });
  const items = itemsOf(query.data);
  return (
    <Card>
      <PagedList
        query={query}
        label="Loading the audit log"
        isEmpty={items.length === 0}
        empty={<p className="text-muted">Nothing has been changed yet.</p>}
      >
        {items.map((entry, index) => {
          const day = dayLabel(entry.createdAt);
          const before = items[index - 1];
          const isNewDay = !before || dayLabel(before.createdAt) !== day;
          return (
            <Fragment key={entry.id}>
              {isNewDay && <li className="pt-3 pb-1 font-medium text-muted text-xs">{day}</li>}
              <Entry entry={entry} />
            </Fragment>
          );
        })}
      </PagedList>
    </Card>
  );
}

const icons = { apiKey: KeyRound, system: Bot, visitor: MessageCircle };

function Entry({ entry }: { entry: AuditEntryView }) {
  const Icon = entry.actorKind === 'user' ? null : icons[entry.actorKind];
  return (
    <li className="flex items-start gap-3 py-2">
      {Icon ? (
        <span
          aria-hidden
          className="flex size-6 shrink-0 items-center justify-center rounded-full bg-sunken text-muted"
        >
          <Icon size={13} />
        </span>
      ) : (
        <Avatar name={entry.actorName} seed={entry.actorId ?? entry.actorName} size="small" />
      )}
      <p className="min-w-0 flex-1 break-words pt-0.5">
        <span className="font-medium">{entry.actorName}</span> {auditSentence(entry)}
      </p>
      <time
        dateTime={entry.createdAt}
        title={fullTime(entry.createdAt)}
        className="shrink-0 pt-1 text-muted text-xs tabular-nums"
      >
        {clockTime(entry.createdAt)}
      </time>
    </li>
  );
}
