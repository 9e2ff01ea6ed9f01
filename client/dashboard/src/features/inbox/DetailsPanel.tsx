import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ExternalLink } from 'lucide-react';
import { type ReactNode, useMemo } from 'react';
import { useCurrentClient } from '../../lib/current-client.ts';
import { dateOnly, fullTime, shortTime } from '../../lib/dates.ts';
import { Avatar } from '../../ui/Avatar.tsx';
import { Badge } from '../../ui/Badge.tsx';
import { Skeleton } from '../../ui/states.tsx';
import { VisitorData } from '../privacy/VisitorData.tsx';
import { widgetsQuery } from '../widgets/queries.ts';
import { AssigneeSelect } from './AssigneeSelect.tsx';
import { statusTones } from './ConversationRow.tsx';
import { inOrder } from './conversation-pages.ts';
import { browserOf, languageOf, mailTo, webAddress } from './describe-visitor.ts';
import { conversationName } from './names.ts';
import { type ConversationDetail, conversationsQuery } from './queries.ts';
import { RatingFacts } from './Rating.tsx';
import { TagEditor } from './TagEditor.tsx';
import { useInboxOwner } from './use-client-live.ts';
import type { ConversationActions } from './use-conversation-actions.ts';

/** Beside the thread: who takes care, tags, what is known of the visitor, their other conversations. */
export function DetailsPanel({ detail, actions }: { detail: ConversationDetail; actions: ConversationActions }) {
  const { visitor } = detail;
  const name = conversationName({ ...detail, title: null });
  return (
    <div className="flex flex-col gap-5">
      <div className="flex items-center gap-3">
        <Avatar
          name={name.replace(/^(Visitor|Conversation) .{4}$/, '$1')}
          seed={detail.visitorId ?? detail.id}
          size="large"
        />
        <div className="min-w-0">
          <p className="truncate font-semibold">{name}</p>
          {visitor?.email ? (
            <a href={mailTo(visitor.email)} className="block truncate text-accent-fg text-xs hover:underline">
              {visitor.email}
            </a>
          ) : (
            <p className="text-muted text-xs">{visitor?.externalId ? 'Identified by the site' : 'Anonymous visitor'}</p>
          )}
        </div>
      </div>
      <AssigneeSelect detail={detail} actions={actions} showLabel />
      <TagEditor key={detail.id} tags={detail.tags} onChange={actions.setTags} />
      {detail.rating && <RatingFacts rating={detail.rating} />}
      <Facts detail={detail} />
      <PageContext context={detail.metadata.context} />
      {detail.visitorId !== null && <PastConversations visitorId={detail.visitorId} exceptId={detail.id} />}
      {detail.visitorId !== null && <VisitorData visitorId={detail.visitorId} name={name} />}
    </div>
  );
}

function Facts({ detail }: { detail: ConversationDetail }) {
  const { clientId } = useCurrentClient();
  const widgets = useQuery(widgetsQuery(clientId));
  const { visitor } = detail;
  const widget = widgets.data?.find((one) => one.id === detail.widgetId);
  const page = webAddress(visitor?.pageUrl ?? null);
  const extras = Object.entries(visitor?.info ?? {}).filter(([, value]) => value !== null && value !== '');
  return (
    <section>
      <h3 className="mb-1.5 font-medium text-[0.8125rem]">About</h3>
      <dl className="flex flex-col gap-2 text-[0.8125rem]">
        {page && (
          <Fact label="Page">
            <a
              href={page.href}
              target="_blank"
              rel="noreferrer noopener"
              className="inline-flex max-w-full items-center gap-1 text-accent-fg hover:underline"
            >
              <span className="truncate">{page.short}</span>
              <ExternalLink size={12} aria-hidden className="shrink-0" />
              <span className="sr-only">(opens in a new tab)</span>
            </a>
          </Fact>
        )}
        {visitor?.locale && <Fact label="Language">{languageOf(visitor.locale)}</Fact>}
        {visitor?.userAgent && <Fact label="Browser">{browserOf(visitor.userAgent)}</Fact>}
        {widget && <Fact label="Widget">{widget.name}</Fact>}
        {visitor?.externalId && <Fact label="Their id">{visitor.externalId}</Fact>}
        {extras.map(([key, value]) => (
          <Fact key={key} label={key}>
            {asText(value)}
          </Fact>
        ))}
        {visitor && <Fact label="First seen">{dateOnly(visitor.createdAt)}</Fact>}
        <Fact label="Started">{fullTime(detail.createdAt)}</Fact>
      </dl>
    </section>
  );
}

/** What the page itself says with `Confab.setContext`. */
function PageContext({ context }: { context: unknown }) {
  const facts = context && typeof context === 'object' ? Object.entries(context) : [];
  if (facts.length === 0) return null;
  return (
    <section>
      <h3 className="mb-1.5 font-medium text-[0.8125rem]">From the page</h3>
      <dl className="flex flex-col gap-2 text-[0.8125rem]">
        {facts.map(([key, value]) => (
          <Fact key={key} label={key}>
            {asText(value)}
          </Fact>
        ))}
      </dl>
    </section>
  );
}

const asText = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="grid grid-cols-[5.5rem_1fr] gap-2">
      <dt className="truncate text-muted">{label}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </div>
  );
}

function PastConversations({ visitorId, exceptId }: { visitorId: string; exceptId: string }) {
  const { clientId } = useCurrentClient();
  const { myId } = useInboxOwner(clientId);
  const list = useInfiniteQuery(
    conversationsQuery(clientId, { view: 'all', assignee: 'all', widgetId: null, visitorId }, myId),
  );
  const others = useMemo(
    () => (list.data ? inOrder(list.data).filter((conversation) => conversation.id !== exceptId) : []),
    [list.data, exceptId],
  );
  return (
    <section>
      <h3 className="mb-1.5 font-medium text-[0.8125rem]">Other conversations</h3>
      {list.isPending && <Skeleton className="h-10 w-full" />}
      {list.isError && <p className="text-muted text-xs">They could not be loaded.</p>}
      {list.data && others.length === 0 && <p className="text-muted text-xs">This is the first one.</p>}
      <ul className="flex flex-col gap-1">
        {others.slice(0, 5).map((conversation) => (
          <li key={conversation.id}>
            <Link
              to="/c/$clientId/inbox/$conversationId"
              params={{ clientId, conversationId: conversation.id }}
              search={true}
              className="block rounded-lg border border-line bg-surface px-2.5 py-1.5 hover:bg-hover"
            >
              <span className="flex items-center justify-between gap-2">
                <Badge tone={statusTones[conversation.status].tone}>{statusTones[conversation.status].label}</Badge>
                <span className="text-2xs text-muted">{shortTime(conversation.updatedAt)}</span>
              </span>
              <span className="mt-0.5 block truncate text-xs">
                {conversation.title ?? conversation.lastMessagePreview ?? 'No messages'}
              </span>
            </Link>
          </li>
        ))}
      </ul>
      {(others.length > 5 || list.hasNextPage) && (
        <Link
          to="/c/$clientId/inbox"
          params={{ clientId }}
          search={{ view: 'all', visitor: visitorId }}
          className="mt-1.5 inline-block text-accent-fg text-xs hover:underline"
        >
          Show all of them
        </Link>
      )}
    </section>
  );
}
