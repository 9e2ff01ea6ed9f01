import { useQuery } from '@tanstack/react-query';
import { useCurrentClient } from '../../lib/current-client.ts';
import { useMe } from '../../lib/session.ts';
import { SelectField } from '../../ui/SelectField.tsx';
import { type ConversationDetail, membersQuery } from './queries.ts';
import type { ConversationActions } from './use-conversation-actions.ts';

export interface AssigneeSelectProps {
  detail: ConversationDetail;
  actions: ConversationActions;
  size?: 'small' | 'medium';
  className?: string;
  showLabel?: boolean;
}

/** Who takes care of the conversation. */
export function AssigneeSelect({
  detail,
  actions,
  size = 'medium',
  className,
  showLabel = false,
}: AssigneeSelectProps) {
  const { clientId } = useCurrentClient();
  const { user } = useMe();
  const members = useQuery(membersQuery(clientId));
  const known = members.data ?? [{ userId: user.id, name: user.name }];
  const isKnown = detail.assigneeId === null || known.some((member) => member.userId === detail.assigneeId);
  return (
    <SelectField
      label="Assigned to"
      hideLabel={!showLabel}
      size={size}
      {...(className === undefined ? {} : { className })}
      value={detail.assigneeId ?? 'none'}
      onChange={(id) => actions.assign(id === 'none' ? null : id)}
      options={[
        { id: 'none', label: 'Unassigned' },
        ...known.map((member) => ({
          id: member.userId,
          label: member.userId === user.id ? `${member.name} (me)` : member.name,
        })),
        ...(isKnown ? [] : [{ id: detail.assigneeId!, label: 'A former member' }]),
      ]}
    />
  );
}
