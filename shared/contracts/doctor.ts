import * as z from 'zod/mini';
import { installFaults, type ReportedFault, reportedFaults } from '../install-vocabulary.ts';
import { limits } from '../limits.ts';
import { defineEndpoint } from './endpoint.ts';
import * as field from './fields.ts';

/** Directives of a page's policy in which our origin may be missing. */
const policyDirectives = ['frame-src', 'child-src', 'connect-src', 'default-src'] as const;

/** One fault as a page tells of it. */
export interface ReportedFinding {
  kind: ReportedFault;
  /** The directive to be widened, or the origin of the other tag; null where there is none. */
  detail: string | null;
}

const isKind = (text: string): text is ReportedFault => (reportedFaults as readonly string[]).includes(text);

function isOrigin(text: string): boolean {
  return text.length <= 300 && /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text;
}

function readFinding(text: string): ReportedFinding | undefined {
  const [kind = ''] = text.split(':', 1);
  if (!isKind(kind)) return undefined;
  if (kind === text) return { kind, detail: null };
  const detail = text.slice(kind.length + 1);
  const isGood = kind === 'two-hosts' ? isOrigin(detail) : (policyDirectives as readonly string[]).includes(detail);
  return isGood ? { kind, detail } : undefined;
}

/** Names divided by commas, each with what `read` makes of it. */
const listOf = <T>(read: (text: string) => T | undefined, error: string) =>
  z.pipe(
    z._default(
      z.string().check(z.maxLength(limits.reportCharsMax, `At most ${limits.reportCharsMax} characters.`)),
      '',
    ),
    z.pipe(
      z.transform((text: string) => (text === '' ? [] : text.split(',').map(read))),
      z
        .array(z.custom<T>((one) => one !== undefined, error))
        .check(z.maxLength(reportedFaults.length, `At most ${reportedFaults.length} of them.`)),
    ),
  );

/**
 * A page's report on its own tag. A GET, so that it gets out of pages under any policy: by a request, and where
 * connections are not allowed as an image or a frame. Which site it is about is read off the request's headers.
 */
export const reportInstall = defineEndpoint({
  name: 'reportInstall',
  method: 'GET',
  path: '/api/widget/:publicKey/check',
  access: { kind: 'public' },
  area: 'Widget',
  summary: 'What the loader found wrong on a page, and what it found in order. Taken from allowed sites only.',
  params: z.object({ publicKey: z.string().check(z.minLength(1), z.maxLength(100)) }),
  query: z.object({
    /** As in `csp-frame:frame-src,storage-blocked`. */
    found: listOf(readFinding, 'Must be faults of the list, divided by commas.'),
    /** What was looked at and is in order, as in `csp-frame,frame-blocked`. */
    fine: listOf((text) => (isKind(text) ? text : undefined), 'Must be faults of the list, divided by commas.'),
  }),
  status: 204,
});

/** Something that is, or lately was, wrong with the tag on a site. */
export const widgetFindingView = z.object({
  kind: z.enum(installFaults),
  /** As in `https://www.example.com`; null: a page that has none. */
  origin: z.nullable(z.string()),
  /** The policy's directive, the origin of the other tag, or the unknown key; null where there is none. */
  detail: z.nullable(z.string()),
  /** How often it was told, each site at most once a minute; 0 where nobody tells of it. */
  count: z.int(),
  firstSeenAt: z.string(),
  lastSeenAt: z.string(),
  /** When the site was seen without it; null: it is still there. */
  solvedAt: z.nullable(z.string()),
});
export type WidgetFindingView = z.output<typeof widgetFindingView>;

export const listWidgetFindings = defineEndpoint({
  name: 'listWidgetFindings',
  method: 'GET',
  path: '/api/clients/:clientId/widgets/:widgetId/findings',
  access: { kind: 'member', permission: 'widgets.read' },
  area: 'Widgets',
  summary:
    'What is wrong with the widget’s tag, by site, and what was in the last 7 days. Live: the event widget:checked.',
  params: z.object({ clientId: field.id(), widgetId: field.id() }),
  status: 200,
  answer: z.object({ items: z.array(widgetFindingView) }),
});
