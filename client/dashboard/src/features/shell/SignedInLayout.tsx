import { Outlet, useParams } from '@tanstack/react-router';
import { LiveContext, useLiveConnection } from '../../lib/live.ts';
import { firstMembership, useMe } from '../../lib/session.ts';
import { Toasts } from '../../ui/toasts.tsx';
import { SessionEndedDialog } from '../accounts/SessionEndedDialog.tsx';
import { ConnectionBanner } from './ConnectionBanner.tsx';
import { Navigation } from './Navigation.tsx';

/** The frame around every screen of a signed-in person. */
export function SignedInLayout() {
  const view = useMe();
  const params = useParams({ strict: false });
  const live = useLiveConnection();
  // At an address of somebody else's client the way back is to one's own.
  const isMine = view.memberships.some((membership) => membership.clientId === params.clientId);
  const clientId = isMine ? params.clientId : firstMembership(view)?.clientId;
  return (
    <LiveContext value={live}>
      <a
        href="#main"
        className="fixed top-2 left-2 z-50 -translate-y-16 rounded-lg bg-accent px-3 py-2 font-medium text-on-accent focus:translate-y-0"
      >
        Skip to content
      </a>
      <div className="flex h-dvh flex-col md:flex-row">
        {/* An open conversation has the whole screen of a phone. */}
        <Navigation clientId={clientId} isOffOnPhones={params.conversationId !== undefined} />
        <div className="flex min-h-0 min-w-0 flex-1 flex-col">
          <ConnectionBanner live={live} />
          <main id="main" tabIndex={-1} className="min-h-0 flex-1 outline-none">
            <Outlet />
          </main>
        </div>
      </div>
      <SessionEndedDialog />
      <Toasts />
    </LiveContext>
  );
}
