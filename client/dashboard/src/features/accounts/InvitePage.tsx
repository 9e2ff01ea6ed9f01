import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useLocation, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { acceptInvitation, lookUpInvitation, type MeView } from '../../../../../shared/contracts/accounts.ts';
import { call } from '../../lib/api.ts';
import { dateOnly } from '../../lib/dates.ts';
import { sentenceOf } from '../../lib/problem.ts';
import { meQuery, rememberClient } from '../../lib/session.ts';
import { Button, buttonClass } from '../../ui/Button.tsx';
import { Notice } from '../../ui/Notice.tsx';
import { ServerForm } from '../../ui/ServerForm.tsx';
import { Loading, Skeleton } from '../../ui/states.tsx';
import { useAction } from '../../ui/use-action.ts';
import { AuthLayout, linkClass } from './AuthLayout.tsx';
import { SignInForm } from './SignInForm.tsx';
import { SignUpForm } from './SignUpForm.tsx';
import { signOut } from './sign-out.ts';

/** The page an invitation link opens. The token is in the fragment, which browsers do not send. */
export function InvitePage() {
  const token = useLocation({ select: (location) => location.hash });
  const session = useQuery(meQuery);
  const invitation = useQuery({
    queryKey: ['invitation', token],
    queryFn: ({ signal }) => call(lookUpInvitation, { body: { token } }, { signal }),
    enabled: token !== '',
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (token === '' || invitation.isError) {
    return (
      <AuthLayout title="This invitation does not work">
        <Notice tone="danger">
          {token === ''
            ? 'The link is incomplete: the part behind the # is missing. Copy it again, whole.'
            : sentenceOf(invitation.error)}
        </Notice>
        <p className="mt-3 text-muted">Ask the person who invited you for a new link.</p>
        <Link to="/" className={buttonClass('secondary', 'medium', 'mt-4 w-full')}>
          Go to Confab
        </Link>
      </AuthLayout>
    );
  }
  if (invitation.isPending || session.isPending) {
    return (
      <AuthLayout title="You are invited">
        <Loading label="Reading the invitation" className="flex flex-col gap-3">
          <Skeleton className="h-4 w-3/4" />
          <Skeleton className="h-9 w-full" />
        </Loading>
      </AuthLayout>
    );
  }
  const { clientName, role, email, expiresAt } = invitation.data;
  return (
    <AuthLayout
      title={`Join ${clientName}`}
      lead={`You are invited as ${article(role)}. The link works once, until ${dateOnly(expiresAt)}.`}
    >
      {session.data ? (
        <Accept token={token} me={session.data} />
      ) : (
        <Enter token={token} email={email} clientName={clientName} />
      )}
    </AuthLayout>
  );
}

const article = (role: string) => (/^[aeiou]/.test(role) ? `an ${role}` : `a ${role}`);

function useJoined() {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  return (before: MeView | null, after: MeView) => {
    queryClient.setQueryData(meQuery.queryKey, after);
    const known = new Set(before?.memberships.map((membership) => membership.clientId));
    const joined = after.memberships.find((membership) => !known.has(membership.clientId));
    if (joined) rememberClient(joined.clientId);
    return navigate({ to: '/' });
  };
}

function Accept({ token, me }: { token: string; me: MeView }) {
  const joined = useJoined();
  const accept = useAction(
    () => call(acceptInvitation, { body: { token } }),
    (view) => joined(me, view),
  );
  return (
    <ServerForm faults={accept.faults} error={accept.error} pointers={[]} onSubmit={() => accept.run(undefined)}>
      <p>
        You are signed in as <strong>{me.user.email}</strong>.
      </p>
      <Button type="submit" look="primary" isPending={accept.isPending}>
        Join as {me.user.name}
      </Button>
      <Button look="quiet" onPress={() => void signOut(`/invite#${token}`)}>
        Use another account
      </Button>
    </ServerForm>
  );
}

function Enter({ token, email, clientName }: { token: string; email: string | null; clientName: string }) {
  const joined = useJoined();
  const [hasAccount, setHasAccount] = useState(false);
  if (!hasAccount) {
    return (
      <>
        <SignUpForm invitation={{ token, email }} onSignedUp={(view) => joined(null, view)} />
        <p className="mt-4 text-center text-muted">
          Have an account?{' '}
          <button type="button" className={linkClass} onClick={() => setHasAccount(true)}>
            Sign in to join {clientName}
          </button>
        </p>
      </>
    );
  }
  return (
    <>
      {/* Signing in shows the page of a signed-in person, who then accepts. */}
      <SignInForm {...(email === null ? {} : { initialEmail: email })} onSignedIn={() => {}} />
      <p className="mt-4 text-center text-muted">
        <button type="button" className={linkClass} onClick={() => setHasAccount(false)}>
          Create an account instead
        </button>
      </p>
    </>
  );
}
