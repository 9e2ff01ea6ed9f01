import type { Refused } from './policy.ts';

/**
 * Sends a report by the first way the page's policy lets out: a request, an image, a frame. The two latter say which site
 * they come from also where the page says that to nobody.
 */
export async function send(addressOf: () => string, refused: Refused): Promise<void> {
  try {
    await fetch(addressOf(), { credentials: 'omit' });
  } catch {
    await violationsTold();
    // The address again: by now it is known that connections are not allowed.
    const address = addressOf();
    const image = new Image();
    image.referrerPolicy = 'origin';
    await new Promise((resolve) => {
      image.onload = image.onerror = resolve;
      image.src = address;
    });
    await violationsTold();
    if (refused.has('img-src')) sendByFrame(address);
  }
}

/** Browsers tell of a violation after what was refused has failed. */
const violationsTold = () => new Promise((resolve) => setTimeout(resolve, 100));

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
