import { Link } from '@tanstack/react-router';
import type { WidgetView } from '../../../../../../shared/contracts/widgets.ts';
import { useCurrentClient } from '../../../lib/current-client.ts';
import { Button, buttonClass } from '../../../ui/Button.tsx';
import { CopyField } from '../../../ui/CopyField.tsx';
import { Notice } from '../../../ui/Notice.tsx';
import { Card } from '../../../ui/Page.tsx';
import { Findings } from '../Findings.tsx';
import { LiveCheck } from '../Installs.tsx';

/** Last step: the line to paste, and what to expect then. */
export function TagStep({ widget, onBack }: { widget: WidgetView; onBack: () => void }) {
  const { clientId } = useCurrentClient();
  return (
    <Card title="Paste this line into your pages">
      <CopyField label="Before </body>, on every page that shall have the chat" text={widget.embedCode} />
      {widget.status === 'failed' && (
        <Notice tone="danger" title="The widget does not work yet">
          {widget.statusReason}
        </Notice>
      )}
      <ol className="list-decimal space-y-1.5 pl-5">
        <li>
          Open one of your pages
          {widget.allowedSites.length > 0 && (
            <>
              {' '}
              on <span className="font-mono text-[0.8125rem]">{widget.allowedSites.join(', ')}</span>
            </>
          )}
          . The launcher is in the {widget.position === 'left' ? 'left' : 'right'} corner.
        </li>
        <li>Write something as a visitor would. It appears in the inbox at once.</li>
        <li>Answer there; the answer appears on the page.</li>
      </ol>
      {widget.allowedSites.length === 0 && (
        <Notice tone="warning">No site is allowed yet, so the widget appears nowhere. Go back and add yours.</Notice>
      )}
      {widget.allowedSites.length > 0 && <LiveCheck widget={widget} />}
      {widget.allowedSites.length > 0 && <Findings widget={widget} />}
      <div className="flex flex-wrap justify-between gap-2">
        <Button onPress={onBack}>Back</Button>
        <span className="flex flex-wrap gap-2">
          <Link
            to="/c/$clientId/widgets/$widgetId"
            params={{ clientId, widgetId: widget.id }}
            className={buttonClass('secondary')}
          >
            All settings
          </Link>
          <Link to="/c/$clientId/inbox" params={{ clientId }} className={buttonClass('primary')}>
            Go to the inbox
          </Link>
        </span>
      </div>
    </Card>
  );
}
