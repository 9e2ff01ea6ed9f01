import { useQuery, useQueryClient } from '@tanstack/react-query';
import { UserMinus } from 'lucide-react';
import { useState } from 'react';
import { type MemberView, removeMember, setMemberRole } from '../../../../../shared/contracts/clients.ts';
import { canManageRole, type Role, roles } from '../../../../../shared/permissions.ts';
import { call } from '../../lib/api.ts';
import { useCurrentClient } from '../../lib/current-client.ts';
import { dateOnly } from '../../lib/dates.ts';
import { useMe } from '../../lib/session.ts';
import { Avatar } from '../../ui/Avatar.tsx';
import { Badge } from '../../ui/Badge.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { Card, Page } from '../../ui/Page.tsx';
import { SelectField } from '../../ui/SelectField.tsx';
import { ErrorState } from '../../ui/states.tsx';
import { toastDone, toastFailed } from '../../ui/toasts.tsx';
import { membersQuery } from '../inbox/queries.ts';
import { Invitations } from './Invitations.tsx';
import { RowsSkeleton } from './ListParts.tsx';
import { roleLabels } from './roles.ts';

/** Who belongs to the client, in which role, and who is invited. */
export function MembersPage() {
  const { clientId, may } = useCurrentClient();
  const members = useQuery(membersQuery(clientId));
  return (
    <Page title="Members" description="Who works here, and what they may do." width="narrow">
      <Card title="Members">
        {members.isPending && <RowsSkeleton label="Loading members" />}
        {members.isError && <ErrorState error={members.error} onRetry={() => void members.refetch()} />}
        {members.data && (
          <ul className="-my-1 divide-y divide-line">
            {members.data.map((member) => (
              <MemberRow key={member.userId} member={member} />
            ))}
          </ul>
        )}
      </Card>
      {may('members.manage') && <Invitations />}
    </Page>
  );
}

function MemberRow({ member }: { member: MemberView }) {
  const { clientId, clientName, role } = useCurrentClient();
  const { user } = useMe();
  const queryClient = useQueryClient();
  const [isAsking, setIsAsking] = useState(false);
  const isMe = member.userId === user.id;
  const canManage = !isMe && canManageRole(role, member.role);
  const params = { clientId, userId: member.userId };

  const setRole = async (next: Role) => {
    const queryKey = membersQuery(clientId).queryKey;
    try {
      const changed = await call(setMemberRole, { params, body: { role: next } });
      queryClient.setQueryData(queryKey, (list) => list?.map((one) => (one.userId === changed.userId ? changed : one)));
      toastDone(`${member.name} is now ${roleLabels[next].withArticle}.`, () => {
        call(setMemberRole, { params, body: { role: member.role } })
          .then(() => queryClient.invalidateQueries({ queryKey }))
          .catch((error) => toastFailed('The role was not changed back.', error));
      });
    } catch (error) {
      toastFailed('The role was not changed.', error);
    }
  };

  return (
    <li className="flex flex-wrap items-center gap-3 py-2.5">
      <Avatar name={member.name} seed={member.userId} />
      <div className="min-w-40 flex-1">
        <p className="truncate font-medium">
          {member.name} {isMe && <span className="font-normal text-muted">(you)</span>}
        </p>
        <p className="truncate text-muted text-xs">
          {member.email} · since {dateOnly(member.createdAt)}
        </p>
      </div>
      {canManage ? (
        <>
          <SelectField
            label={`Role of ${member.name}`}
            hideLabel
            size="small"
            className="w-32"
            value={member.role}
            onChange={(next) => void setRole(next)}
            options={roles.filter((one) => canManageRole(role, one)).map((id) => ({ id, ...roleLabels[id] }))}
          />
          <IconButton label={`Remove ${member.name}`} onPress={() => setIsAsking(true)}>
            <UserMinus size={16} aria-hidden />
          </IconButton>
        </>
      ) : (
        <Badge>{roleLabels[member.role].label}</Badge>
      )}
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setIsAsking(false)}
        title={`Remove ${member.name}?`}
        confirmLabel="Remove"
        onConfirm={async () => {
          await call(removeMember, { params });
          await queryClient.invalidateQueries({ queryKey: ['members', clientId] });
          toastDone(`${member.name} is no longer a member.`);
        }}
      >
        They lose access to {clientName} at once. Their messages stay; conversations assigned to them become unassigned.
      </ConfirmDialog>
    </li>
  );
}
