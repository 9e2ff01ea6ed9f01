/** The one table of who may do what. Guards on the server and buttons in the dashboard both read it. */
export const roles = ['owner', 'admin', 'agent'] as const;
export type Role = (typeof roles)[number];

const table = {
  'client.read': ['owner', 'admin', 'agent'],
  'client.update': ['owner', 'admin'],
  'client.delete': ['owner'],
  'members.read': ['owner', 'admin', 'agent'],
  'members.manage': ['owner', 'admin'],
  'widgets.read': ['owner', 'admin', 'agent'],
  'widgets.manage': ['owner', 'admin'],
  'apiKeys.read': ['owner', 'admin'],
  'apiKeys.manage': ['owner', 'admin'],
  'conversations.read': ['owner', 'admin', 'agent'],
  'conversations.reply': ['owner', 'admin', 'agent'],
  'conversations.delete': ['owner', 'admin'],
  'cannedReplies.manage': ['owner', 'admin'],
  'answers.read': ['owner', 'admin', 'agent'],
  'answers.review': ['owner', 'admin', 'agent'],
  'models.read': ['owner', 'admin'],
  'models.manage': ['owner', 'admin'],
  'knowledge.read': ['owner', 'admin', 'agent'],
  'knowledge.manage': ['owner', 'admin'],
  /** To put a passage right or hide it, as an agent does who sees a wrong answer. */
  'knowledge.correct': ['owner', 'admin', 'agent'],
  'webhooks.manage': ['owner', 'admin'],
  'privacy.manage': ['owner', 'admin'],
  'visitors.export': ['owner', 'admin'],
  'visitors.erase': ['owner', 'admin'],
  'audit.read': ['owner', 'admin'],
} as const satisfies Record<string, readonly Role[]>;

export type Permission = keyof typeof table;

/** Whether a member with this role may do this. */
export function can(role: Role, permission: Permission): boolean {
  return (table[permission] as readonly Role[]).includes(role);
}

/**
 * Whether a member with role `actor` may give, change or take away the role `target`. Only owners deal in owners;
 * admins deal in admins and agents.
 */
export function canManageRole(actor: Role, target: Role): boolean {
  if (!can(actor, 'members.manage')) return false;
  return actor === 'owner' || target !== 'owner';
}
