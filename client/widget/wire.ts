import type { WidgetConfigView } from '../../shared/contracts/visitor.ts';

/**
 * What loader and frame say to each other. The loader opens the talk with one `postMessage` that names the frame's
 * exact origin and carries a port; everything after that goes over the port. No token is ever among it, save the
 * identity token that the page itself handed in.
 */
export const connectType = 'confab:connect';

/** What a page says of itself: whatever can be written as JSON. */
export type Context = Record<string, unknown>;

/** What the frame cannot see for itself: the host page, and what it asked for. */
export interface PageFacts {
  open: boolean;
  /** The page's `lang`, else the browser's language. */
  lang: string;
  /** Address without query and fragment, which may hold secrets. */
  url: string;
  /** A JWT the page signed for the person that is signed in there. */
  identityToken: string | undefined;
  /** A `Context` as JSON text. */
  context: string | undefined;
}

/** What comes with the port: everything the frame needs to draw itself. */
export interface ConnectMessage {
  type: typeof connectType;
  /** Absent when the page's policy kept the loader from reading it; the frame then reads it and hands it over. */
  config: WidgetConfigView | undefined;
  page: PageFacts;
  inline: boolean;
}

export type ToFrame =
  /** Anything of it changed. */
  { do: 'page'; page: PageFacts } | { do: 'send'; text: string } | { do: 'logout' };

/** Events that a page may listen to with `Confab.on`. */
export interface PageEvents {
  ready: undefined;
  open: undefined;
  close: undefined;
  /** A message that came in, or one of the visitor's own that is stored. */
  message: { role: string; content: string; conversationId: string };
  unread: { count: number };
  /** The identity token could not be read; the visitor stays anonymous. */
  identityRefused: { reason: string };
  logout: undefined;
}
export type PageEventName = keyof PageEvents;

/** What the frame tells the loader. */
export interface FrameNews {
  config: WidgetConfigView;
  /** The frame is listening. */
  ready: undefined;
  /** The panel is to be opened or closed. */
  open: boolean;
  /** For the launcher: how many messages are unread, and how high the card is that shows the newest; 0 for none. */
  view: { ready: boolean; count: number; peek: number };
  /** `listen`: a conversation goes on, the next page listens for answers. `quiet`: something is kept, no more. */
  kept: 'listen' | 'quiet' | '';
  event: [name: PageEventName, detail: unknown];
}

export type ToLoader = { [Name in keyof FrameNews]: [name: Name, news: FrameNews[Name]] }[keyof FrameNews];
