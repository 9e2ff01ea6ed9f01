import { getRouteApi, Link, useRouter } from '@tanstack/react-router';
import { safeNext } from '../../lib/session.ts';
import { AuthLayout, linkClass } from './AuthLayout.tsx';
import { SignUpForm } from './SignUpForm.tsx';

const route = getRouteApi('/sign-up');

export function SignUpPage() {
  const { next } = route.useSearch();
  const router = useRouter();
  return (
    <AuthLayout
      title="Create an account"
      lead="You get a client of your own, for your widgets, conversations and colleagues."
      foot={
        <>
          Have an account?{' '}
          <Link to="/sign-in" search={{ next }} className={linkClass}>
            Sign in
          </Link>
        </>
      }
    >
      <SignUpForm onSignedUp={() => router.history.push(safeNext(next))} />
    </AuthLayout>
  );
}
