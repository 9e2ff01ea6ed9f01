import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Check } from 'lucide-react';
import type { ReactNode } from 'react';
import { useCurrentClient } from '../../lib/current-client.ts';
import { cx } from '../../ui/cx.ts';
import { Card } from '../../ui/Page.tsx';
import { documentsQuery } from '../knowledge/queries.ts';
import { widgetsQuery } from '../widgets/queries.ts';

const link = 'font-medium text-accent-fg underline underline-offset-2';

/** The way to the first answer, with what is done of it already. */
export function GettingStarted() {
  const { clientId } = useCurrentClient();
  const documents = useQuery(documentsQuery(clientId));
  const widgets = useQuery(widgetsQuery(clientId));
  if (!documents.data || !widgets.data) return null;
  const answering = widgets.data.find(({ engine }) => engine !== 'none');
  const params = { clientId };
  return (
    <Card title="Nobody has asked the assistant yet">
      <ol className="flex flex-col gap-3">
        <Step number={1} isDone={documents.data.some(({ version }) => version > 0)}>
          <Link to="/c/$clientId/knowledge" params={params} className={link}>
            Give it something to know
          </Link>
          : a file, a page, your whole site, or questions with answers.
        </Step>
        <Step number={2} isDone={answering !== undefined}>
          {widgets.data[0] ? (
            <Link
              to="/c/$clientId/widgets/$widgetId"
              params={{ clientId, widgetId: (answering ?? widgets.data[0]).id }}
              search={{ tab: 'assistant' }}
              className={link}
            >
              Let it answer first
            </Link>
          ) : (
            <Link to="/c/$clientId/widgets/new" params={params} className={link}>
              Make a widget
            </Link>
          )}
          : the widget’s assistant may answer from your documents, with a language model, or by a workflow of yours.
        </Step>
        <Step number={3} isDone={false}>
          <Link to="/c/$clientId/knowledge/playground" params={params} className={link}>
            Ask it something yourself
          </Link>
          , then put the widget on your site. What visitors ask appears here.
        </Step>
      </ol>
    </Card>
  );
}

function Step({ number, isDone, children }: { number: number; isDone: boolean; children: ReactNode }) {
  return (
    <li className="flex items-start gap-3">
      <span
        className={cx(
          'flex size-6 shrink-0 items-center justify-center rounded-full font-semibold text-xs',
          isDone ? 'bg-success-soft text-success-fg' : 'bg-accent-soft text-accent-fg',
        )}
      >
        {isDone ? <Check size={14} aria-label="Done" /> : number}
      </span>
      <p className="min-w-0 pt-0.5">{children}</p>
    </li>
  );
}
