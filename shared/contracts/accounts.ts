import * as z from 'zod/mini';
import { limits } from '../limits.ts';
import { roles } from '../permissions.ts';
import { defineEndpoint } from './endpoint.ts';
import * as field from './fields.ts';

export const userView = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  info: z.record(z.string(), z.json()),
  createdAt: z.string(),
});

/** The signed-in user and where they may act. */
export const meView = z.object({
  user: userView,
  memberships: z.array(z.object({ clientId: z.string(), clientName: z.string(), role: z.enum(roles) })),
});
export type MeView = z.output<typeof meView>;

const area = 'Accounts';

export const register = defineEndpoint({
  name: 'register',
  method: 'POST',
  path: '/api/auth/register',
  access: { kind: 'public' },
  area,
  summary: 'Makes a user, signs them in, and makes their client or accepts an invitation.',
  body: z.object({
    email: field.email(),
    name: field.line(limits.nameCharsMax),
    password: field.newPassword(),
    /** Name of the client to make. Left out with an invitation; else the user's name is used. */
    clientName: z.optional(field.line(limits.nameCharsMax)),
    invitationToken: z.optional(z.string().check(z.maxLength(200))),
  }),
  status: 201,
  answer: meView,
});

export const login = defineEndpoint({
  name: 'login',
  method: 'POST',
  path: '/api/auth/login',
  access: { kind: 'public' },
  area,
  summary: 'Signs in and sets the session cookie.',
  body: z.object({
    email: field.text(limits.emailCharsMax),
    password: field.text(limits.passwordCharsMax),
    /** Of the second factor, or a recovery code; asked for with the problem `second-factor-needed`. */
    code: z.optional(field.text(limits.codeCharsMax)),
  }),
  status: 200,
  answer: meView,
});

export const logout = defineEndpoint({
  name: 'logout',
  method: 'POST',
  path: '/api/auth/logout',
  access: { kind: 'public' },
  area,
  summary: 'Ends the session; harmless without one.',
  status: 204,
});

export const me = defineEndpoint({
  name: 'me',
  method: 'GET',
  path: '/api/auth/me',
  access: { kind: 'session' },
  area,
  summary: 'Who is signed in, and the clients they belong to.',
  status: 200,
  answer: meView,
});

export const updateMe = defineEndpoint({
  name: 'updateMe',
  method: 'PATCH',
  path: '/api/auth/me',
  access: { kind: 'session' },
  area,
  summary: 'Changes the own name or free-form info.',
  body: z.object({
    name: z.optional(field.line(limits.nameCharsMax)),
    info: z.optional(field.jsonObject(limits.infoJsonCharsMax)),
  }),
  status: 200,
  answer: meView,
});

export const changePassword = defineEndpoint({
  name: 'changePassword',
  method: 'POST',
  path: '/api/auth/password',
  access: { kind: 'session' },
  area,
  summary: 'Changes the own password; every other session of the user ends.',
  body: z.object({ currentPassword: field.text(limits.passwordCharsMax), newPassword: field.newPassword() }),
  status: 204,
});

const invitationToken = z.object({ token: z.string().check(z.minLength(1), z.maxLength(200)) });

export const lookUpInvitation = defineEndpoint({
  name: 'lookUpInvitation',
  method: 'POST',
  path: '/api/auth/invitations/look-up',
  access: { kind: 'public' },
  area,
  summary: 'What an invitation link offers. The token travels in the body, never in an address.',
  body: invitationToken,
  status: 200,
  answer: z.object({
    clientName: z.string(),
    role: z.enum(roles),
    email: z.nullable(z.string()),
    expiresAt: z.string(),
  }),
});

export const acceptInvitation = defineEndpoint({
  name: 'acceptInvitation',
  method: 'POST',
  path: '/api/auth/invitations/accept',
  access: { kind: 'session' },
  area,
  summary: 'Makes the signed-in user a member of the inviting client.',
  body: invitationToken,
  status: 200,
  answer: meView,
});
