import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Archive, ChevronDown, MessageSquareCode, Plus } from 'lucide-react';
import { Button as AriaButton } from 'react-aria-components/Button';
import { Disclosure, DisclosurePanel } from 'react-aria-components/Disclosure';
import { restoreWidget, type WidgetView } from '../../../../../shared/contracts/widgets.ts';
import { call } from '../../lib/api.ts';
import { useCurrentClient } from '../../lib/current-client.ts';
import { dateOnly, nearTime } from '../../lib/dates.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Button, buttonClass } from '../../ui/Button.tsx';
import { Page } from '../../ui/Page.tsx';
import { EmptyState, ErrorState, Loading, Skeleton } from '../../ui/states.tsx';
import { toastDone, toastFailed } from '../../ui/toasts.tsx';
import { statusLabels } from './labels.ts';
import { widgetsQuery } from './queries.ts';
import { useWidgetCache } from './use-widget-cache.ts';

/** All widgets of the client; the archived ones folded away below. */
export function WidgetListPage() {
  const { clientId, may } = useCurrentClient();
  const widgets = useQuery(widgetsQuery(clientId));
  const newWidget = may('widgets.manage') && (
    <Link to="/c/$clientId/widgets/new" params={{ clientId }} className={buttonClass('primary')}>
      <Plus size={16} aria-hidden /> New widget
    </Link>
  );
  return (
    <Page
      title="Widgets"
      description="Each is a chat for one site or one purpose, with its own look, texts and assistant."
      actions={newWidget}
    >
      {widgets.isPending && <ListSkeleton />}
      {widgets.isError && <ErrorState error={widgets.error} onRetry={() => void widgets.refetch()} />}
      {widgets.data?.length === 0 && (
        <div className="rounded-2xl border border-line border-dashed">
          <EmptyState icon={<MessageSquareCode size={24} />} title="No widget yet" action={newWidget}>
            {may('widgets.manage')
              ? 'Make one in a minute: a name, a colour, the site it is for, and a line to paste.'
              : 'Ask an admin to make the first one.'}
          </EmptyState>
        </div>
      )}
      {widgets.data && widgets.data.length > 0 && (
        <ul className="grid gap-3 sm:grid-cols-2 xl:grid-cols-3">
          {widgets.data.map((widget) => (
            <li key={widget.id}>
              <WidgetCard widget={widget} />
            </li>
          ))}
        </ul>
      )}
      <Archived />
    </Page>
  );
}

function WidgetCard({ widget }: { widget: WidgetView }) {
  const { clientId } = useCurrentClient();
  const status = statusLabels[widget.status];
  return (
    <Link
      to="/c/$clientId/widgets/$widgetId"
      params={{ clientId, widgetId: widget.id }}
      className="flex h-full flex-col gap-3 rounded-2xl border border-line bg-surface p-4 transition-colors hover:bg-hover"
    >
      <span className="flex items-center gap-3">
        <span
          aria-hidden
          className="size-9 shrink-0 rounded-xl border border-black/10"
          style={{ backgroundColor: widget.color }}
        />
        <span className="min-w-0 flex-1">
          <span className="block truncate font-semibold">{widget.name}</span>
          <span className="block truncate text-muted text-xs">
            {widget.allowedSites.length === 0 ? 'No site allowed' : widget.allowedSites.join(', ')}
          </span>
        </span>
      </span>
      <span className="line-clamp-2 min-h-10 text-[0.8125rem] text-muted">{widget.welcomeMessage}</span>
      <span className="mt-auto flex items-center gap-2">
        <Badge tone={status.tone}>{status.label}</Badge>
        {widget.status === 'pending' && widget.activateAt && (
          <span className="truncate text-muted text-xs">{nearTime(widget.activateAt)}</span>
        )}
        {widget.allowedSites.length === 0 && <Badge tone="warning">Appears nowhere</Badge>}
      </span>
      {widget.status === 'failed' && widget.statusReason && (
        <span className="text-danger-fg text-xs">{widget.statusReason}</span>
      )}
    </Link>
  );
}

function Archived() {
  const { clientId, may } = useCurrentClient();
  const archived = useQuery(widgetsQuery(clientId, true));
  const refresh = useWidgetCache(clientId);
  if (!archived.data || archived.data.length === 0) return null;
  const restore = async (widget: WidgetView) => {
    try {
      await refresh(await call(restoreWidget, { params: { clientId, widgetId: widget.id } }));
      toastDone(`${widget.name} is back, under the same key.`);
    } catch (error) {
      toastFailed('The widget was not restored.', error);
    }
  };
  return (
    <Disclosure className="group">
      <h2>
        <AriaButton
          slot="trigger"
          className="flex items-center gap-1.5 rounded-lg py-1 pr-2 font-medium text-muted data-hovered:text-fg"
        >
          <ChevronDown size={16} aria-hidden className="-rotate-90 transition-transform group-data-expanded:rotate-0" />
          Archived ({archived.data.length})
        </AriaButton>
      </h2>
      <DisclosurePanel>
        <ul className="mt-2 divide-y divide-line rounded-2xl border border-line bg-surface">
          {archived.data.map((widget) => (
            <li key={widget.id} className="flex items-center gap-3 px-4 py-2.5">
              <Archive size={16} aria-hidden className="shrink-0 text-muted" />
              <span className="min-w-0 flex-1">
                <span className="block truncate font-medium">{widget.name}</span>
                {widget.archivedAt && (
                  <span className="text-muted text-xs">Archived {dateOnly(widget.archivedAt)}</span>
                )}
              </span>
              {may('widgets.manage') && (
                <Button size="small" onPress={() => void restore(widget)}>
                  Restore
                </Button>
              )}
            </li>
          ))}
        </ul>
      </DisclosurePanel>
    </Disclosure>
  );
}

function ListSkeleton() {
  return (
    <Loading label="Loading widgets" className="grid gap-3 sm:grid-cols-2 xl:grid-cols-3">
      <Skeleton className="h-40 rounded-2xl" />
      <Skeleton className="h-40 rounded-2xl" />
      <Skeleton className="h-40 rounded-2xl" />
    </Loading>
  );
}
