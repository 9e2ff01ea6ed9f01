import * as security from '../../../shared/contracts/account-security.ts';
import * as contract from '../../../shared/contracts/accounts.ts';
import * as reset from '../../../shared/contracts/password-reset.ts';
import type { User } from '../../../shared/schema.ts';
import type { Deps } from '../../deps.ts';
import type { ExchangeRequest, SessionHandle } from '../../http/exchange.ts';
import { HttpProblem } from '../../http/problem.ts';
import { type Route, route } from '../../http/route.ts';
import { NotFoundError } from '../../storage/errors.ts';
import { acceptInvitation } from './accept-invitation.ts';
import { changePassword } from './change-password.ts';
import { findOpenInvitation } from './find-open-invitation.ts';
import { presentMe } from './me.presenter.ts';
import { registerUser } from './register-user.ts';
import { resetPassword, sendResetLink } from './reset-password.ts';
import { createSecondFactor } from './second-factor.ts';
import { endOtherSessions, endSession, listSessions } from './sessions.ts';
import { createSignInThrottle } from './sign-in-throttle.ts';
import { updateProfile } from './update-profile.ts';

/** Users: coming, going, and what they change of themselves. */
export function accountsRoutes(deps: Deps): Route[] {
  const { storage, bus, log, now } = deps;
  const throttle = createSignInThrottle(deps);
  const secondFactor = createSecondFactor({ ...deps, throttle });
  const viewOf = async (user: User) => presentMe(user, await storage.accounts.listMemberships(user.id));

  /** Signs in; a session that the browser had before has ended then. */
  async function signIn(session: SessionHandle, user: User, address: string): Promise<void> {
    const before = { sessionId: session.sessionId, userId: session.userId };
    await session.signIn(user, address);
    if (before.sessionId !== undefined && before.userId !== undefined) {
      bus.publish('session.ended', { userId: before.userId, sessionId: before.sessionId });
    }
  }

  /**
   * Takes a session back whose password was replaced while it was being checked: what ends all sessions then may have
   * come before this one was there. @throws HttpProblem 401
   */
  async function refuseReplaced(session: SessionHandle, user: User): Promise<void> {
    const isCurrent = async () => (await storage.accounts.findUser(user.id))?.passwordHash === user.passwordHash;
    let mayStay = false;
    try {
      mayStay = await isCurrent();
    } finally {
      if (!mayStay) await session.signOut();
    }
    if (!mayStay) throw wrongCredentials();
  }

  return [
    route(contract.register, async ({ body, request }) => {
      const { email, name, password, clientName, invitationToken } = body;
      const { requestId } = request;
      const registration = { email, name, password, clientName, invitationToken, requestId };
      const user = await acceptedAtOnce(registerUser(deps, registration));
      await signIn(sessionOf(request), user, request.remoteAddress);
      return viewOf(user);
    }),

    route(contract.login, async ({ body, request }) => {
      const session = sessionOf(request);
      const who = { account: body.email.trim().toLowerCase(), address: request.remoteAddress };
      const user = await throttle.attempt(who, () => session.authenticate(body.email, body.password));
      const { requestId } = request;
      if (!user) {
        log.warn({ event: 'sign-in.refused', requestId });
        throw wrongCredentials();
      }
      await secondFactor.demand(user, body.code).catch((error: unknown) => {
        log.warn({ event: 'sign-in.code-missing-or-wrong', userId: user.id, requestId });
        throw error;
      });
      await signIn(session, user, request.remoteAddress);
      await refuseReplaced(session, user);
      log.info({ event: 'sign-in.done', userId: user.id, requestId });
      return viewOf(user);
    }),

    route(contract.logout, async ({ request }) => {
      const session = sessionOf(request);
      const { userId, sessionId } = session;
      await session.signOut();
      if (userId !== undefined && sessionId !== undefined) bus.publish('session.ended', { userId, sessionId });
      return undefined;
    }),

    route(contract.me, ({ caller }) => viewOf(caller.user)),

    route(security.listSessions, async ({ caller, request }) => {
      const current = sessionOf(request).sessionId;
      return { sessions: await listSessions(deps, { userId: caller.user.id, current }) };
    }),

    route(security.endSession, async ({ caller, params }) => {
      await endSession(deps, { userId: caller.user.id, id: params.sessionId });
      return undefined;
    }),

    route(security.endOtherSessions, async ({ caller, request }) => {
      await endOtherSessions(deps, { userId: caller.user.id, current: sessionOf(request).sessionId });
      return undefined;
    }),

    route(security.getSecondFactor, ({ caller }) => secondFactor.stateOf(caller.user.id)),

    route(security.confirmSecondFactor, async ({ caller, body, request }) => ({
      recoveryCodes: await secondFactor.confirm(callerOf(caller.user, request), body.code),
    })),

    route(security.removeSecondFactor, async ({ caller, body, request }) => {
      await secondFactor.remove(callerOf(caller.user, request), body.password);
      return undefined;
    }),

    route(security.beginSecondFactor, ({ caller, body, request }) =>
      secondFactor.begin(callerOf(caller.user, request), body.password),
    ),

    route(contract.updateMe, async ({ caller, body, request }) => {
      const wish = {
        ...(body.name === undefined ? {} : { name: body.name }),
        ...(body.info === undefined ? {} : { info: body.info }),
      };
      return viewOf(await updateProfile(deps, { user: caller.user, wish, requestId: request.requestId }));
    }),

    route(contract.changePassword, async ({ caller, body, request }) => {
      const { sessionId } = sessionOf(request);
      const { requestId, remoteAddress: address } = request;
      await changePassword({ ...deps, throttle }, { user: caller.user, ...body, sessionId, address, requestId });
      return undefined;
    }),

    route(reset.forgotPassword, async ({ body, request }) => {
      // Not waited for: how long it takes would tell whether there is such a user.
      void sendResetLink(deps, { email: body.email, requestId: request.requestId });
      return undefined;
    }),

    route(reset.resetPassword, async ({ body, request }) => {
      await resetPassword(deps, { ...body, requestId: request.requestId });
      return undefined;
    }),

    route(contract.lookUpInvitation, async ({ body }) => {
      const { clientId, role, email, expiresAt } = await findOpenInvitation(storage, { token: body.token, now: now() });
      const client = await storage.forClient(clientId).client.get();
      return { clientName: client.name, role, email, expiresAt: expiresAt.toISOString() };
    }),

    route(contract.acceptInvitation, async ({ caller, body, request }) => {
      const { user } = caller;
      const clientId = await acceptedAtOnce(
        storage.transaction((scope) =>
          acceptInvitation(scope, { user, token: body.token, now: now(), requestId: request.requestId }),
        ),
      );
      bus.publish('membership.changed', { clientId, userId: user.id });
      return viewOf(user);
    }),
  ];
}

/** @throws HttpProblem 410 when somebody else used the invitation at the same moment */
async function acceptedAtOnce<T>(accepting: Promise<T>): Promise<T> {
  try {
    return await accepting;
  } catch (error) {
    if (error instanceof NotFoundError && error.entity === 'invitation') {
      throw new HttpProblem('gone', 'This invitation has just been used.');
    }
    throw error;
  }
}

function wrongCredentials(): HttpProblem {
  return new HttpProblem('wrong-credentials', 'Check the email address and the password.');
}

function callerOf(user: User, { requestId, remoteAddress }: ExchangeRequest) {
  return { user, requestId, address: remoteAddress };
}

/** The door mounts the session before everything under `/api/auth/`. */
function sessionOf({ session }: ExchangeRequest): SessionHandle {
  if (!session) throw new Error('The route is mounted without a session.');
  return session;
}
