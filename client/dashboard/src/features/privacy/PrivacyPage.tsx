import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useCurrentClient } from '../../lib/current-client.ts';
import { fullTime } from '../../lib/dates.ts';
import { itemsOf } from '../../lib/paging.ts';
import { Card, Page } from '../../ui/Page.tsx';
import { ErrorState } from '../../ui/states.tsx';
import { PagedList, RowsSkeleton } from '../settings/ListParts.tsx';
import { NotPermitted } from '../settings/NotPermitted.tsx';
import { countsSentence } from './counts-sentence.ts';
import { erasuresQuery, privacyQuery } from './queries.ts';
import { RetentionForm } from './RetentionForm.tsx';

/** How long conversations are kept, and receipts of what was erased. */
export function PrivacyPage() {
  const { may } = useCurrentClient();
  return (
    <Page title="Privacy" description="How long visitors’ data is kept, and what was erased." width="narrow">
      {may('privacy.manage') ? (
        <>
          <Retention />
          <Erasures />
        </>
      ) : (
        <NotPermitted />
      )}
    </Page>
  );
}

function Retention() {
  const { clientId } = useCurrentClient();
  const query = useQuery(privacyQuery(clientId));
  return (
    <Card
      title="Keeping conversations"
      description="A conversation goes with its messages, files, notes and ratings when nobody has written in it for so long; visitors go with their last one. Approved answers stay."
    >
      {query.isPending && <RowsSkeleton label="Loading the rule" />}
      {query.isError && query.data === undefined && <ErrorState error={query.error} onRetry={() => query.refetch()} />}
      {query.data && <RetentionForm key={query.data.retentionDays} privacy={query.data} />}
    </Card>
  );
}

const actors = {
  visitor: 'A visitor erased their data',
  user: 'A member erased a visitor',
  apiKey: 'A program erased a visitor',
  system: 'Conversations had become too old',
} as const;

function Erasures() {
  const { clientId } = useCurrentClient();
  const query = useInfiniteQuery({ ...erasuresQuery(clientId), staleTime: 0 });
  const items = itemsOf(query.data);
  return (
    <Card title="Receipts" description="What was erased, and when; not whose it was.">
      <PagedList
        query={query}
        label="Loading the receipts"
        isEmpty={items.length === 0}
        empty={<p className="text-muted">Nothing has been erased yet.</p>}
      >
        {items.map(({ id, actorKind, counts, createdAt }) => (
          <li key={id} className="flex flex-col gap-0.5 py-2">
            <div className="flex flex-wrap items-baseline justify-between gap-x-3">
              <p className="font-medium">{actors[actorKind]}</p>
              <time dateTime={createdAt} className="text-muted text-xs tabular-nums">
                {fullTime(createdAt)}
              </time>
            </div>
            <p className="text-[0.8125rem] text-muted">{countsSentence(counts)}</p>
            <p className="break-all text-2xs text-muted">Receipt {id}</p>
          </li>
        ))}
      </PagedList>
    </Card>
  );
}
