import { getRouteApi, Outlet } from '@tanstack/react-router';
import { useEffect } from 'react';
import { CurrentClientContext } from '../../lib/current-client.ts';
import { rememberClient, useMe } from '../../lib/session.ts';
import { useClientLive } from '../inbox/use-client-live.ts';
import { NotFoundScreen } from '../shell/screens.tsx';

const route = getRouteApi('/signed-in/c/$clientId');

/** Everything of one client; somebody else's client is not there. */
export function ClientLayout() {
  const { clientId } = route.useParams();
  const { memberships } = useMe();
  const membership = memberships.find((one) => one.clientId === clientId);
  if (!membership) return <NotFoundScreen />;
  return (
    <CurrentClientContext value={membership}>
      <LiveClient key={clientId} clientId={clientId} />
    </CurrentClientContext>
  );
}

function LiveClient({ clientId }: { clientId: string }) {
  useClientLive(clientId);
  useEffect(() => rememberClient(clientId), [clientId]);
  return <Outlet />;
}
