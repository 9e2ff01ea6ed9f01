import * as z from 'zod/mini';
import { limits } from '../limits.ts';
import { defineEndpoint } from './endpoint.ts';
import * as field from './fields.ts';

const area = 'Accounts';

export const forgotPassword = defineEndpoint({
  name: 'forgotPassword',
  method: 'POST',
  path: '/api/auth/password/forgot',
  access: { kind: 'public' },
  area,
  summary: 'Mails a link for a new password, if there is such a user; the answer is the same if there is not.',
  body: z.object({ email: field.text(limits.emailCharsMax) }),
  status: 204,
});

export const resetPassword = defineEndpoint({
  name: 'resetPassword',
  method: 'POST',
  path: '/api/auth/password/reset',
  access: { kind: 'public' },
  area,
  summary: 'Sets a new password with the token of a link, which works once, and ends every session of the user.',
  body: z.object({ token: field.text(200), newPassword: field.newPassword() }),
  status: 204,
});
