import { type Request, type Response, Router } from 'express';
import type { Deps } from '../../deps.ts';
import { publicOriginOf } from '../../http/public-origin.ts';
import { projectPath } from '../../lib/paths.ts';
import { notePage, notePolicy } from './note-page.ts';
import { newNonce, ownConnections, pageHeaders, policy, scriptDirectives, withNonce } from './page-headers.ts';
import { createServedFolder, sendFile } from './served-folder.ts';

/** Addresses where a page would only hide that something is missing. */
const isNeverPage = /^\/(api|assets|socket\.io)(\/|$)/;

/** Addresses that the start line and the README name: whoever takes a page gets it, `curl` too. */
const entrances = new Set(['/', '/inbox']);

/** The dashboard: its files, and its one page for every address that a person may open or reload. */
export function createDashboardRouter(
  { config }: Pick<Deps, 'config'>,
  folder = projectPath('dist', 'client', 'dashboard'),
): Router {
  const files = createServedFolder(folder);
  const router = Router();

  router.use(async (request, response, next) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return next();
    const isIndex = request.path === '/' || request.path === '/index.html';
    const file = isIndex ? undefined : await files.find(request.path.slice(1));
    if (file) {
      const isHashed = request.path.startsWith('/assets/');
      return sendFile(request, response, file, {
        'Cache-Control': isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
        'Cross-Origin-Resource-Policy': 'same-origin',
      });
    }
    if (!isNavigation(request)) return next();
    const origin = publicOriginOf(config, request);
    const index = await files.find('index.html');
    if (!index) return notBuilt(response, origin);
    const nonce = newNonce();
    response
      .set({
        ...pageHeaders(dashboardPolicy(origin, nonce), origin),
        'X-Frame-Options': 'DENY',
        // No tag and no cache between: a page and the nonce of its policy come from one answer.
        'Cache-Control': 'private, no-cache',
      })
      .send(withNonce(index.text(), nonce));
  });
  return router;
}

/** A person opening an address in a browser, not a program or a script. */
function isNavigation(request: Request): boolean {
  if (entrances.has(request.path)) return request.accepts('html') !== false;
  const accept = request.get('accept') ?? '';
  return accept.includes('text/html') && !isNeverPage.test(request.path);
}

function dashboardPolicy(origin: string, nonce: string): string {
  return policy({
    ...scriptDirectives(nonce),
    'style-src': ["'self'"],
    'img-src': ["'self'", 'data:', 'blob:', 'https:'],
    'font-src': ["'self'"],
    'media-src': ["'self'"],
    'manifest-src': ["'self'"],
    'connect-src': ownConnections(origin),
    'frame-src': ["'self'"],
    'form-action': ["'self'"],
    'frame-ancestors': ["'none'"],
  });
}

function notBuilt(response: Response, origin: string): void {
  const text = 'Run `npm run build`, then start the server again. The API works meanwhile: see `/docs`.';
  response
    .status(503)
    .set({ ...pageHeaders(notePolicy(false), origin), 'Cache-Control': 'no-store' })
    .send(notePage('The dashboard is not built yet', text));
}
