import { Workflow } from 'lucide-react';
import { useCurrentClient } from '../../lib/current-client.ts';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Page.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { NotPermitted } from '../settings/NotPermitted.tsx';
import { useEditor } from '../widgets/editor/editor-context.ts';
import { WebhookCalls } from './WebhookCalls.tsx';
import { WebhookSecretCard } from './WebhookSecretCard.tsx';
import { WebhookUrlField } from './WebhookUrlField.tsx';

/** The workflow that answers for a widget: where it is, how it knows who calls, and how its calls went. */
export function WebhookTab() {
  const { widget, draft, change } = useEditor();
  const { may } = useCurrentClient();
  if (!may('widgets.manage')) return <NotPermitted />;
  return (
    <>
      {draft.engine === 'webhook' ? (
        <Card title="Workflow">
          <WebhookUrlField />
          <SetupHelp />
        </Card>
      ) : (
        <Card>
          <EmptyState
            icon={<Workflow size={22} />}
            title="No workflow answers this widget"
            action={<Button onPress={() => change({ engine: 'webhook' })}>Let a workflow answer</Button>}
          >
            An n8n workflow, or any address of yours, can answer visitors in the assistant’s place.
          </EmptyState>
        </Card>
      )}
      <WebhookSecretCard widgetId={widget.id} isArchived={widget.archivedAt !== null} />
      <WebhookCalls widgetId={widget.id} canSend={widget.archivedAt === null && widget.engine === 'webhook'} />
    </>
  );
}

function SetupHelp() {
  return (
    <details className="text-[0.8125rem]">
      <summary className="cursor-pointer font-medium text-accent-fg">From nothing to an answer with n8n</summary>
      <ol className="mt-2 flex list-decimal flex-col gap-1 pl-5">
        <li>
          In n8n, import <code className="font-mono">chat-trigger-agent.json</code> from the folder{' '}
          <code className="font-mono">docs/n8n</code> that comes with Confab.
        </li>
        <li>Give its chat model a credential, and write in the agent’s system message who you are.</li>
        <li>Publish the workflow, and copy the address of its chat trigger. It ends in /chat.</li>
        <li>Paste it above and save. Then ask something in the preview: the call appears below.</li>
      </ol>
      <p className="mt-2 text-muted">
        <code className="font-mono">docs/n8n/README.md</code> tells the rest: answers that come later, checking the
        signature, and what is sent. Addresses in your own network need{' '}
        <code className="font-mono">FETCH_ALLOW_PRIVATE</code>.
      </p>
    </details>
  );
}
