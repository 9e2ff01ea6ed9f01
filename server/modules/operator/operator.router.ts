import { parseCookie, stringifySetCookie } from 'cookie';
import { type Request, type Response, Router } from 'express';
import type { Deps } from '../../deps.ts';
import { comesFromOwnPageOrProgram } from '../../http/own-origin.ts';
import { HttpProblem } from '../../http/problem.ts';
import { publicOriginOf } from '../../http/public-origin.ts';
import { readBody } from '../../http/read-body.ts';
import { createRemoteAddressOf } from '../../http/remote-address.ts';
import { pageHeaders, policy } from '../embed/page-headers.ts';
import { type Echo, inventedAddress, probeHeader } from './checks/reach.ts';
import type { Operator } from './create-operator.ts';
import { grantSeconds } from './operator-access.ts';

const cookieName = 'confab_operator';
const bodyBytesMax = 1_000;

/**
 * How the server stands, for whoever has the operator's token: `/operator` as a page, `/operator/checks` as JSON. The
 * token travels in a form or a header, never in an address; a browser keeps something that is worth nothing after an hour.
 */
export function createOperatorRouter(
  { config, log }: Pick<Deps, 'config' | 'log'>,
  { access, report }: Pick<Operator, 'access' | 'report'>,
): Router {
  const remoteAddressOf = createRemoteAddressOf(config.trustProxyHops);
  const router = Router();

  function show(request: Request, response: Response, page: string): void {
    response
      .set(pageHeaders(pagePolicy, publicOriginOf(config, request)))
      .set('Cache-Control', 'no-store')
      .send(page);
  }

  function keepInBrowser(response: Response, value: string, maxAge: number): void {
    const options = { httpOnly: true, sameSite: 'strict', path: '/operator', secure: config.cookieSecure } as const;
    response.append('Set-Cookie', stringifySetCookie(cookieName, value, { ...options, maxAge }));
  }

  router.get('/operator', async (request, response) => {
    const { createReportPage, createSignInPage } = await import('./operator-page.ts');
    if (access.isGrant(parseCookie(request.headers.cookie ?? '')[cookieName]))
      return show(request, response, createReportPage(await report()));
    return show(request, response, createSignInPage({ isWrong: false }));
  });

  router.post('/operator', async (request, response) => {
    refuseForeign(request);
    const form = new URLSearchParams((await readBody(request, bodyBytesMax)).toString());
    if (form.get('action') === 'leave') {
      keepInBrowser(response, '', 0);
      return void response.redirect(303, '/operator');
    }
    if (!access.isToken(form.get('token')?.trim())) {
      log.warn({ event: 'operator.refused' });
      const { createSignInPage } = await import('./operator-page.ts');
      return show(request, response.status(403), createSignInPage({ isWrong: true }));
    }
    keepInBrowser(response, access.grant(), grantSeconds);
    response.redirect(303, '/operator');
  });

  router.get('/operator/checks', async (request, response) => {
    const [, token] = /^bearer (.+)$/i.exec(request.headers.authorization ?? '') ?? [];
    if (!access.isToken(token)) {
      throw new HttpProblem('not-found', 'Send the operator’s token as Bearer token. See docs/self-hosting.md.');
    }
    response.set('Cache-Control', 'no-store').json(await report());
  });

  router.get('/operator/echo', (request, response) => {
    if (!access.isProbe(String(request.headers[probeHeader] ?? ''))) throw new HttpProblem('not-found', 'Not for you.');
    const entries = String(request.headers['x-forwarded-for'] ?? '')
      .split(',')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== '');
    const inventedAt = entries.lastIndexOf(inventedAddress);
    const echo: Echo = {
      hops: entries.length - 1 - inventedAt,
      cleaned: inventedAt === -1,
      deceived: remoteAddressOf(request) === inventedAddress,
      trustProxy: config.trustProxyHops,
      protocol:
        String(request.headers['x-forwarded-proto'] ?? '')
          .split(',', 1)[0]
          ?.trim()
          .toLowerCase() || null,
      cookieSecure: config.cookieSecure,
    };
    response.set('Cache-Control', 'no-store').json(echo);
  });

  router.get('/operator/style.css', async (_request, response) => {
    const { operatorStyle } = await import('./operator-page.ts');
    response.set('Cache-Control', 'public, max-age=3600').type('css').send(operatorStyle);
  });

  router.all('/operator', () => {
    throw new HttpProblem('method-not-allowed', 'Use GET or POST.', { headers: { Allow: 'GET, HEAD, POST' } });
  });
  for (const path of ['/operator/checks', '/operator/echo', '/operator/style.css']) {
    router.all(path, () => {
      throw new HttpProblem('method-not-allowed', 'Use GET.', { headers: { Allow: 'GET, HEAD' } });
    });
  }
  return router;

  function refuseForeign(request: Request): void {
    if (comesFromOwnPageOrProgram(request.headers, config.publicUrl)) return;
    throw new HttpProblem('origin-refused', 'This can only be done from Confab’s own pages.');
  }
}

/** A page to read, with a form that leads to itself; no script, shown by nobody. */
const pagePolicy = policy({ 'style-src': ["'self'"], 'form-action': ["'self'"], 'frame-ancestors': ["'none'"] });
