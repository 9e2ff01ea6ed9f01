import type { Role } from '../../../../../shared/permissions.ts';

/** The roles in words. */
export const roleLabels: Record<Role, { label: string; hint: string; withArticle: string }> = {
  owner: { label: 'Owner', hint: 'Everything, deleting too', withArticle: 'an owner' },
  admin: { label: 'Admin', hint: 'Widgets, members, keys', withArticle: 'an admin' },
  agent: { label: 'Agent', hint: 'Answers in the inbox', withArticle: 'an agent' },
};
