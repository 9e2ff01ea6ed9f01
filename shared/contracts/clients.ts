import * as z from 'zod/mini';
import { limits } from '../limits.ts';
import { roles } from '../permissions.ts';
import { defineEndpoint } from './endpoint.ts';
import * as field from './fields.ts';

export const clientParams = z.object({ clientId: field.id() });

export const clientView = z.object({
  id: z.string(),
  name: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
});

const area = 'Clients';

export const createClient = defineEndpoint({
  name: 'createClient',
  method: 'POST',
  path: '/api/clients',
  access: { kind: 'session' },
  area,
  summary: 'Makes a client with the signed-in user as its owner.',
  body: z.object({ name: field.line(limits.nameCharsMax) }),
  status: 201,
  answer: clientView,
});

export const getClient = defineEndpoint({
  name: 'getClient',
  method: 'GET',
  path: '/api/clients/:clientId',
  access: { kind: 'member', permission: 'client.read' },
  area,
  summary: 'The client.',
  params: clientParams,
  status: 200,
  answer: clientView,
});

export const updateClient = defineEndpoint({
  name: 'updateClient',
  method: 'PATCH',
  path: '/api/clients/:clientId',
  access: { kind: 'member', permission: 'client.update' },
  area,
  summary: 'Renames the client.',
  params: clientParams,
  body: z.object({ name: z.optional(field.line(limits.nameCharsMax)) }),
  status: 200,
  answer: clientView,
});

export const deleteClient = defineEndpoint({
  name: 'deleteClient',
  method: 'DELETE',
  path: '/api/clients/:clientId',
  access: { kind: 'member', permission: 'client.delete' },
  area,
  summary: 'Removes the client with everything that belongs to it. The name must be repeated.',
  params: clientParams,
  body: z.object({ confirmName: field.text(limits.nameCharsMax) }),
  status: 204,
});

export const memberView = z.object({
  userId: z.string(),
  name: z.string(),
  email: z.string(),
  role: z.enum(roles),
  createdAt: z.string(),
});
export type MemberView = z.output<typeof memberView>;

export const listMembers = defineEndpoint({
  name: 'listMembers',
  method: 'GET',
  path: '/api/clients/:clientId/members',
  access: { kind: 'member', permission: 'members.read' },
  area: 'Members',
  summary: 'Who belongs to the client, earliest first.',
  params: clientParams,
  query: z.object(field.pageQuery),
  status: 200,
  answer: field.pageOf(memberView),
});

const memberParams = z.object({ clientId: field.id(), userId: field.id() });

export const setMemberRole = defineEndpoint({
  name: 'setMemberRole',
  method: 'PATCH',
  path: '/api/clients/:clientId/members/:userId',
  access: { kind: 'member', permission: 'members.manage' },
  area: 'Members',
  summary: 'Changes a member’s role. The last owner stays an owner.',
  params: memberParams,
  body: z.object({ role: z.enum(roles, 'Must be owner, admin or agent.') }),
  status: 200,
  answer: memberView,
});

export const removeMember = defineEndpoint({
  name: 'removeMember',
  method: 'DELETE',
  path: '/api/clients/:clientId/members/:userId',
  access: { kind: 'member', permission: 'client.read' },
  area: 'Members',
  summary: 'Takes a member out; every member may leave. The last owner stays.',
  params: memberParams,
  status: 204,
});

export const invitationView = z.object({
  id: z.string(),
  email: z.nullable(z.string()),
  role: z.enum(roles),
  expiresAt: z.string(),
  createdAt: z.string(),
});

export const listInvitations = defineEndpoint({
  name: 'listInvitations',
  method: 'GET',
  path: '/api/clients/:clientId/invitations',
  access: { kind: 'member', permission: 'members.manage' },
  area: 'Members',
  summary: 'Invitations not yet accepted, newest first.',
  params: clientParams,
  query: z.object(field.pageQuery),
  status: 200,
  answer: field.pageOf(invitationView),
});

export const createInvitation = defineEndpoint({
  name: 'createInvitation',
  method: 'POST',
  path: '/api/clients/:clientId/invitations',
  access: { kind: 'member', permission: 'members.manage' },
  area: 'Members',
  summary: 'Makes a link that lets one person join, valid for seven days. The link is shown once.',
  params: clientParams,
  body: z.object({
    role: z.enum(roles, 'Must be owner, admin or agent.'),
    email: z.optional(z.nullable(field.email())),
  }),
  status: 201,
  answer: z.object({ invitation: invitationView, link: z.string() }),
});

export const withdrawInvitation = defineEndpoint({
  name: 'withdrawInvitation',
  method: 'DELETE',
  path: '/api/clients/:clientId/invitations/:invitationId',
  access: { kind: 'member', permission: 'members.manage' },
  area: 'Members',
  summary: 'Makes an invitation link worthless.',
  params: z.object({ clientId: field.id(), invitationId: field.id() }),
  status: 204,
});

export const apiKeyView = z.object({
  id: z.string(),
  name: z.string(),
  prefix: z.string(),
  createdAt: z.string(),
  lastUsedAt: z.nullable(z.string()),
  revokedAt: z.nullable(z.string()),
});

export const listApiKeys = defineEndpoint({
  name: 'listApiKeys',
  method: 'GET',
  path: '/api/clients/:clientId/api-keys',
  access: { kind: 'member', permission: 'apiKeys.read' },
  area: 'API keys',
  summary: 'Keys of the integration API, revoked ones too, newest first.',
  params: clientParams,
  query: z.object(field.pageQuery),
  status: 200,
  answer: field.pageOf(apiKeyView),
});

export const createApiKey = defineEndpoint({
  name: 'createApiKey',
  method: 'POST',
  path: '/api/clients/:clientId/api-keys',
  access: { kind: 'member', permission: 'apiKeys.manage' },
  area: 'API keys',
  summary: 'Makes a key. The whole key is in this answer and never shown again.',
  params: clientParams,
  body: z.object({ name: field.line(limits.nameCharsMax) }),
  status: 201,
  answer: z.object({ apiKey: apiKeyView, key: z.string() }),
});

export const revokeApiKey = defineEndpoint({
  name: 'revokeApiKey',
  method: 'DELETE',
  path: '/api/clients/:clientId/api-keys/:apiKeyId',
  access: { kind: 'member', permission: 'apiKeys.manage' },
  area: 'API keys',
  summary: 'Makes a key worthless at once.',
  params: z.object({ clientId: field.id(), apiKeyId: field.id() }),
  status: 204,
});

export const auditEntryView = z.object({
  id: z.string(),
  actorKind: z.enum(['user', 'apiKey', 'visitor', 'system']),
  actorId: z.nullable(z.string()),
  actorName: z.string(),
  action: z.string(),
  targetType: z.string(),
  targetId: z.string(),
  details: z.record(z.string(), z.json()),
  createdAt: z.string(),
});

export const listAudit = defineEndpoint({
  name: 'listAudit',
  method: 'GET',
  path: '/api/clients/:clientId/audit',
  access: { kind: 'member', permission: 'audit.read' },
  area: 'Audit log',
  summary: 'Who changed what, newest first.',
  params: clientParams,
  query: z.object(field.pageQuery),
  status: 200,
  answer: field.pageOf(auditEntryView),
});
