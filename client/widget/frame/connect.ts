import { type ConnectMessage, connectType, type ToFrame, type ToLoader } from '../wire.ts';

/** The page around the frame, once it has made itself known. */
export interface PageLink {
  hello: ConnectMessage;
  /** The frame listens from now on. */
  listen(receive: (message: ToFrame) => void): void;
  tell(message: ToLoader): void;
}

/**
 * Waits for the loader's one message. Only the window that embeds this one is heard, and the browser lets only the
 * widget's allowed sites embed it; everything after that goes over the port, to nobody else.
 */
export function connectToPage(): Promise<PageLink> {
  if (window.parent === window) return Promise.resolve(ownPage());
  return new Promise((resolve) => {
    const onMessage = ({ source, data, ports }: MessageEvent<ConnectMessage>) => {
      const port = ports[0];
      if (source !== window.parent || data?.type !== connectType || !port) return;
      removeEventListener('message', onMessage);
      const tell = (message: ToLoader) => port.postMessage(message);
      resolve({
        hello: data,
        tell,
        listen(receive) {
          port.onmessage = ({ data: message }: MessageEvent<ToFrame>) => receive(message);
          tell(['ready', undefined]);
        },
      });
    };
    addEventListener('message', onMessage);
  });
}

/** Opened by itself, as from a link: there is no page around it, the chat is the page. */
function ownPage(): PageLink {
  const page = { open: true, lang: navigator.language, url: '', identityToken: undefined, context: undefined };
  return {
    hello: { type: connectType, config: undefined, page, inline: true },
    listen() {},
    tell() {},
  };
}
