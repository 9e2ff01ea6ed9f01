import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Router } from 'express';
import type { Deps } from '../../deps.ts';
import { HttpProblem } from '../../http/problem.ts';
import { publicOriginOf } from '../../http/public-origin.ts';
import type { Route } from '../../http/route.ts';
import { pageHeaders, policy } from '../embed/page-headers.ts';
import type { Metrics } from './metrics.ts';

/** What operators and developers ask the server about itself. Nothing here touches a client's data. */
export function createSystemRouter(deps: Deps, metrics: Metrics, routes: Route[], isStopping: () => boolean): Router {
  const router = Router();

  /** Alive: the process answers. */
  router.get('/healthz', (_request, response) => {
    response.set('Cache-Control', 'no-store').json({ status: 'ok' });
  });

  /** Ready: storage answers as well, and the server is not about to stop. With how many jobs wait to be worked on. */
  router.get('/readyz', async (_request, response) => {
    if (isStopping()) {
      throw new HttpProblem('unavailable', 'This server is stopping.', { headers: { 'Retry-After': '2' } });
    }
    await deps.storage.ping();
    const { count, oldest } = await deps.storage.queue.waiting();
    const oldestSeconds = oldest ? Math.max(0, Math.round((deps.now().getTime() - oldest.getTime()) / 1000)) : 0;
    const jobs = { waiting: count, oldestSeconds };
    response.set('Cache-Control', 'no-store').json({ status: 'ready', storage: deps.storage.kind, jobs });
  });

  router.get('/metrics', async (request, response) => {
    if (!mayReadMetrics(request, deps.secrets.metricsToken)) {
      throw new HttpProblem(
        'not-found',
        'Metrics are for callers on this machine, or for those who send METRICS_TOKEN as Bearer token.',
      );
    }
    response
      .set('Cache-Control', 'no-store')
      .type(metrics.contentType)
      .send(await metrics.text());
  });

  const endpoints = routes.map((route) => route.endpoint);
  router.get('/openapi.json', async (_request, response) => {
    const { createOpenApiDocument } = await import('./openapi.ts');
    response.set('Cache-Control', 'no-cache').json(createOpenApiDocument(endpoints));
  });
  router.get('/docs', async (request, response) => {
    const { createApiPage } = await import('./api-page.ts');
    response
      .set('Cache-Control', 'no-cache')
      .set(pageHeaders(documentPolicy, publicOriginOf(deps.config, request)))
      .send(createApiPage(endpoints));
  });
  router.get('/problems', async (request, response) => {
    const { createProblemsPage } = await import('./api-page.ts');
    response
      .set('Cache-Control', 'no-cache')
      .set(pageHeaders(documentPolicy, publicOriginOf(deps.config, request)))
      .send(createProblemsPage());
  });
  router.get('/docs.css', async (_request, response) => {
    const { pageStyle } = await import('./api-page.ts');
    response.set('Cache-Control', 'public, max-age=3600').type('css').send(pageStyle);
  });
  for (const path of ['/healthz', '/readyz', '/metrics', '/openapi.json', '/docs', '/problems', '/docs.css']) {
    router.all(path, () => {
      throw new HttpProblem('method-not-allowed', 'Use GET.', { headers: { Allow: 'GET, HEAD' } });
    });
  }
  return router;
}

/** Pages to read: no script, no form, shown by nobody. */
const documentPolicy = policy({ 'style-src': ["'self'"], 'frame-ancestors': ["'none'"] });

/** Without a token only a direct caller on this machine: one that came through a proxy shows a forwarding header. */
function mayReadMetrics(request: IncomingMessage, token: string | undefined): boolean {
  if (token === undefined) {
    const address = request.socket.remoteAddress ?? '';
    const isLoopback = address === '::1' || address.startsWith('127.') || address.startsWith('::ffff:127.');
    return isLoopback && request.headers['x-forwarded-for'] === undefined && request.headers.forwarded === undefined;
  }
  const sent = Buffer.from(request.headers.authorization ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  return sent.length === wanted.length && timingSafeEqual(sent, wanted);
}
