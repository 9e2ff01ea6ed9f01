import type { Refused } from './policy.ts';
import { type ProbeResult, probeType } from './wire.ts';

/** Longer than everything the probe tries. */
const silenceMs = 13_000;

/**
 * Has a frame of our origin try what the chat needs, in the place of the chat. Undefined when it does not answer; when the
 * page's policy forbids it, that is in `refused`.
 */
export function probeFrame(address: string, parent: Element, refused: Refused): Promise<ProbeResult | undefined> {
  const { origin } = new URL(address);
  const iframe = document.createElement('iframe');
  const { port1, port2 } = new MessageChannel();
  return new Promise<ProbeResult | undefined>((resolve) => {
    port1.onmessage = ({ data }: MessageEvent<ProbeResult>) => resolve(data);
    iframe.onload = () => {
      if (refused.has('frame-src')) return resolve(undefined);
      iframe.contentWindow?.postMessage(probeType, origin, [port2]);
    };
    iframe.hidden = true;
    iframe.src = address;
    parent.append(iframe);
    // Something of the page, or an extension, has made something else of it.
    if (!iframe.contentWindow) resolve(undefined);
    setTimeout(resolve, silenceMs);
  }).finally(() => iframe.remove());
}
