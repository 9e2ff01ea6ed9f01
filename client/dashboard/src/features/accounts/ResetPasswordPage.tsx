import { Link, useLocation } from '@tanstack/react-router';
import { useState } from 'react';
import { resetPassword } from '../../../../../shared/contracts/password-reset.ts';
import { limits } from '../../../../../shared/limits.ts';
import { call } from '../../lib/api.ts';
import { Button, buttonClass } from '../../ui/Button.tsx';
import { Notice } from '../../ui/Notice.tsx';
import { ServerForm } from '../../ui/ServerForm.tsx';
import { TextField } from '../../ui/TextField.tsx';
import { useAction } from '../../ui/use-action.ts';
import { AuthLayout, linkClass } from './AuthLayout.tsx';

/** The page a mailed link opens. The token is in the fragment, which browsers do not send. */
export function ResetPasswordPage() {
  const token = useLocation({ select: (location) => location.hash });
  const [newPassword, setNewPassword] = useState('');
  const [isDone, setIsDone] = useState(false);
  const reset = useAction(
    () => call(resetPassword, { body: { token, newPassword } }),
    () => setIsDone(true),
  );
  if (isDone) {
    return (
      <AuthLayout title="Your password is changed" lead="You are signed out everywhere.">
        {/* Loaded anew: whoever was signed in here is not any more. */}
        <a href="/sign-in" className={buttonClass('primary', 'medium', 'w-full')}>
          Sign in
        </a>
      </AuthLayout>
    );
  }
  return (
    <AuthLayout
      title="Choose a new password"
      foot={
        <Link to="/forgot-password" className={linkClass}>
          Ask for a new link
        </Link>
      }
    >
      {token === '' ? (
        <Notice tone="danger">The link is incomplete: the part behind the # is missing. Copy it again, whole.</Notice>
      ) : (
        <ServerForm
          faults={reset.faults}
          error={reset.error}
          pointers={['/newPassword']}
          onSubmit={() => reset.run(undefined)}
        >
          <TextField
            label="New password"
            pointer="/newPassword"
            type="password"
            autoComplete="new-password"
            autoFocus
            description={`At least ${limits.passwordCharsMin} characters.`}
            value={newPassword}
            onChange={setNewPassword}
          />
          <Button type="submit" look="primary" isPending={reset.isPending} isDisabled={newPassword === ''}>
            Change password
          </Button>
        </ServerForm>
      )}
    </AuthLayout>
  );
}
