import type { IncomingHttpHeaders } from 'node:http';
import type { CredentialChecks } from '../http/guards.ts';
import { HttpProblem } from '../http/problem.ts';
import type { IStorage } from '../storage/storage.ts';
import type { Identity } from './sockets.ts';

export interface AuthenticateDeps {
  storage: IStorage;
  visitorCheck: CredentialChecks['visitorToken'];
  apiKeyCheck: CredentialChecks['apiKey'];
  /** The sign-in session that a request's cookie names. */
  sessionOf(request: { headers: IncomingHttpHeaders }): Promise<{ userId: string; sessionId: string } | undefined>;
}

/** Who opens a socket. @throws HttpProblem 401 */
export async function authenticate(
  auth: Record<string, unknown>,
  headers: IncomingHttpHeaders,
  deps: AuthenticateDeps,
): Promise<Identity> {
  if (auth.token !== undefined) {
    const { token } = auth;
    const caller = typeof token === 'string' ? await deps.visitorCheck(token) : undefined;
    if (!caller || typeof token !== 'string')
      throw new HttpProblem('invalid-visitor-token', 'Get a visitor token for the widget.');
    const { visitorId, widget, clientId } = caller;
    return { kind: 'visitor', token, visitorId, widgetId: widget.id, clientId };
  }
  if (auth.apiKey !== undefined) {
    const { apiKey } = auth;
    const caller = typeof apiKey === 'string' ? await deps.apiKeyCheck(apiKey) : undefined;
    if (!caller || typeof apiKey !== 'string')
      throw new HttpProblem('invalid-api-key', 'Use a valid API key of your client.');
    return { kind: 'program', apiKey, apiKeyId: caller.apiKey.id, clientId: caller.clientId };
  }
  const { cookie = '' } = headers;
  const session = await deps.sessionOf({ headers: { cookie } });
  const user = session && (await deps.storage.accounts.findUser(session.userId));
  if (!user) throw new HttpProblem('not-signed-in', 'Sign in, then connect again.');
  return { kind: 'member', cookie, userId: user.id, sessionId: session.sessionId, name: user.name };
}

/** Whether what let a socket in still would. */
export async function isStillWelcome(identity: Identity, deps: AuthenticateDeps): Promise<boolean> {
  switch (identity.kind) {
    case 'visitor':
      return (await deps.visitorCheck(identity.token)) !== undefined;
    case 'program':
      return (await deps.apiKeyCheck(identity.apiKey)) !== undefined;
    case 'member': {
      const session = await deps.sessionOf({ headers: { cookie: identity.cookie } });
      return session?.userId === identity.userId;
    }
  }
}
