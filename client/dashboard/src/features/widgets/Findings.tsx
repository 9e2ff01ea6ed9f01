import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CircleCheck, ExternalLink, RotateCw } from 'lucide-react';
import type { WidgetFindingView } from '../../../../../shared/contracts/doctor.ts';
import type { WidgetView } from '../../../../../shared/contracts/widgets.ts';
import { useAgo } from '../../lib/ago.ts';
import { useCurrentClient } from '../../lib/current-client.ts';
import { fullTime, nearTime } from '../../lib/dates.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Button, buttonClass } from '../../ui/Button.tsx';
import { CopyField } from '../../ui/CopyField.tsx';
import { Notice } from '../../ui/Notice.tsx';
import { Loading, Skeleton } from '../../ui/states.tsx';
import { findingsQuery, installsQuery } from './queries.ts';
import { type Remedy, remedyOf } from './remedy.ts';

/** Adds a line to the draft of the allowed sites; undefined where nothing is edited. */
type Allow = ((site: string) => void) | undefined;

/** What is wrong with the tag, site by site, and what puts it right. Turns green by itself. */
export function Findings({ widget, onAllow }: { widget: WidgetView; onAllow?: Allow }) {
  const { clientId } = useCurrentClient();
  const query = useQuery({ ...findingsQuery(clientId, widget.id), refetchInterval: 15_000 });
  const installs = useQuery(installsQuery(clientId, widget.id));
  if (query.isPending) {
    return (
      <Loading label="Loading what was found">
        <Skeleton className="h-12 w-full" />
      </Loading>
    );
  }
  if (!query.data) {
    return (
      <p className="flex flex-wrap items-center gap-2 text-muted">
        What was found could not be loaded.
        <Button size="small" onPress={() => void query.refetch()}>
          Try again
        </Button>
      </p>
    );
  }
  const open = query.data.filter(({ solvedAt }) => solvedAt === null);
  const solved = query.data.filter(({ solvedAt }) => solvedAt !== null);
  const isSeen = (installs.data?.length ?? 0) > 0;
  return (
    <div className="flex flex-col gap-3">
      <div role="status" className="empty:hidden">
        {open.length === 0 && (
          <Notice
            tone={isSeen ? 'success' : 'note'}
            title={isSeen ? 'Nothing is wrong' : 'Nothing is known to be wrong'}
          >
            {isSeen
              ? 'Pages with the tag look at themselves from time to time, and tell what they find here.'
              : 'The tag was not seen yet. As soon as a page with it is opened, what is wrong there appears here.'}
          </Notice>
        )}
      </div>
      {widget.identityFailure && <RefusedIdentity widgetId={widget.id} />}
      {open.length > 0 && (
        <ul className="flex flex-col gap-3">
          {open.map((finding) => (
            <Finding key={`${finding.kind} ${finding.origin}`} {...{ finding, widget, onAllow }} />
          ))}
        </ul>
      )}
      {solved.length > 0 && (
        <ul aria-label="Solved" className="flex flex-col gap-1.5">
          {solved.map((finding) => (
            <Solved key={`${finding.kind} ${finding.origin}`} finding={finding} widget={widget} />
          ))}
        </ul>
      )}
      <div className="flex flex-wrap items-center gap-2">
        <Button size="small" isPending={query.isFetching} onPress={() => void query.refetch()}>
          <RotateCw size={14} aria-hidden /> Look again
        </Button>
        <p className="min-w-0 flex-1 text-muted text-xs">
          Open any of your pages with <code className="font-mono">#confab-doctor</code> at the end of its address, and
          it is looked at on the spot.
        </p>
      </div>
    </div>
  );
}

const toneWords = { danger: 'No chat', warning: 'Works, but', note: 'To know' } as const;

function Finding({ finding, widget, onAllow }: { finding: WidgetFindingView; widget: WidgetView; onAllow: Allow }) {
  const remedy = remedyOf(finding, widget);
  return (
    <li className="flex flex-col gap-2.5 rounded-xl border border-line p-3">
      <div className="flex flex-wrap items-center gap-2">
        <Badge tone={remedy.tone}>{toneWords[remedy.tone]}</Badge>
        <h3 className="min-w-0 font-semibold">{remedy.title}</h3>
      </div>
      <div>
        <p className="break-all font-mono text-[0.8125rem]">{finding.origin ?? 'A page without an address'}</p>
        <Sightings finding={finding} />
      </div>
      <p className="text-[0.8125rem]">{remedy.cause}</p>
      {remedy.paste && <CopyField label={remedy.paste.label} text={remedy.paste.text} />}
      <div className="flex flex-wrap gap-2">
        <Setting setting={remedy.setting} widgetId={widget.id} onAllow={onAllow} />
        {finding.origin && (
          <a
            href={`${finding.origin}/#confab-doctor`}
            target="_blank"
            rel="noreferrer"
            className={buttonClass('quiet', 'small')}
          >
            <ExternalLink size={14} aria-hidden /> Open the site and check again
          </a>
        )}
      </div>
    </li>
  );
}

function Sightings({ finding }: { finding: WidgetFindingView }) {
  const ago = useAgo(finding.lastSeenAt);
  if (finding.count === 0) return null;
  return (
    <p className="text-muted text-xs">
      Since{' '}
      <time dateTime={finding.firstSeenAt} title={fullTime(finding.firstSeenAt)}>
        {nearTime(finding.firstSeenAt)}
      </time>
      {finding.count > 1 && `, told ${finding.count} times`}, last{' '}
      <time dateTime={finding.lastSeenAt} title={fullTime(finding.lastSeenAt)}>
        {ago}
      </time>
    </p>
  );
}

interface SettingProps {
  setting: Remedy['setting'];
  widgetId: string;
  onAllow: Allow;
}

function Setting({ setting, widgetId, onAllow }: SettingProps) {
  const { clientId } = useCurrentClient();
  if (!setting) return null;
  if (setting.kind === 'allow') {
    if (!onAllow) return null;
    return (
      <Button size="small" onPress={() => onAllow(setting.site)}>
        Add {setting.site}
      </Button>
    );
  }
  return (
    <Link
      to="/c/$clientId/widgets/$widgetId"
      params={{ clientId, widgetId }}
      className={buttonClass('secondary', 'small')}
    >
      To place and layer
    </Link>
  );
}

function Solved({ finding, widget }: { finding: WidgetFindingView; widget: WidgetView }) {
  const ago = useAgo(finding.solvedAt ?? finding.lastSeenAt);
  return (
    <li className="flex animate-enter items-start gap-2 text-[0.8125rem] text-success-fg">
      <CircleCheck size={16} aria-hidden className="mt-0.5 shrink-0" />
      <span className="min-w-0 [overflow-wrap:anywhere]">
        Solved {ago}: {remedyOf(finding, widget).title}
        {finding.origin && `, on ${finding.origin}`}
      </span>
    </li>
  );
}

function RefusedIdentity({ widgetId }: { widgetId: string }) {
  const { clientId } = useCurrentClient();
  return (
    <Notice tone="warning" title="A token that says who is signed in was refused">
      <Link
        to="/c/$clientId/widgets/$widgetId"
        params={{ clientId, widgetId }}
        search={{ tab: 'danger' }}
        className="underline"
      >
        Why, and what to do
      </Link>
    </Notice>
  );
}
