import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components/Tabs';
import { useCurrentClient } from '../../lib/current-client.ts';
import { throttled } from '../../lib/debounce.ts';
import { useLive } from '../../lib/live.ts';
import { cx } from '../../ui/cx.ts';
import { Page } from '../../ui/Page.tsx';
import { SelectField } from '../../ui/SelectField.tsx';
import { widgetsQuery } from '../widgets/queries.ts';
import { Counts } from './Counts.tsx';
import { GettingStarted } from './GettingStarted.tsx';
import { answerCountsQuery, answersKey, type ReceiptPlace } from './queries.ts';
import { ReceiptList } from './ReceiptList.tsx';
import { type AnswersTab, answersTabs } from './searches.ts';
import { UnansweredList } from './UnansweredList.tsx';
import { WhyDialog } from './WhyDialog.tsx';

const route = getRouteApi('/signed-in/c/$clientId/answers');

const tabLabels: Record<AnswersTab, string> = {
  attention: 'Needs attention',
  unanswered: 'Without an answer',
  all: 'All',
};

/** How long news are gathered before the report is read again. */
const refreshMs = 3_000;

/** How the assistant's answers turned out, and where it needs help. */
export function AnswersPage() {
  const { clientId } = useCurrentClient();
  const { tab = 'attention', widget } = route.useSearch();
  const navigate = route.useNavigate();
  const counts = useQuery(answerCountsQuery(clientId));
  const [why, setWhy] = useState<ReceiptPlace | null>(null);
  useFreshAnswers(clientId);
  const isNew = counts.data !== undefined && totalOf(counts.data) === 0;
  const go = (next: AnswersTab) =>
    void navigate({ search: (before) => ({ ...before, tab: next === 'attention' ? undefined : next }), replace: true });

  return (
    <Page
      title="Answers"
      description="What your visitors asked, what the assistant said, and where it needs your help."
      actions={<WidgetFilter widgetId={widget} />}
    >
      {isNew && <GettingStarted />}
      <Counts query={counts} />
      <Tabs selectedKey={tab} onSelectionChange={(key) => go(key as AnswersTab)} className="flex flex-col gap-4">
        <TabList
          aria-label="Answers"
          className="flex gap-1 overflow-x-auto border-line border-b [scrollbar-width:none]"
        >
          {answersTabs.map((id) => (
            <Tab
              key={id}
              id={id}
              className={({ isSelected, isHovered }) =>
                cx(
                  '-mb-px shrink-0 border-b-2 px-2.5 py-2 font-medium whitespace-nowrap -outline-offset-2!',
                  isSelected ? 'border-accent-fg text-accent-fg' : 'border-transparent text-muted',
                  isHovered && !isSelected && 'text-fg',
                )
              }
            >
              {tabLabels[id]}
            </Tab>
          ))}
        </TabList>
        <TabPanel id="attention">
          <ReceiptList order="worst" widgetId={widget} onWhy={setWhy} />
        </TabPanel>
        <TabPanel id="unanswered">
          <UnansweredList onWhy={setWhy} />
        </TabPanel>
        <TabPanel id="all">
          <ReceiptList order="newest" widgetId={widget} onWhy={setWhy} />
        </TabPanel>
      </Tabs>
      <WhyDialog place={why} onClose={() => setWhy(null)} />
    </Page>
  );
}

function WidgetFilter({ widgetId }: { widgetId: string | undefined }) {
  const { clientId } = useCurrentClient();
  const { tab } = route.useSearch();
  const navigate = route.useNavigate();
  const widgets = useQuery(widgetsQuery(clientId));
  if (tab === 'unanswered' || !widgets.data || widgets.data.length < 2) return null;
  return (
    <SelectField
      label="Widget"
      hideLabel
      size="small"
      className="w-44"
      value={widgetId ?? 'all'}
      onChange={(id) =>
        void navigate({ search: (before) => ({ ...before, widget: id === 'all' ? undefined : id }), replace: true })
      }
      options={[{ id: 'all', label: 'All widgets' }, ...widgets.data.map(({ id, name }) => ({ id, label: name }))]}
    />
  );
}

const totalOf = (counts: { answered: number; unknown: number; fallback: number; failed: number; silent: number }) =>
  counts.answered + counts.unknown + counts.fallback + counts.failed + counts.silent;

/** Reads the report again a while after the assistant has said something. */
function useFreshAnswers(clientId: string): void {
  const live = useLive();
  const queryClient = useQueryClient();
  useEffect(() => {
    if (!live) return;
    const refresh = throttled(() => {
      void queryClient.invalidateQueries({
        queryKey: answersKey(clientId),
        // A receipt that is open stays as it is.
        predicate: ({ queryKey }) => queryKey[2] !== 'one',
      });
    }, refreshMs);
    const leave = live.on('message:created', ({ message }) => {
      if (message.role === 'assistant') refresh();
    });
    return () => {
      refresh.cancel();
      leave();
    };
  }, [live, queryClient, clientId]);
}
