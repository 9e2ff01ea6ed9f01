import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useCurrentClient } from '../../lib/current-client.ts';
import { nearTime } from '../../lib/dates.ts';
import { Notice } from '../../ui/Notice.tsx';
import { switchOffSentences } from './labels.ts';
import { webhooksQuery } from './queries.ts';

/** Says which webhooks, of all or of this one, Confab has switched off by itself; nothing when there is none. */
export function WebhooksOff({ only }: { only?: string }) {
  const { clientId, may } = useCurrentClient();
  const query = useQuery({ ...webhooksQuery(clientId), enabled: may('webhooks.manage') });
  return query.data?.map(({ id: webhookId, url, description, switchedOff }) =>
    switchedOff === null || (only !== undefined && only !== webhookId) ? null : (
      <Notice
        key={webhookId}
        tone="warning"
        title={`Confab switched off a webhook ${nearTime(switchedOff.at)}`}
        isAlert={false}
      >
        <p className="break-words">
          <Link
            to="/c/$clientId/settings/webhooks/$webhookId"
            params={{ clientId, webhookId }}
            className="font-medium underline underline-offset-2"
          >
            {description || url}
          </Link>
          : {switchOffSentences[switchedOff.reason]}
        </p>
      </Notice>
    ),
  );
}
