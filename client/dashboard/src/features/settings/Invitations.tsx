import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { Link2, MailPlus } from 'lucide-react';
import { useState } from 'react';
import { createInvitation, withdrawInvitation } from '../../../../../shared/contracts/clients.ts';
import { canManageRole, type Role, roles } from '../../../../../shared/permissions.ts';
import { call } from '../../lib/api.ts';
import { useCurrentClient } from '../../lib/current-client.ts';
import { dateOnly } from '../../lib/dates.ts';
import { itemsOf } from '../../lib/paging.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Button } from '../../ui/Button.tsx';
import { CopyField } from '../../ui/CopyField.tsx';
import { Modal } from '../../ui/Modal.tsx';
import { Notice } from '../../ui/Notice.tsx';
import { Card } from '../../ui/Page.tsx';
import { RadioCards } from '../../ui/RadioCards.tsx';
import { ServerForm } from '../../ui/ServerForm.tsx';
import { TextField } from '../../ui/TextField.tsx';
import { toastDone, toastFailed } from '../../ui/toasts.tsx';
import { useAction } from '../../ui/use-action.ts';
import { PagedList } from './ListParts.tsx';
import { type InvitationView, invitationsQuery } from './queries.ts';
import { roleLabels } from './roles.ts';

/** Open invitations, and making one. */
export function Invitations() {
  const { clientId } = useCurrentClient();
  const query = useInfiniteQuery(invitationsQuery(clientId));
  const items = itemsOf(query.data);
  const [isInviting, setIsInviting] = useState(false);
  return (
    <Card
      title="Invitations"
      description="A link lets one person join, for seven days."
      actions={
        <Button look="primary" size="small" className="h-8" onPress={() => setIsInviting(true)}>
          <MailPlus size={14} aria-hidden /> Invite
        </Button>
      }
    >
      <PagedList
        query={query}
        label="Loading invitations"
        isEmpty={items.length === 0}
        empty={<p className="text-muted">No open invitations.</p>}
      >
        {items.map((invitation) => (
          <InvitationRow key={invitation.id} invitation={invitation} />
        ))}
      </PagedList>
      <Modal isOpen={isInviting} onClose={() => setIsInviting(false)} title="Invite somebody">
        <InviteForm onClose={() => setIsInviting(false)} />
      </Modal>
    </Card>
  );
}

function InvitationRow({ invitation }: { invitation: InvitationView }) {
  const { clientId, role } = useCurrentClient();
  const queryClient = useQueryClient();
  const [isPending, setIsPending] = useState(false);
  const withdraw = async () => {
    setIsPending(true);
    try {
      await call(withdrawInvitation, { params: { clientId, invitationId: invitation.id } });
      await queryClient.invalidateQueries({ queryKey: invitationsQuery(clientId).queryKey });
      toastDone('The link no longer works.');
    } catch (error) {
      toastFailed('The invitation still stands.', error);
      setIsPending(false);
    }
  };
  const isExpired = new Date(invitation.expiresAt).getTime() < Date.now();
  return (
    <li className="flex flex-wrap items-center gap-3 py-2.5">
      <Link2 size={16} aria-hidden className="shrink-0 text-muted" />
      <div className="min-w-40 flex-1">
        <p className="truncate font-medium">{invitation.email ?? 'Anyone with the link'}</p>
        <p className="text-muted text-xs">
          {isExpired ? 'Expired' : 'Until'} {dateOnly(invitation.expiresAt)}
        </p>
      </div>
      <Badge>{roleLabels[invitation.role].label}</Badge>
      {canManageRole(role, invitation.role) && (
        <Button size="small" isPending={isPending} onPress={() => void withdraw()}>
          Withdraw
        </Button>
      )}
    </li>
  );
}

function InviteForm({ onClose }: { onClose: () => void }) {
  const { clientId, role } = useCurrentClient();
  const queryClient = useQueryClient();
  const [email, setEmail] = useState('');
  const [invitedRole, setInvitedRole] = useState<Role>('agent');
  const [link, setLink] = useState<string | null>(null);
  const invite = useAction(
    () =>
      call(createInvitation, {
        params: { clientId },
        body: { role: invitedRole, ...(email.trim() !== '' && { email }) },
      }),
    (answer) => {
      setLink(answer.link);
      return queryClient.invalidateQueries({ queryKey: invitationsQuery(clientId).queryKey });
    },
  );
  if (link !== null) {
    return (
      <div className="flex flex-col gap-4">
        <Notice tone="note">
          Send this link to the person yourself. It is shown only now and works once, for seven days.
        </Notice>
        <CopyField label="Invitation link" text={link} />
        <Button look="primary" className="self-end" onPress={onClose}>
          Done
        </Button>
      </div>
    );
  }
  return (
    <ServerForm
      faults={invite.faults}
      error={invite.error}
      pointers={['/email', '/role']}
      onSubmit={() => invite.run(undefined)}
    >
      <RadioCards
        label="Role"
        pointer="/role"
        value={invitedRole}
        onChange={setInvitedRole}
        options={roles
          .filter((one) => canManageRole(role, one))
          .reverse()
          .map((id) => ({ id, label: roleLabels[id].label, hint: roleLabels[id].hint }))}
      />
      <TextField
        label="Email address (optional)"
        pointer="/email"
        type="email"
        description="With one, only this address can use the link. No mail is sent."
        value={email}
        onChange={setEmail}
      />
      <div className="flex justify-end gap-2">
        <Button onPress={onClose}>Cancel</Button>
        <Button type="submit" look="primary" isPending={invite.isPending}>
          Make the link
        </Button>
      </div>
    </ServerForm>
  );
}
