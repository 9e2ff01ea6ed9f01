import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { login, type MeView } from '../../../../../shared/contracts/accounts.ts';
import { call } from '../../lib/api.ts';
import { isProblem } from '../../lib/problem.ts';
import { meQuery, sessionEnded } from '../../lib/session.ts';
import { Button } from '../../ui/Button.tsx';
import { ServerForm } from '../../ui/ServerForm.tsx';
import { TextField } from '../../ui/TextField.tsx';
import { useAction } from '../../ui/use-action.ts';

export interface SignInFormProps {
  initialEmail?: string;
  submitLabel?: string;
  onSignedIn: (view: MeView) => unknown;
}

/** Email address and password, and a code where the server asks for one; the answer becomes who is signed in. */
export function SignInForm({ initialEmail = '', submitLabel = 'Sign in', onSignedIn }: SignInFormProps) {
  const queryClient = useQueryClient();
  const [email, setEmail] = useState(initialEmail);
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [asksForCode, setAsksForCode] = useState(false);
  const signIn = useAction(
    () =>
      call(login, { body: { email: email.trim(), password, ...(code === '' ? {} : { code }) } }).catch((error) => {
        if (isProblem(error, 'second-factor-needed')) setAsksForCode(true);
        throw error;
      }),
    (view) => {
      queryClient.setQueryData(meQuery.queryKey, view);
      sessionEnded.set(false);
      return onSignedIn(view);
    },
  );
  return (
    <ServerForm
      faults={signIn.faults}
      error={signIn.error}
      pointers={['/email', '/password', '/code']}
      onSubmit={() => signIn.run(undefined)}
    >
      <TextField
        label="Email address"
        pointer="/email"
        type="email"
        autoComplete="username"
        autoFocus={initialEmail === ''}
        value={email}
        onChange={setEmail}
      />
      <TextField
        label="Password"
        pointer="/password"
        type="password"
        autoComplete="current-password"
        autoFocus={initialEmail !== ''}
        value={password}
        onChange={setPassword}
      />
      {asksForCode && (
        <TextField
          label="Code of your authenticator app"
          description="Or one of your recovery codes."
          pointer="/code"
          autoComplete="one-time-code"
          autoFocus
          value={code}
          onChange={setCode}
        />
      )}
      <Button type="submit" look="primary" isPending={signIn.isPending}>
        {submitLabel}
      </Button>
    </ServerForm>
  );
}
