import { type Request, type Response, Router } from 'express';
import type { Deps } from '../../deps.ts';
import { HttpProblem } from '../../http/problem.ts';
import { publicOriginOf } from '../../http/public-origin.ts';
import type { InstallDoctor } from '../doctor/install-doctor.ts';
import type { WidgetLookup } from '../visitors/visitor-token.ts';
import { demoPage, demoPolicy } from './demo-page.ts';
import { ancestorsOf, framePolicy, refusedSite } from './frame-policy.ts';
import { notePage, notePolicy } from './note-page.ts';
import { newNonce, pageHeaders } from './page-headers.ts';
import { sendFile } from './served-folder.ts';
import { createWidgetFiles, type WidgetFiles } from './widget-files.ts';

const oneYear = 'public, max-age=31536000, immutable';

/** What a page with a widget loads: the script of its tag, the frame, and the frame's files. */
export function createEmbedRouter(
  deps: Pick<Deps, 'config' | 'storage'> & { doctor?: InstallDoctor },
  widgets: WidgetLookup,
  files: WidgetFiles = createWidgetFiles(),
  demoFile?: string,
): Router {
  const { config } = deps;
  const router = Router();

  for (const name of ['widget', 'doctor'] as const) {
    router.get(`/${name}.js`, async (request, response) => {
      const script = await files.script(name);
      if (!script) throw notBuilt();
      await sendFile(request, response, script, {
        'Cache-Control': 'public, max-age=300',
        // Pages under any policy may load it, as a module and with integrity checks too.
        'Access-Control-Allow-Origin': '*',
        'Cross-Origin-Resource-Policy': 'cross-origin',
      });
    });
  }

  router.get('/assets/widget/:name', async (request, response) => {
    const asset = await files.asset(request.params.name);
    if (!asset) throw new HttpProblem('not-found', 'There is no such file. It may belong to an older version.');
    await sendFile(request, response, asset, {
      'Cache-Control': oneYear,
      'Cross-Origin-Resource-Policy': 'same-origin',
    });
  });

  router.get('/frame/:publicKey', async (request, response) => {
    const origin = publicOriginOf(config, request);
    const note = (status: number, title: string, text: string) =>
      sendText(response, status, notePage(title, text), pageHeaders(notePolicy(true), origin));
    const widget = await widgets.findByPublicKey(request.params.publicKey);
    if (!widget) return note(404, 'There is no chat here', 'No widget has the public key in this page’s tag.');

    const nonce = newNonce();
    const frame = await files.framePage(nonce);
    if (!frame) return note(503, 'The chat is not built yet', 'Run `npm run build`, then start the server again.');
    if (request.query.preview !== undefined) {
      // Settings that nobody has saved yet, on our own settings page alone.
      return sendText(response, 200, frame, framed(framePolicy([], { origin, nonce }), origin));
    }
    if (widget.status !== 'active') {
      deps.doctor?.refused(widget, request.headers);
      return note(404, 'This chat is not active', 'Its owner can activate it in the settings of the widget.');
    }
    const site = refusedSite(widget, request.headers, config.publicUrl);
    if (site !== undefined) {
      deps.doctor?.refused(widget, request.headers);
      const remedy = site
        ? `Add this line to the allowed sites in the settings of the widget: \`${site}\``
        : 'Add it to the allowed sites in the settings of the widget.';
      return note(403, 'This chat is not allowed on this site', remedy);
    }
    const csp = framePolicy(ancestorsOf(widget, request.headers), { origin, nonce });
    const page = request.query.check === undefined ? frame : await files.probePage(nonce);
    sendText(response, 200, page ?? frame, framed(csp, origin));
  });

  router.get('/demo', async (request, response) => {
    const origin = publicOriginOf(config, request);
    const note = (text: string) =>
      sendText(response, 404, notePage('There is no demo here', text), pageHeaders(notePolicy(false), origin));
    if (config.production) return note('The demo is there in development only.');
    const nonce = newNonce();
    const page = await demoPage(deps, nonce, demoFile);
    if (!page) return note('Make the demo client with `npm run db:seed`.');
    sendText(response, 200, page, pageHeaders(demoPolicy(origin, nonce), origin));
  });

  for (const path of ['/widget.js', '/doctor.js', '/assets/widget/:name', '/frame/:publicKey', '/demo']) {
    router.all(path, refuseMethod);
  }
  return router;
}

function framed(csp: string, origin: string): Record<string, string> {
  return { ...pageHeaders(csp, origin), 'Cross-Origin-Resource-Policy': 'cross-origin' };
}

/**
 * A page, asked for each time. It carries no tag: a browser that is told it has not changed keeps the policy it once
 * got with it, and a site that was allowed since would go on being refused.
 */
function sendText(response: Response, status: number, page: string, headers: Record<string, string>): void {
  response
    .status(status)
    .set({ ...headers, 'Cache-Control': 'private, no-cache', Vary: 'Referer, Sec-Fetch-Site, Sec-Fetch-Dest' })
    .send(page);
}

function refuseMethod(_request: Request, _response: Response): never {
  throw new HttpProblem('method-not-allowed', 'Use GET.', { headers: { Allow: 'GET, HEAD' } });
}

function notBuilt(): HttpProblem {
  return new HttpProblem('unavailable', 'The widget has not been built. Run npm run build, then start again.');
}
