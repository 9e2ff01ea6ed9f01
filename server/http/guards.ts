import type { Access } from '../../shared/contracts/endpoint.ts';
import { can } from '../../shared/permissions.ts';
import type { IStorage } from '../storage/storage.ts';
import type { ExchangeRequest } from './exchange.ts';
import { comesFromOwnPageOrProgram } from './own-origin.ts';
import { HttpProblem } from './problem.ts';
import type { ApiKeyCaller, Callers, VisitorCaller } from './route.ts';

/** Credentials that are not a session, checked by the modules that issue them. */
export interface CredentialChecks {
  /** The caller behind a secret key; undefined when it is unknown or revoked. */
  apiKey(key: string): Promise<ApiKeyCaller | undefined>;
  /** The caller behind a visitor token; undefined when it is forged, expired or its widget is gone. */
  visitorToken(token: string): Promise<VisitorCaller | undefined>;
}

export interface GuardDeps {
  storage: IStorage;
  credentials: CredentialChecks;
  /** Origins this server is reached under, besides the one in the `Host` header. */
  publicOrigin: string | undefined;
}

type Identity = Callers['public'] | Callers['session'] | Callers['apiKey'] | Callers['visitor'];

/** First step: who is it? @throws HttpProblem 401, or 403 for a state-changing request from another origin */
export async function identify(access: Access, request: ExchangeRequest, deps: GuardDeps): Promise<Identity> {
  switch (access.kind) {
    case 'public':
      refuseForeignOrigin(request, deps);
      return { kind: 'public' };
    case 'session':
    case 'member': {
      refuseForeignOrigin(request, deps);
      const userId = request.session?.userId;
      const user = userId === undefined ? undefined : await deps.storage.accounts.findUser(userId);
      if (!user) throw new HttpProblem('not-signed-in', 'Sign in, then try again.');
      return { kind: 'session', user };
    }
    case 'apiKey': {
      const key = request.headers['x-org-key'];
      const caller = typeof key === 'string' && key !== '' ? await deps.credentials.apiKey(key) : undefined;
      if (!caller) {
        throw new HttpProblem('invalid-api-key', 'Send a valid API key of your client in the x-org-key header.');
      }
      return caller;
    }
    case 'visitor': {
      const [scheme, token] = (request.headers.authorization ?? '').split(' ', 2);
      const caller =
        scheme?.toLowerCase() === 'bearer' && token ? await deps.credentials.visitorToken(token) : undefined;
      if (!caller) {
        throw new HttpProblem(
          'invalid-visitor-token',
          'Get a visitor token for the widget and send it as Bearer token.',
          {
            headers: { 'WWW-Authenticate': 'Bearer' },
          },
        );
      }
      return caller;
    }
  }
}

/**
 * Second step, for members: may they do this for that client? Somebody else's client and one that does not exist are
 * answered alike. `clientId` has the form of an id.
 * @throws HttpProblem 404 for a stranger to the client, 403 when the role does not allow it
 */
export async function authorize(
  access: Access,
  identity: Identity,
  clientId: string | undefined,
  deps: GuardDeps,
): Promise<Callers[Access['kind']]> {
  if (access.kind !== 'member' || identity.kind !== 'session' || clientId === undefined) return identity;
  const membership = await deps.storage.accounts.findMembership(identity.user.id, clientId);
  if (!membership) throw new HttpProblem('not-found', 'No such client.');
  if (!can(membership.role, access.permission)) {
    throw new HttpProblem('not-permitted', `As ${membership.role} you may not do this. Ask an owner of the client.`);
  }
  return {
    kind: 'member',
    user: identity.user,
    role: membership.role,
    clientId: membership.clientId,
    storage: deps.storage.forClient(membership.clientId),
  };
}

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/** A state-changing request that a page of another site makes with somebody's cookie is refused. */
function refuseForeignOrigin(request: ExchangeRequest, deps: GuardDeps): void {
  if (safeMethods.has(request.method) || comesFromOwnPageOrProgram(request.headers, deps.publicOrigin)) return;
  throw new HttpProblem('origin-refused', 'This can only be done from Confab’s own pages.');
}
