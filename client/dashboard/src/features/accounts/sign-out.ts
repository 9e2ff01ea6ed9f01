import { logout } from '../../../../../shared/contracts/accounts.ts';
import { call } from '../../lib/api.ts';
import { toastFailed } from '../../ui/toasts.tsx';

/** Ends the session and loads `next` afresh, so that nothing read in the session stays in memory. */
export async function signOut(next = '/sign-in'): Promise<void> {
  try {
    await call(logout, {});
  } catch (error) {
    toastFailed('You are still signed in.', error);
    return;
  }
  const before = location.pathname;
  location.assign(next);
  // With a fragment only, the same page would stay.
  if (next.startsWith(`${before}#`)) location.reload();
}
