import { createHub, type Hub, offer, replay, type Stub } from './hub.ts';
import { createWidget } from './widget.ts';

/**
 * `<script async src="https://HOST/widget.js" data-widget="PUBLIC_KEY"></script>`. Included twice, or run again by a
 * page that swaps its body, it finds its widgets there and leaves them alone.
 */
const page = window as { Confab?: Hub | Stub };
const found = page.Confab;
const hub = found?.widgets ? found : createHub();
page.Confab = hub;

// A module has no current script: then every tag on the page is meant.
const current = document.currentScript as HTMLScriptElement | null;
for (const { src, dataset } of current ? [current] : document.querySelectorAll<HTMLScriptElement>('[data-widget]')) {
  // No widget has this key: the server then tells the owners of the site that the tag has none.
  const key = dataset.widget || '-';
  if (!hub.widget(key)) offer(hub, createWidget(key, new URL(src).origin, dataset.inline, hub.widgets));
}
if (found && !found.widgets) replay(hub, found);
