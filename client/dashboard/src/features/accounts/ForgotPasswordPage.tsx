import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { forgotPassword } from '../../../../../shared/contracts/password-reset.ts';
import { call } from '../../lib/api.ts';
import { Button } from '../../ui/Button.tsx';
import { Notice } from '../../ui/Notice.tsx';
import { ServerForm } from '../../ui/ServerForm.tsx';
import { TextField } from '../../ui/TextField.tsx';
import { useAction } from '../../ui/use-action.ts';
import { AuthLayout, linkClass } from './AuthLayout.tsx';

/** Asks for a link by mail. What it says afterwards does not tell whether there is such a user. */
export function ForgotPasswordPage() {
  const [email, setEmail] = useState('');
  const [isAsked, setIsAsked] = useState(false);
  const ask = useAction(
    () => call(forgotPassword, { body: { email: email.trim() } }),
    () => setIsAsked(true),
  );
  return (
    <AuthLayout
      title="Forgot your password?"
      lead="We mail you a link to choose a new one."
      foot={
        <Link to="/sign-in" className={linkClass}>
          Back to signing in
        </Link>
      }
    >
      {isAsked ? (
        <Notice tone="note">
          If there is an account for this address, a mail with a link is on its way. It works for an hour. Nothing
          there? Look into the spam folder, or ask whoever runs this server.
        </Notice>
      ) : (
        <ServerForm faults={ask.faults} error={ask.error} pointers={['/email']} onSubmit={() => ask.run(undefined)}>
          <TextField
            label="Email address"
            pointer="/email"
            type="email"
            autoComplete="username"
            autoFocus
            value={email}
            onChange={setEmail}
          />
          <Button type="submit" look="primary" isPending={ask.isPending} isDisabled={email.trim() === ''}>
            Send the link
          </Button>
        </ServerForm>
      )}
    </AuthLayout>
  );
}
