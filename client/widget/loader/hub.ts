import type { Widget, WidgetApi } from './widget.ts';

/** A call as the page's stub kept it: the method's name, then its arguments. */
type Call = Iterable<unknown>;
type Method = keyof WidgetApi;

/** `window.Confab`: `Confab.open()` and `Confab('open')` mean the page's first widget, `Confab.widget(key)` another. */
export interface Hub extends WidgetApi {
  (method: Method, ...rest: unknown[]): void;
  widget(key: string): WidgetApi | undefined;
  /** Every widget of the page, also for a second copy of this script. */
  widgets: Widget[];
  q?: undefined;
}

/** What a page may have put there before the script came: a function with the calls made so far in `q`. */
export interface Stub {
  q?: Call[] | { push(call: Call): void; map?: undefined };
  widgets?: undefined;
}

/** Makes the page's door to its widgets. A page without a widget is no error. */
export function createHub(): Hub {
  const hub = ((method, ...rest) =>
    (hub.widgets[0]?.api[method] as ((...rest: unknown[]) => void) | undefined)?.(...rest)) as Hub;
  hub.widgets = [];
  hub.widget = (key) => hub.widgets.find((widget) => widget.key === key)?.api;
  return hub;
}

/** Offers the methods of a widget's `api` under the hub. */
export function offer(hub: Hub, api: WidgetApi): void {
  for (const method of Object.keys(api) as Method[]) hub[method] = (...rest: unknown[]) => hub(method, ...rest);
}

/** Does what was asked for before the script came, in order, and keeps taking calls from who still holds the stub. */
export function replay(hub: Hub, stub: Stub): void {
  const push = (call: Call) => hub(...(call as [Method]));
  stub.q?.map?.(push);
  stub.q = { push };
}
