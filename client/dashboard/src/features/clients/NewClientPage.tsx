import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { createClient } from '../../../../../shared/contracts/clients.ts';
import { call } from '../../lib/api.ts';
import { meQuery, rememberClient } from '../../lib/session.ts';
import { Button } from '../../ui/Button.tsx';
import { Card, Page } from '../../ui/Page.tsx';
import { ServerForm } from '../../ui/ServerForm.tsx';
import { TextField } from '../../ui/TextField.tsx';
import { useAction } from '../../ui/use-action.ts';

/** Makes a further client, or the first one of a person who belongs to none. */
export function NewClientPage() {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const create = useAction(
    () => call(createClient, { body: { name } }),
    async (client) => {
      rememberClient(client.id);
      await queryClient.refetchQueries({ queryKey: meQuery.queryKey });
      await navigate({ to: '/c/$clientId/widgets/new', params: { clientId: client.id } });
    },
  );
  return (
    <Page
      title="New client"
      description="A client is a company or team with widgets, conversations and members of its own."
      width="narrow"
    >
      <Card>
        <ServerForm
          faults={create.faults}
          error={create.error}
          pointers={['/name']}
          onSubmit={() => create.run(undefined)}
        >
          <TextField
            label="Name"
            pointer="/name"
            autoFocus
            autoComplete="organization"
            placeholder="Acme Ltd"
            value={name}
            onChange={setName}
          />
          <Button type="submit" look="primary" className="self-start" isPending={create.isPending}>
            Create client
          </Button>
        </ServerForm>
      </Card>
    </Page>
  );
}
