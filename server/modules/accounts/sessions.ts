import type { SessionView } from '../../../shared/contracts/account-security.ts';
import type { Deps } from '../../deps.ts';
import { HttpProblem } from '../../http/problem.ts';
import { sessionMs } from '../../http/session.ts';
import { sha256Hex } from '../../lib/secrets.ts';

type SessionDeps = Pick<Deps, 'sessionStore' | 'bus'>;

/** Where a user is signed in, the session used last first. */
export async function listSessions(
  { sessionStore }: SessionDeps,
  { userId, current }: { userId: string; current: string | undefined },
): Promise<SessionView[]> {
  const entries = await sessionStore.sessionsOf(userId);
  const views = entries.map(({ sid, sess, expire }) => {
    const device = (sess as { device?: { userAgent: string; address: string; since: string } }).device;
    return {
      id: publicIdOf(sid),
      isCurrent: sid === current,
      signedInAt: device?.since ?? null,
      lastUsedAt: new Date(expire.getTime() - sessionMs).toISOString(),
      userAgent: device?.userAgent ?? '',
      address: device?.address ?? '',
    };
  });
  return views.sort((a, b) => b.lastUsedAt.localeCompare(a.lastUsedAt));
}

/** Ends the user's session with this public id. @throws HttpProblem 404 when there is none */
export async function endSession(deps: SessionDeps, { userId, id }: { userId: string; id: string }): Promise<void> {
  const found = (await deps.sessionStore.sessionsOf(userId)).find(({ sid }) => publicIdOf(sid) === id);
  if (!found) throw new HttpProblem('not-found', 'No such session. It may have ended already.');
  await new Promise<void>((resolve, reject) => {
    deps.sessionStore.destroy(found.sid, (error) => (error ? reject(error) : resolve()));
  });
  deps.bus.publish('session.ended', { userId, sessionId: found.sid });
}

/** Ends every session of the user but this one. */
export async function endOtherSessions(
  { sessionStore, bus }: SessionDeps,
  { userId, current }: { userId: string; current: string | undefined },
): Promise<void> {
  for (const sessionId of await sessionStore.endSessionsOf(userId, current)) {
    bus.publish('session.ended', { userId, sessionId });
  }
}

/** What a session is called outside, in the form of every id. The id itself is half of the cookie: it goes nowhere. */
export function publicIdOf(sessionId: string): string {
  return sha256Hex(`session ${sessionId}`).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
}
