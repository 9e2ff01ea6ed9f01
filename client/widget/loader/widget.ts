import type { WidgetConfigView } from '../../../shared/contracts/visitor.ts';
import {
  type ConnectMessage,
  type Context,
  connectType,
  type FrameNews,
  type PageEventName,
  type PageFacts,
  type ToFrame,
  type ToLoader,
} from '../wire.ts';
import { buildStage, type StageView } from './stage.ts';

/** Gets a `CustomEvent` whose `detail` is described by `PageEvents`. */
type Listener = (event: Event) => void;

/** What a page may do with a widget, by the names under `Confab.`. */
export interface WidgetApi {
  open(): void;
  close(): void;
  toggle(): void;
  show(): void;
  hide(): void;
  identify(token: string): void;
  logout(): void;
  destroy(): void;
  on(name: PageEventName, listener: Listener): void;
  off(name: PageEventName, listener: Listener): void;
  sendMessage(text: string): void;
  setContext(context: Context): void;
}

/** One widget on the page. `config` is set once it is drawn. */
export interface Widget {
  key: string;
  config: WidgetConfigView | undefined;
  api: WidgetApi;
}

type Doctor = typeof import('../doctor/main.ts');

/** Height of a launcher and the gap above it. */
const liftPx = 68;
/** How long a loaded frame may be silent before it counts as kept away by the browser. */
const silenceMs = 8000;

/**
 * Puts one widget on the page and among `widgets`, the page's list of all; destroyed it is out of both. `origin` is
 * where the script came from; `inline` selects an element to fill instead of drawing a launcher.
 */
export function createWidget(key: string, origin: string, inline: string | undefined, widgets: Widget[]): WidgetApi {
  const flagKey = `confab:${key}`;
  const root = document.documentElement;
  // Carries the page's listeners: an error in one of them stays the page's own.
  const events = new EventTarget();
  const ended = new AbortController();
  const { signal } = ended;
  const view: StageView = { open: !!inline, isFull: false, ready: false, hidden: false, count: 0, peek: 0 };
  let iframe: HTMLIFrameElement | undefined;
  let port: MessagePort | undefined;
  let waiting: ToFrame[] = [];
  let identityToken: string | undefined;
  let context: string | undefined;

  const emit = (name: PageEventName, detail?: unknown) => events.dispatchEvent(new CustomEvent(name, { detail }));

  /** What this page remembers about the visitor, once the visitor has written; nothing where storage is blocked. */
  const flag = (set?: string) => {
    try {
      if (set) localStorage[flagKey] = set;
      else if (set === '') delete localStorage[flagKey];
      return localStorage[flagKey];
    } catch {}
  };

  const page = (): PageFacts => ({
    open: view.open,
    lang: root.lang || navigator.language,
    // What follows the path may hold secrets.
    url: location.origin + location.pathname,
    identityToken,
    context,
  });

  /** A frame that does not listen yet is told when it is connected. */
  const sync = () => port?.postMessage({ do: 'page', page: page() } satisfies ToFrame);

  const set = (change: Partial<StageView>) =>
    stage.draw(Object.assign(view, change, { isFull: !inline && (innerWidth < 481 || innerHeight < 421) }));

  /** Delivered as soon as the frame listens. */
  const send = (message: ToFrame) => {
    if (port) port.postMessage(message);
    else waiting.push(message);
  };

  const createFrame = () => {
    if (iframe) return;
    iframe = document.createElement('iframe');
    iframe.allow = 'autoplay';
    iframe.title = 'Chat';
    iframe.onload = connect;
    iframe.src = `${origin}/frame/${key}`;
    stage.panel.append(iframe);
  };

  /** A frame that is loaded again, as when the page moves it, is connected again. */
  const connect = () => {
    const { port1, port2 } = new MessageChannel();
    const hello: ConnectMessage = {
      type: connectType,
      config: widget.config,
      page: page(),
      inline: !!inline,
    };
    port = undefined;
    const hear: { [Name in keyof FrameNews]: (news: FrameNews[Name]) => void } = {
      config: start,
      ready() {
        port = port1;
        waiting.map(send);
        waiting = [];
      },
      open: setOpen,
      view: set,
      kept: flag,
      event: ([name, detail]) => emit(name, detail),
    };
    port1.onmessage = ({ data: [name, news] }: MessageEvent<ToLoader>) => hear[name](news as never);
    // The exact origin: whatever else may sit in the frame gets neither the port nor the facts of the page.
    iframe?.contentWindow?.postMessage(hello, origin, [port2]);
    setTimeout(() => {
      if (port) return;
      // No network, the site is not allowed, or the page forbids it.
      examine();
      iframe?.remove();
      iframe = undefined;
      setOpen(false);
    }, silenceMs);
  };

  const setOpen = (open: boolean) => {
    if (inline || open === view.open) return;
    view.open = open;
    if (!widget.config) return;
    set({});
    if (open) {
      createFrame();
      iframe?.focus();
    } else stage.launcher.focus();
    sync();
    emit(open ? 'open' : 'close');
  };

  const toggle = () => setOpen(!view.open);

  const stage = buildStage(!!inline, toggle);

  const attach = () => {
    const place = inline ? document.querySelector(inline) : root;
    // Beside the body rather than in it: what swaps the body leaves the chat alone.
    if (place && stage.host.parentNode !== place) place.append(stage.host);
  };

  const start = (config: WidgetConfigView) => {
    if (widget.config || signal.aborted) return;
    stage.dress(config, widgets.filter((other) => other.config?.position === config.position).length * liftPx);
    widget.config = config;
    attach();
    set({});
    emit('ready');
    if (inline) createFrame();
    else if (view.open) {
      view.open = false;
      setOpen(true);
    }
  };

  const load = async () => {
    try {
      const answer = await fetch(`${origin}/api/widget/${key}/config`, { credentials: 'omit' });
      const body = await answer.json();
      // Every refusal says why.
      if (!body.detail) start(body);
      if (body.detail || body.check || location.hash === '#confab-doctor') examine(body);
    } catch {
      // The page's policy has no place for us in connect-src: the frame reads the settings and hands them over.
      attach();
      createFrame();
      examine();
    }
  };

  /** Has it found out what is wrong, for the console and the owner. `answer` is what the server said, if anything. */
  const examine = (answer?: { detail?: string }) => {
    void import(/* @vite-ignore */ `${origin}/doctor.js`).then(
      (doctor: Doctor) => doctor.check(origin, widget, stage, view, answer),
      () => {},
    );
  };

  const widget: Widget = {
    key,
    config: undefined,
    api: {
      open: () => setOpen(true),
      close: () => setOpen(false),
      toggle,
      show: () => set({ hidden: false }),
      hide: () => set({ hidden: true }),
      identify(token) {
        identityToken = token;
        sync();
      },
      logout() {
        identityToken = undefined;
        send({ do: 'logout' });
        // Only the frame can forget what it keeps.
        if (flag()) createFrame();
      },
      destroy() {
        ended.abort();
        observer.disconnect();
        stage.host.remove();
        widgets.splice(widgets.indexOf(widget), 1);
      },
      on(name, listener) {
        events.addEventListener(name, listener);
        if (name === 'ready' && widget.config) emit(name);
      },
      off: (name, listener) => events.removeEventListener(name, listener),
      sendMessage(text) {
        send({ do: 'send', text });
        createFrame();
      },
      setContext(facts) {
        context = JSON.stringify(facts);
        sync();
      },
    },
  };

  widgets.push(widget);
  const observer = new MutationObserver(() => widget.config && attach());
  observer.observe(root, { childList: true, subtree: !!inline });
  stage.host.onkeydown = (event) => {
    if (event.key === 'Escape') setOpen(false);
  };
  const redraw = () => set({});
  // Of its options a listener reads `signal`, which the controller has.
  visualViewport?.addEventListener('resize', redraw, ended);
  visualViewport?.addEventListener('scroll', redraw, ended);
  // The page loses the focus when the visitor goes into the frame: the last moment to say where the visitor is.
  addEventListener('blur', sync, ended);
  (window.requestIdleCallback || setTimeout)(() => flag() === 'listen' && createFrame());
  void load();
  return widget.api;
}
