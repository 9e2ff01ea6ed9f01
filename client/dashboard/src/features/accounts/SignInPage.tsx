import { getRouteApi, Link, useRouter } from '@tanstack/react-router';
import { safeNext } from '../../lib/session.ts';
import { AuthLayout, linkClass } from './AuthLayout.tsx';
import { SignInForm } from './SignInForm.tsx';

const route = getRouteApi('/sign-in');

export function SignInPage() {
  const { next } = route.useSearch();
  const router = useRouter();
  return (
    <AuthLayout
      title="Sign in"
      foot={
        <>
          New here?{' '}
          <Link to="/sign-up" search={{ next }} className={linkClass}>
            Create an account
          </Link>{' '}
          ·{' '}
          <Link to="/forgot-password" className={linkClass}>
            Forgot your password?
          </Link>
        </>
      }
    >
      <SignInForm onSignedIn={() => router.history.push(safeNext(next))} />
    </AuthLayout>
  );
}
