import { useQuery } from '@tanstack/react-query';
import { CircleCheck, Globe } from 'lucide-react';
import type { WidgetInstallView, WidgetView } from '../../../../../shared/contracts/widgets.ts';
import { useAgo } from '../../lib/ago.ts';
import { useCurrentClient } from '../../lib/current-client.ts';
import { dateOnly, fullTime } from '../../lib/dates.ts';
import { Button } from '../../ui/Button.tsx';
import { Spinner } from '../../ui/Spinner.tsx';
import { EmptyState, Loading, Skeleton } from '../../ui/states.tsx';
import { installsQuery } from './queries.ts';

const recentMs = 10 * 60_000;

/** The sites on which the tag was seen; a sighting appears by itself. */
export function InstallList({ widget }: { widget: WidgetView }) {
  const { clientId } = useCurrentClient();
  const query = useQuery(installsQuery(clientId, widget.id));
  if (query.isPending) {
    return (
      <Loading label="Loading the sites" className="flex flex-col gap-3">
        <Skeleton className="h-9 w-full" />
        <Skeleton className="h-9 w-full" />
      </Loading>
    );
  }
  if (!query.data) return <Failed onRetry={() => void query.refetch()} />;
  if (query.data.length === 0) {
    return (
      <EmptyState icon={<Globe size={22} />} title="Not seen anywhere yet">
        Open a page that has the tag, on one of the allowed sites. It appears here within seconds.
      </EmptyState>
    );
  }
  return (
    <ul className="-my-1 divide-y divide-line">
      {query.data.map((install) => (
        <InstallRow key={install.origin} install={install} />
      ))}
    </ul>
  );
}

function InstallRow({ install }: { install: WidgetInstallView }) {
  const ago = useAgo(install.lastSeenAt);
  const isRecent = Date.now() - new Date(install.lastSeenAt).getTime() < recentMs;
  return (
    <li className="flex items-center gap-3 py-2.5">
      <span aria-hidden className={`size-2 shrink-0 rounded-full ${isRecent ? 'bg-success-fg' : 'bg-line-strong'}`} />
      <div className="min-w-0 flex-1">
        <p className="break-all font-mono text-[0.8125rem]">{install.origin}</p>
        <p className="text-muted text-xs">
          Last seen{' '}
          <time dateTime={install.lastSeenAt} title={fullTime(install.lastSeenAt)}>
            {ago}
          </time>{' '}
          · first seen{' '}
          <time dateTime={install.firstSeenAt} title={fullTime(install.firstSeenAt)}>
            {dateOnly(install.firstSeenAt)}
          </time>
        </p>
      </div>
    </li>
  );
}

/** Waits for the tag to be seen on a site, and turns green when it is. */
export function LiveCheck({ widget }: { widget: WidgetView }) {
  const { clientId } = useCurrentClient();
  // Without a live connection the sighting is found by asking.
  const query = useQuery({ ...installsQuery(clientId, widget.id), refetchInterval: 15_000 });
  const seen = query.data?.[0];
  return (
    <div role="status">
      {seen ? (
        <Seen install={seen} others={(query.data?.length ?? 1) - 1} />
      ) : (
        <div className="flex items-center gap-3 rounded-xl border border-line bg-sunken px-4 py-3">
          {query.isError ? (
            <Failed onRetry={() => void query.refetch()} />
          ) : (
            <>
              <span aria-hidden className="text-muted">
                <Spinner />
              </span>
              <div>
                <p className="font-medium">Waiting for the first visit</p>
                <p className="text-muted text-xs">
                  Open a page with the line on one of your sites. This turns green by itself.
                </p>
              </div>
            </>
          )}
        </div>
      )}
    </div>
  );
}

function Seen({ install, others }: { install: WidgetInstallView; others: number }) {
  const ago = useAgo(install.lastSeenAt);
  return (
    <div className="flex animate-enter items-center gap-3 rounded-xl bg-success-soft px-4 py-3 text-success-fg">
      <CircleCheck size={22} aria-hidden className="shrink-0" />
      <div className="min-w-0">
        <p className="font-semibold">It works: the tag was seen</p>
        <p className="break-all text-xs">
          on {install.origin}, {ago}
          {others > 0 && ` · and on ${others} more ${others === 1 ? 'site' : 'sites'}`}
        </p>
      </div>
    </div>
  );
}

function Failed({ onRetry }: { onRetry: () => void }) {
  return (
    <p className="flex flex-wrap items-center gap-2 text-muted">
      Where the tag was seen could not be loaded.
      <Button size="small" onPress={onRetry}>
        Try again
      </Button>
    </p>
  );
}
