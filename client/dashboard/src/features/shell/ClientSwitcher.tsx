import { useNavigate } from '@tanstack/react-router';
import { Check, Plus } from 'lucide-react';
import { Button } from 'react-aria-components/Button';
import { useMe } from '../../lib/session.ts';
import { Avatar } from '../../ui/Avatar.tsx';
import { MenuButton } from '../../ui/MenuButton.tsx';

/** The open client, and the way to the others. */
export function ClientSwitcher({ clientId }: { clientId: string | undefined }) {
  const { memberships } = useMe();
  const navigate = useNavigate();
  const current = memberships.find((membership) => membership.clientId === clientId);
  return (
    <div className="flex items-center justify-center px-1 md:px-0">
      <MenuButton
        label="Clients"
        placement="bottom start"
        trigger={
          <Button
            aria-label={current ? `Client: ${current.clientName}. Switch client` : 'Switch client'}
            className="rounded-full p-1 data-hovered:bg-hover"
          >
            <Avatar name={current?.clientName ?? '+'} seed={current?.clientId ?? ''} />
          </Button>
        }
        entries={[
          ...memberships.map((membership) => ({
            id: membership.clientId,
            label: membership.clientName,
            hint: membership.role,
            icon: membership.clientId === clientId ? <Check size={16} /> : <span className="block size-4" />,
            onAction: () =>
              void navigate({ to: '/c/$clientId/inbox', params: { clientId: membership.clientId }, search: {} }),
          })),
          {
            id: 'new',
            label: 'New client…',
            icon: <Plus size={16} />,
            onAction: () => void navigate({ to: '/clients/new' }),
          },
        ]}
      />
    </div>
  );
}
