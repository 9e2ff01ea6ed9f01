import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { deleteClient, removeMember, updateClient } from '../../../../../shared/contracts/clients.ts';
import { limits } from '../../../../../shared/limits.ts';
import { call } from '../../lib/api.ts';
import { useCurrentClient } from '../../lib/current-client.ts';
import { meQuery, useMe } from '../../lib/session.ts';
import { Button } from '../../ui/Button.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { Card, Page } from '../../ui/Page.tsx';
import { ServerForm } from '../../ui/ServerForm.tsx';
import { TextField } from '../../ui/TextField.tsx';
import { toastDone } from '../../ui/toasts.tsx';
import { useAction } from '../../ui/use-action.ts';
import { WebhooksOff } from '../webhooks/WebhooksOff.tsx';

/** The client's name, leaving it, deleting it. */
export function GeneralPage() {
  const { may } = useCurrentClient();
  return (
    <Page title="General" width="narrow">
      <WebhooksOff />
      <NameCard />
      <LeaveCard />
      {may('client.delete') && <DeleteCard />}
    </Page>
  );
}

function NameCard() {
  const { clientId, clientName, may } = useCurrentClient();
  const queryClient = useQueryClient();
  const [name, setName] = useState(clientName);
  const save = useAction(
    () => call(updateClient, { params: { clientId }, body: { name } }),
    async (client) => {
      setName(client.name);
      await queryClient.refetchQueries({ queryKey: meQuery.queryKey });
      toastDone('The name is saved.');
    },
  );
  const canEdit = may('client.update');
  return (
    <Card title="Name" description="For your team; visitors see the widgets’ names.">
      <ServerForm faults={save.faults} error={save.error} pointers={['/name']} onSubmit={() => save.run(undefined)}>
        <TextField
          label="Name of the client"
          pointer="/name"
          maxLength={limits.nameCharsMax}
          isReadOnly={!canEdit}
          value={name}
          onChange={setName}
        />
        {canEdit && (
          <Button type="submit" className="self-start" isPending={save.isPending} isDisabled={name === clientName}>
            Save name
          </Button>
        )}
      </ServerForm>
    </Card>
  );
}

/** After the client is gone for this person, everything kept of it here goes, too. */
function useGone() {
  const queryClient = useQueryClient();
  const router = useRouter();
  return async (sentence: string) => {
    await queryClient.fetchQuery({ ...meQuery, staleTime: 0 });
    await router.navigate({ to: '/', ignoreBlocker: true });
    queryClient.removeQueries({ predicate: (query) => query.queryKey[0] !== 'me' && !query.isActive() });
    toastDone(sentence);
  };
}

function LeaveCard() {
  const { clientId, clientName, role } = useCurrentClient();
  const { user } = useMe();
  const gone = useGone();
  const [isAsking, setIsAsking] = useState(false);
  return (
    <Card title="Leave" description="You lose access; your messages stay. The last owner has to stay.">
      <p className="text-muted">
        You are {role === 'agent' ? 'an agent' : role === 'admin' ? 'an admin' : 'an owner'} of this client.
      </p>
      <Button className="self-start" onPress={() => setIsAsking(true)}>
        Leave {clientName}…
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setIsAsking(false)}
        title={`Leave ${clientName}?`}
        confirmLabel="Leave"
        onConfirm={async () => {
          await call(removeMember, { params: { clientId, userId: user.id } });
          await gone(`You have left ${clientName}.`);
        }}
      >
        You will need a new invitation to come back.
      </ConfirmDialog>
    </Card>
  );
}

function DeleteCard() {
  const { clientId, clientName } = useCurrentClient();
  const gone = useGone();
  const [isAsking, setIsAsking] = useState(false);
  return (
    <Card
      title="Delete this client"
      description="Removes its widgets, conversations, messages, visitors, API keys and members at once. Nothing brings them back."
      className="border-danger-fg/40"
    >
      <Button look="danger" className="self-start" onPress={() => setIsAsking(true)}>
        Delete {clientName}…
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setIsAsking(false)}
        title={`Delete ${clientName} for ever?`}
        confirmLabel="Delete everything"
        repeat={{ label: `Type “${clientName}” to go on`, text: clientName }}
        onConfirm={async () => {
          await call(deleteClient, { params: { clientId }, body: { confirmName: clientName } });
          await gone(`${clientName} is deleted.`);
        }}
      >
        All widgets disappear from their pages, and every conversation is lost. This cannot be undone.
      </ConfirmDialog>
    </Card>
  );
}
