import type { Refused } from './policy.ts';

/**
 * Sends a report by the first way the page's policy lets out: a request, a frame, an image. The two latter say which site
 * they come from also where the page says that to nobody. What is known to be forbidden is not tried: sites have
 * violations reported to them.
 */
export async function send(addressOf: () => string, refused: Refused): Promise<void> {
  try {
    if (refused.has('connect-src')) throw refused;
    await fetch(addressOf(), { credentials: 'omit' });
  } catch {
    // Browsers tell of a violation after what was refused has failed.
    await new Promise((resolve) => setTimeout(resolve, 100));
    // The address again: by now it is known that connections are not allowed.
    if (refused.has('frame-src')) sendByImage(addressOf());
    else sendByFrame(addressOf());
  }
}

/** Nothing comes back, so nothing says when it is there. */
const frameMs = 5_000;

function sendByFrame(address: string): void {
  const iframe = document.createElement('iframe');
  iframe.referrerPolicy = 'origin';
  iframe.hidden = true;
  iframe.src = address;
  document.documentElement.append(iframe);
  setTimeout(() => iframe.remove(), frameMs);
}

function sendByImage(address: string): void {
  const image = new Image();
  image.referrerPolicy = 'origin';
  image.src = address;
}
