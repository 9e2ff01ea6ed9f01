import type { WidgetFindingView } from '../../../../../shared/contracts/doctor.ts';
import type { WidgetView } from '../../../../../shared/contracts/widgets.ts';
import type { InstallFault } from '../../../../../shared/install-vocabulary.ts';
import { siteFrom } from './site-name.ts';

/** What a finding means for people, and how it is put right. */
export interface Remedy {
  title: string;
  /** What visitors notice of it, and why. */
  cause: string;
  /** `danger`: there is no chat; `warning`: it is worse than it could be; `note`: it may well be meant so. */
  tone: 'danger' | 'warning' | 'note';
  /** The exact lines, and where they go. */
  paste?: { label: string; text: string };
  /** A setting to be changed here: the line to add to the allowed sites, or the place on the page. */
  setting?: { kind: 'allow'; site: string } | { kind: 'look' };
}

type Facts = Pick<WidgetView, 'embedCode' | 'publicKey' | 'appearance'>;

/** Where Confab is reached, as the tag says it. */
function confabOrigin({ embedCode }: Pick<WidgetView, 'embedCode'>): string {
  return /src="(.+)\/widget\.js"/.exec(embedCode)?.[1] ?? '';
}

/** The part of a page's policy that the widget needs. */
function policyFor(origin: string): string {
  return `script-src ${origin}; frame-src ${origin}; connect-src ${origin}`;
}

function widen(
  wanted: 'frame-src' | 'connect-src',
  detail: string | null,
  origin: string,
): NonNullable<Remedy['paste']> {
  const isThere = detail === null || detail === wanted;
  const where = isThere
    ? `add the address to its ${wanted}, and keep what else is in it`
    : `add this directive; so far ${detail} stands in for it, so take over what that allows`;
  return { label: `In the page’s Content-Security-Policy, ${where}`, text: `${wanted} 'self' ${origin};` };
}

const topLayer = 2_147_483_647;

const remedies: Record<InstallFault, (finding: WidgetFindingView, widget: Facts, origin: string) => Remedy> = {
  'csp-frame': ({ detail }, _, origin) => ({
    tone: 'danger',
    title: 'The page’s policy forbids the chat',
    cause: 'The launcher is there, but the chat behind it stays empty: Confab is missing in frame-src.',
    paste: widen('frame-src', detail, origin),
  }),
  'csp-connect': ({ detail }, _, origin) => ({
    tone: 'warning',
    title: 'The page’s policy forbids the launcher to ask',
    cause: 'The chat works, but every visitor of the page loads it at once: Confab is missing in connect-src.',
    paste: widen('connect-src', detail, origin),
  }),
  'frame-blocked': (_finding, _, origin) => ({
    tone: 'danger',
    title: 'The chat’s frame does not come up',
    cause:
      'It is not the page’s policy: a script of the page, an extension of the visitor’s browser or a proxy keeps frames away.',
    paste: {
      label: 'The address that has to get through, for whoever runs the script or the filter',
      text: `${origin}/frame/`,
    },
  }),
  'double-install': (_finding, { embedCode }) => ({
    tone: 'note',
    title: 'The tag is on the page twice',
    cause: 'Nothing breaks, the second one is ignored. Keep the line once: in the template or in the tag manager.',
    paste: { label: 'Remove this line in one of the two places', text: embedCode },
  }),
  'two-hosts': ({ detail }, { embedCode, publicKey }, origin) => {
    const old = detail !== null && detail !== origin ? detail : undefined;
    return {
      tone: 'warning',
      title: 'Two tags load the widget from two addresses',
      cause: 'Whichever comes first wins, so visitors may lose their conversation from one page to the next.',
      paste: old
        ? {
            label: 'Remove this line',
            text: `<script async src="${old}/widget.js" data-widget="${publicKey}"></script>`,
          }
        : { label: 'Keep this line, and remove the other one', text: embedCode },
    };
  },
  'launcher-covered': (_finding, { appearance }) => ({
    tone: 'danger',
    title: 'Something lies over the launcher',
    cause: 'Visitors cannot press it. A bar or a banner of the page covers the corner.',
    paste:
      appearance.zIndex < topLayer
        ? { label: 'Layer, in the look of the widget', text: `${topLayer}` }
        : {
            label: 'In the page’s styles, for what covers it; or move the launcher',
            text: `z-index: ${topLayer - 1};`,
          },
    setting: { kind: 'look' },
  }),
  'launcher-hidden': () => ({
    tone: 'danger',
    title: 'The page’s styles take the launcher out of sight',
    cause: 'A style on the html element moves or hides everything that is fixed to the window.',
    paste: {
      label: 'At the end of the page’s styles',
      text: 'html { transform: none; filter: none; perspective: none; contain: none; opacity: 1; }',
    },
  }),
  'storage-blocked': () => ({
    tone: 'warning',
    title: 'The browser keeps nothing for this page',
    cause:
      'The chat works, but a visitor who goes on to the next page is not told of answers until the chat is opened.',
    paste: {
      label: 'Where the page is itself in a frame: add this to the frame’s sandbox',
      text: 'sandbox="allow-scripts allow-same-origin"',
    },
  }),
  'polling-only': (_finding, _, origin) => ({
    tone: 'warning',
    title: 'No WebSocket gets through',
    cause: 'The chat works over long polling, a little later and with more load. A proxy does not pass the upgrade on.',
    paste: nginxLines(origin),
  }),
  'socket-blocked': (_finding, _, origin) => ({
    tone: 'danger',
    title: 'No live connection gets through',
    cause: 'Messages arrive late: neither WebSocket nor long polling reaches the server at /socket.io/.',
    paste: nginxLines(origin),
  }),
  'site-not-allowed': ({ origin: site }) => {
    const line = siteFrom(site ?? '');
    return {
      tone: 'danger',
      title: 'This site is not allowed',
      cause: 'A page there has the tag, and is refused. If it is yours, add it to the allowed sites.',
      paste: { label: 'Into the allowed sites', text: line },
      setting: { kind: 'allow', site: line },
    };
  },
  'widget-inactive': () => ({
    tone: 'danger',
    title: 'The widget is not active',
    cause:
      'The tag is there, and nothing appears. Activate it, or restore it from the archive, at the top of its settings.',
  }),
  sandboxed: () => ({
    tone: 'warning',
    title: 'The page has no address of its own',
    cause:
      'It is in a sandboxed frame, or was opened as a file. The browser says of neither where it belongs, so both are refused.',
    paste: {
      label: 'In the tag of the frame that holds the page',
      text: 'sandbox="allow-scripts allow-same-origin allow-forms allow-popups"',
    },
  }),
  'unknown-key': ({ detail }, { embedCode }) => ({
    tone: 'danger',
    title: 'The key in the tag is none',
    cause: `No widget has the key ${detail}. It is mistyped, or was replaced by a new one.`,
    paste: { label: 'Paste this in its place', text: embedCode },
  }),
  'tag-without-key': (_finding, { embedCode }) => ({
    tone: 'danger',
    title: 'The tag has no key',
    cause: 'The script is loaded without data-widget, and does not know which widget to show.',
    paste: { label: 'Paste this in its place', text: embedCode },
  }),
  'never-seen': (_finding, { embedCode }, origin) => ({
    tone: 'note',
    title: 'The tag was never seen here',
    cause: neverSeenCause(origin),
    paste: {
      label: 'Before </body>, and below it what a strict policy needs',
      text: `${embedCode}\n\n${policyFor(origin)}`,
    },
  }),
};

function neverSeenCause(origin: string): string {
  const usual = 'It is not on the page yet, or the page’s policy has no place for Confab in script-src.';
  const isPlain = origin.startsWith('http:');
  return isPlain ? `${usual} Pages on https load nothing from ${origin}: Confab needs https as well.` : usual;
}

function nginxLines(origin: string): NonNullable<Remedy['paste']> {
  const lines = [
    'location /socket.io/ {',
    '  proxy_pass http://127.0.0.1:4000;',
    '  proxy_http_version 1.1;',
    '  proxy_set_header Host $host;',
    '  proxy_set_header Upgrade $http_upgrade;',
    '  proxy_set_header Connection "upgrade";',
    '  proxy_read_timeout 90s;',
    '}',
  ];
  return { label: `In the proxy before ${origin}, nginx for instance`, text: lines.join('\n') };
}

/** What to tell the owner of a widget about a finding. */
export function remedyOf(finding: WidgetFindingView, widget: Facts): Remedy {
  return remedies[finding.kind](finding, widget, confabOrigin(widget));
}
