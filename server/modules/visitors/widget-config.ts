import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { WidgetConfigView } from '../../../shared/contracts/visitor.ts';
import type { Widget } from '../../../shared/schema.ts';
import { isOwnOrigin } from '../../http/own-origin.ts';
import { HttpProblem } from '../../http/problem.ts';
import { isSiteAllowed, siteOfOrigin } from './site-allowed.ts';

/** What the loader and the frame need to draw the widget. */
function presentWidgetConfig(widget: Widget): WidgetConfigView {
  return {
    name: widget.name,
    welcomeMessage: widget.welcomeMessage,
    color: widget.color,
    position: widget.position,
    theme: widget.theme,
    language: widget.language,
    suggestedQuestions: widget.suggestedQuestions,
    appearance: widget.appearance,
    businessHours: widget.businessHours,
    preChat: widget.preChat,
  };
}

/** The configuration as it travels. */
export interface ConfigBytes {
  bytes: Buffer;
  etag: string;
}

/** Kept as long as the widget directory keeps the row, so a changed widget can never be answered with old bytes. */
const ready = new WeakMap<Widget, ConfigBytes>();
const readyToCheck = new WeakMap<Widget, ConfigBytes>();

/**
 * The bytes of a row are made once. Rows are never changed, only replaced. `check`: the page shall look at itself, and
 * report.
 */
export function widgetConfigBytes(widget: Widget, { check }: { check: boolean }): ConfigBytes {
  const made = check ? readyToCheck : ready;
  let config = made.get(widget);
  if (!config) {
    const view: WidgetConfigView = { ...presentWidgetConfig(widget), ...(check && { check }) };
    const bytes = Buffer.from(JSON.stringify(view));
    config = { bytes, etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"` };
    made.set(widget, config);
  }
  return config;
}

/** Whether `allowSite` lets the page read the settings of the widget, and it is one that answers. */
export function isShownTo(widget: Widget, headers: IncomingHttpHeaders, publicOrigin: string | undefined): boolean {
  const { origin } = headers;
  if (widget.status !== 'active') return false;
  if (origin === undefined) return isOwnPage(headers, publicOrigin);
  return isSiteAllowed(origin, widget.allowedSites) || isOwnOrigin(origin, headers.host, publicOrigin);
}

/**
 * Headers that let the asking page read the answer. Confab's own pages (the frame, the preview) may always.
 * @throws HttpProblem `site-not-allowed` for a page that is not on the widget's list, and for one that does not say who
 * it is
 */
export function allowSite(
  widget: Widget,
  headers: IncomingHttpHeaders,
  publicOrigin: string | undefined,
): Record<string, string> {
  const { origin } = headers;
  if (origin === undefined) {
    if (isOwnPage(headers, publicOrigin)) return { Vary: 'Origin' };
    throw new HttpProblem('site-not-allowed', 'The request does not say which page it comes from.', readableByAll);
  }
  if (isSiteAllowed(origin, widget.allowedSites) || isOwnOrigin(origin, headers.host, publicOrigin)) {
    return { 'Access-Control-Allow-Origin': origin, Vary: 'Origin' };
  }
  const site = siteOfOrigin(origin);
  const remedy = site ? `Add this line to the allowed sites in its settings: ${site}` : 'Only websites can show it.';
  throw new HttpProblem('site-not-allowed', `The widget does not appear on this site. ${remedy}`, readableByAll);
}

/** An error holds nothing secret, and the page's owner should see in the console what is wrong. */
export const readableByAll = { headers: { 'Access-Control-Allow-Origin': '*' } };

/** Browsers leave `Origin` out of a page's requests to its own origin. Outside https they leave `Sec-Fetch-Site` out too. */
function isOwnPage(headers: IncomingHttpHeaders, publicOrigin: string | undefined): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  return headers.referer !== undefined && isOwnOrigin(headers.referer, headers.host, publicOrigin);
}
