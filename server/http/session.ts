import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { parseCookie } from 'cookie';
import type { Request, RequestHandler, Response } from 'express';
import expressSession, { type SessionData } from 'express-session';
import type { User } from '../../shared/schema.ts';
import type { Deps } from '../deps.ts';
import { maskAddress } from '../lib/mask-address.ts';
import type { SessionHandle } from './exchange.ts';
import { createPassport, type Passport } from './passport.ts';
import { HttpProblem } from './problem.ts';

export const sessionCookieName = 'confab.sid';
/** Where cookies are for HTTPS alone: browsers take one of this name from our very host, for all of it, or not at all. */
export const secureSessionCookieName = `__Host-${sessionCookieName}` as const;
const dayMs = 24 * 60 * 60 * 1000;
/** How long a session lasts from when it was used last. */
export const sessionMs = 30 * dayMs;
/** How long a session lasts from when its person signed in, however much it is used. */
export const sessionMaxMs = 90 * dayMs;
const userAgentCharsMax = 300;

/** A sign-in session that is there: which, and whose. */
export interface SignedInSession {
  sessionId: string;
  userId: string;
}

export interface SessionLayer {
  /** Mounted only before routes whose caller is a person with a cookie. */
  middleware: RequestHandler[];
  /** The session of a request that has passed the middleware. */
  handleOf(request: Request, response: Response): SessionHandle;
  /**
   * The session that a request's cookie names, for handshakes that do not pass Express; undefined for a stranger, a
   * forged cookie or a session that has ended. Changes nothing. @throws StorageUnavailableError
   */
  sessionOf(request: Pick<IncomingMessage, 'headers'>): Promise<SignedInSession | undefined>;
}

type SessionDeps = Pick<Deps, 'config' | 'secrets' | 'sessionStore' | 'storage' | 'passwords' | 'log' | 'now'>;

/** Sign-in sessions: a signed cookie that scripts cannot read, the session itself in the store, passport between. */
export function createSessionLayer(deps: SessionDeps): SessionLayer {
  const addresses = new WeakMap<IncomingMessage, string>();
  const passport = createPassport(deps, (request) => {
    const { session } = request as Request;
    session.device = {
      userAgent: (request.headers['user-agent'] ?? '').slice(0, userAgentCharsMax),
      address: maskAddress(addresses.get(request) ?? ''),
      since: deps.now().toISOString(),
      ...(deps.config.cookieSecure && { forHost: true as const }),
    };
  });
  const cookie = { httpOnly: true, sameSite: 'lax', secure: deps.config.cookieSecure, path: '/' } as const;
  const name = deps.config.cookieSecure ? secureSessionCookieName : sessionCookieName;
  const sessions = expressSession({
    name,
    secret: deps.secrets.sessionSecrets,
    store: deps.sessionStore,
    cookie: { ...cookie, maxAge: sessionMs },
    resave: false,
    saveUninitialized: false,
    rolling: false,
  });

  const hasOutlived = (device: SessionData['device']) =>
    device !== undefined && new Date(device.since).getTime() + sessionMaxMs <= deps.now().getTime();

  /**
   * Under the plain name cookies can be planted by whoever has a host beside ours, or HTTP. Only a session whose cookie was
   * given out so, before cookies were for HTTPS alone, is taken from one.
   */
  const mayHavePlainName = (data: SessionData) => !deps.config.cookieSecure || data.device?.forHost !== true;

  /** Goes on with a session whose cookie has the plain name under the other. */
  const takeOverPlainName: RequestHandler = (request, response, next) => {
    const header = request.headers.cookie;
    if (!deps.config.cookieSecure || header === undefined) return next();
    const { [sessionCookieName]: value, [name]: present } = parseCookie(header);
    const sessionId = present === undefined ? signedId(value, deps.secrets.sessionSecrets) : undefined;
    if (sessionId === undefined) return next();
    deps.sessionStore.get(sessionId, (error, data) => {
      if (error) return next(error);
      if (data && mayHavePlainName(data)) {
        request.headers.cookie = `${header}; ${name}=${encodeURIComponent(value!)}`;
        response.cookie(name, value!, { ...cookie, maxAge: sessionMs });
        response.clearCookie(sessionCookieName, cookie);
      }
      next();
    });
  };

  const endOutlived: RequestHandler = (request, _response, next) => {
    if (!hasOutlived(request.session.device)) return next();
    request.session.regenerate((error: unknown) => (error ? next(error) : next()));
  };

  return {
    middleware: [takeOverPlainName, sessions, endOutlived],

    handleOf(request, response) {
      return {
        get sessionId() {
          return request.session?.passport?.user === undefined ? undefined : request.sessionID;
        },
        get userId() {
          return request.session?.passport?.user;
        },
        authenticate: (email, password) => authenticate(passport, { email, password }, request, response),
        async signIn(user, address) {
          addresses.set(request, address);
          if (deps.config.cookieSecure && !request.secure) throw cookieWouldBeDropped(deps);
          await signIn(passport, user, request, response);
        },
        async signOut() {
          if (request.session?.passport === undefined) return;
          await new Promise<void>((resolve, reject) => {
            request.session.destroy((error: unknown) => (error ? reject(error) : resolve()));
          });
          response.clearCookie(name, cookie);
        },
      };
    },

    async sessionOf(request) {
      const cookies = parseCookie(request.headers.cookie ?? '');
      const sessionId = signedId(cookies[name] ?? cookies[sessionCookieName], deps.secrets.sessionSecrets);
      if (sessionId === undefined) return undefined;
      const data = await new Promise<SessionData | null | undefined>((resolve, reject) => {
        deps.sessionStore.get(sessionId, (error, found) => (error ? reject(error) : resolve(found)));
      });
      if (data && cookies[name] === undefined && !mayHavePlainName(data)) return undefined;
      const userId = data?.passport?.user;
      return userId === undefined || hasOutlived(data?.device) ? undefined : { sessionId, userId };
    },
  };
}

function authenticate(
  passport: Passport,
  credentials: { email: string; password: string },
  request: Request,
  response: Response,
): Promise<User | undefined> {
  return new Promise((resolve, reject) => {
    const done = (error: unknown, user: unknown) => {
      request.body = undefined;
      if (error) reject(error);
      else resolve((user as User | false | null) || undefined);
    };
    // Passport's strategies read their input from the request.
    request.body = credentials;
    passport.authenticate('local', { session: false }, done)(request, response, reject);
  });
}

/** Under a fresh id, and saved before it is believed: passport's `logIn` does both. */
function signIn(passport: Passport, user: User, request: Request, response: Response): Promise<void> {
  return new Promise((resolve, reject) => {
    passport.initialize()(request, response, () => {
      request.logIn(user, (error: unknown) => {
        if (!error) return resolve();
        // Without this express-session would send the cookie, and try to save again, when the answer ends.
        (request as { session?: unknown }).session = undefined;
        reject(error);
      });
    });
  });
}

/** Browsers and express-session drop a Secure cookie without HTTPS in silence; the operator is told instead. */
function cookieWouldBeDropped(deps: SessionDeps): HttpProblem {
  deps.log.warn({ event: 'sign-in.without-https' });
  return new HttpProblem(
    'bad-request',
    'Signing in needs HTTPS here. Open the page with https://; operators: when a proxy in front ends TLS, set TRUST_PROXY, without TLS set COOKIE_SECURE=false.',
  );
}

/** The form that express-session signs: `s:<id>.<HMAC-SHA256 of the id, base64 without padding>`. */
function signedId(value: string | undefined, secrets: string[]): string | undefined {
  const dotAt = value?.lastIndexOf('.') ?? -1;
  if (value === undefined || !value.startsWith('s:') || dotAt === -1) return undefined;
  const sessionId = value.slice(2, dotAt);
  const given = Buffer.from(value.slice(dotAt + 1));
  const isSigned = secrets.some((secret) => {
    const wanted = Buffer.from(createHmac('sha256', secret).update(sessionId).digest('base64').replace(/=+$/, ''));
    return wanted.length === given.length && timingSafeEqual(wanted, given);
  });
  return isSigned ? sessionId : undefined;
}
