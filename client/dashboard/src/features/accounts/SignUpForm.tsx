import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type MeView, register } from '../../../../../shared/contracts/accounts.ts';
import { limits } from '../../../../../shared/limits.ts';
import { call } from '../../lib/api.ts';
import { meQuery, sessionEnded } from '../../lib/session.ts';
import { Button } from '../../ui/Button.tsx';
import { ServerForm } from '../../ui/ServerForm.tsx';
import { TextField } from '../../ui/TextField.tsx';
import { useAction } from '../../ui/use-action.ts';

export interface SignUpFormProps {
  /** With an invitation the new user joins its client; without, they get one of their own. */
  invitation?: { token: string; email: string | null };
  onSignedUp: (view: MeView) => unknown;
}

/** Makes a user and signs them in. */
export function SignUpForm({ invitation, onSignedUp }: SignUpFormProps) {
  const queryClient = useQueryClient();
  const [name, setName] = useState('');
  const [email, setEmail] = useState(invitation?.email ?? '');
  const [password, setPassword] = useState('');
  const [clientName, setClientName] = useState('');
  const signUp = useAction(
    () =>
      call(register, {
        body: {
          name,
          email,
          password,
          ...(invitation ? { invitationToken: invitation.token } : {}),
          ...(!invitation && clientName.trim() !== '' ? { clientName } : {}),
        },
      }),
    (view) => {
      queryClient.setQueryData(meQuery.queryKey, view);
      sessionEnded.set(false);
      return onSignedUp(view);
    },
  );
  return (
    <ServerForm
      faults={signUp.faults}
      error={signUp.error}
      pointers={['/name', '/email', '/password', '/clientName']}
      onSubmit={() => signUp.run(undefined)}
    >
      <TextField label="Your name" pointer="/name" autoComplete="name" autoFocus value={name} onChange={setName} />
      <TextField
        label="Email address"
        pointer="/email"
        type="email"
        autoComplete="username"
        value={email}
        onChange={setEmail}
      />
      <TextField
        label="Password"
        pointer="/password"
        type="password"
        autoComplete="new-password"
        description={`At least ${limits.passwordCharsMin} characters. A few words are easier to remember than symbols.`}
        value={password}
        onChange={setPassword}
      />
      {!invitation && (
        <TextField
          label="Company or team (optional)"
          pointer="/clientName"
          autoComplete="organization"
          description="What your client is called in Confab. You can change it later."
          value={clientName}
          onChange={setClientName}
        />
      )}
      <Button type="submit" look="primary" isPending={signUp.isPending}>
        {invitation ? 'Create account and join' : 'Create account'}
      </Button>
    </ServerForm>
  );
}
