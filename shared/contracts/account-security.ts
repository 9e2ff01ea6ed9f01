import * as z from 'zod/mini';
import { limits } from '../limits.ts';
import { defineEndpoint } from './endpoint.ts';
import * as field from './fields.ts';

const area = 'Accounts';
const access = { kind: 'session' } as const;
const password = z.object({ password: field.text(limits.passwordCharsMax) });

export const sessionView = z.object({
  /** Says which, and is worth nothing to anybody else. */
  id: z.string(),
  isCurrent: z.boolean(),
  /** Null where it is not known. */
  signedInAt: z.nullable(z.string()),
  lastUsedAt: z.string(),
  userAgent: z.string(),
  /** Without its last part; empty where it is not known. */
  address: z.string(),
});
export type SessionView = z.output<typeof sessionView>;

export const listSessions = defineEndpoint({
  name: 'listSessions',
  method: 'GET',
  path: '/api/auth/sessions',
  access,
  area,
  summary: 'Where the user is signed in, the session used last first.',
  status: 200,
  answer: z.object({ sessions: z.array(sessionView) }),
});

export const endOtherSessions = defineEndpoint({
  name: 'endOtherSessions',
  method: 'DELETE',
  path: '/api/auth/sessions',
  access,
  area,
  summary: 'Signs the user out everywhere but here.',
  status: 204,
});

export const endSession = defineEndpoint({
  name: 'endSession',
  method: 'DELETE',
  path: '/api/auth/sessions/:sessionId',
  access,
  area,
  summary: 'Signs the user out in one place.',
  params: z.object({ sessionId: field.id() }),
  status: 204,
});

export const getSecondFactor = defineEndpoint({
  name: 'getSecondFactor',
  method: 'GET',
  path: '/api/auth/second-factor',
  access,
  area,
  summary: 'Whether signing in asks for a code, and how many recovery codes are left.',
  status: 200,
  answer: z.object({ isOn: z.boolean(), recoveryCodesLeft: z.number() }),
});

export const beginSecondFactor = defineEndpoint({
  name: 'beginSecondFactor',
  method: 'POST',
  path: '/api/auth/second-factor',
  access,
  area,
  summary: 'Makes a key for an authenticator app. Nothing changes until a code of the app is confirmed.',
  body: password,
  status: 200,
  answer: z.object({
    /** To be typed in. */
    key: z.string(),
    /** The same as an SVG image, to be scanned. */
    qrSvg: z.string(),
  }),
});

export const confirmSecondFactor = defineEndpoint({
  name: 'confirmSecondFactor',
  method: 'POST',
  path: '/api/auth/second-factor/confirm',
  access,
  area,
  summary: 'Asks for codes at every sign-in from now on. The recovery codes are shown this once.',
  body: z.object({ code: field.text(limits.codeCharsMax) }),
  status: 200,
  answer: z.object({ recoveryCodes: z.array(z.string()) }),
});

export const removeSecondFactor = defineEndpoint({
  name: 'removeSecondFactor',
  method: 'POST',
  path: '/api/auth/second-factor/remove',
  access,
  area,
  summary: 'Asks for no codes any more.',
  body: password,
  status: 204,
});
