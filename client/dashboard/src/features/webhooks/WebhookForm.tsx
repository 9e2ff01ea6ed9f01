import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { createWebhook, updateWebhook, type WebhookView } from '../../../../../shared/contracts/webhooks.ts';
import { limits } from '../../../../../shared/limits.ts';
import type { WebhookEvent } from '../../../../../shared/webhook-vocabulary.ts';
import { call } from '../../lib/api.ts';
import { useCurrentClient } from '../../lib/current-client.ts';
import { Button } from '../../ui/Button.tsx';
import { ServerForm } from '../../ui/ServerForm.tsx';
import { TextField } from '../../ui/TextField.tsx';
import { toastDone } from '../../ui/toasts.tsx';
import { useAction } from '../../ui/use-action.ts';
import { EventsField } from './EventsField.tsx';
import { webhooksQuery } from './queries.ts';
import { SecretNote } from './SecretNote.tsx';

const usual: WebhookEvent[] = ['conversation.created', 'message.created', 'conversation.closed'];

/** Makes a webhook and shows its secret, or changes the given one. */
export function WebhookForm({ webhook, onClose }: { webhook: WebhookView | null; onClose: () => void }) {
  const { clientId } = useCurrentClient();
  const queryClient = useQueryClient();
  const [url, setUrl] = useState(webhook?.url ?? '');
  const [description, setDescription] = useState(webhook?.description ?? '');
  const [events, setEvents] = useState<WebhookEvent[]>(webhook?.events ?? usual);
  const [secret, setSecret] = useState<string | null>(null);
  const save = useAction(
    async () => {
      const body = { url: url.trim(), description, events };
      if (webhook) {
        await call(updateWebhook, { params: { clientId, webhookId: webhook.id }, body });
        return null;
      }
      return (await call(createWebhook, { params: { clientId }, body })).secret;
    },
    async (made) => {
      if (made !== null) setSecret(made);
      await queryClient.invalidateQueries({ queryKey: webhooksQuery(clientId).queryKey });
      if (made !== null) return;
      toastDone('The webhook is changed.');
      onClose();
    },
  );
  if (secret !== null) return <SecretNote secret={secret} onClose={onClose} />;
  return (
    <ServerForm
      faults={save.faults}
      error={save.error}
      pointers={['/url', '/description', '/events']}
      onSubmit={() => save.run(undefined)}
    >
      <TextField
        label="Address"
        pointer="/url"
        description="Gets a POST with JSON. It must be reachable from this server, and answer within 10 seconds."
        placeholder="https://crm.example.com/confab"
        type="url"
        maxLength={limits.urlCharsMax}
        autoFocus
        autoComplete="off"
        value={url}
        onChange={setUrl}
      />
      <TextField
        label="Description"
        pointer="/description"
        description="What it is for; for you and your colleagues."
        maxLength={limits.webhookDescriptionCharsMax}
        value={description}
        onChange={setDescription}
      />
      <EventsField value={events} onChange={setEvents} />
      <div className="flex justify-end gap-2">
        <Button onPress={onClose}>Cancel</Button>
        <Button type="submit" look="primary" isPending={save.isPending}>
          {webhook ? 'Save' : 'Make the webhook'}
        </Button>
      </div>
    </ServerForm>
  );
}
