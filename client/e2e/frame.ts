import type { Frame, Page } from 'playwright-core';

/** Clicks the launcher, which is in a closed shadow root in the page's corner, and waits for the panel. */
export async function openChat(page: Page, awaited?: string): Promise<Frame> {
  const size = page.viewportSize() ?? { width: 1280, height: 800 };
  await page.waitForFunction(() => document.querySelector('script[data-widget]') !== null);
  await page.waitForLoadState('networkidle');
  await page.mouse.click(size.width - 48, size.height - 48);
  return chatFrame(page, awaited);
}

/** The panel's frame, once it can be written in, or what else is awaited in it is there. */
export async function chatFrame(page: Page, awaited = 'textarea'): Promise<Frame> {
  await page.waitForSelector('body');
  for (;;) {
    const frame = page.frames().find((candidate) => candidate.url().includes('/frame/'));
    if (frame) {
      await frame.locator(awaited).waitFor();
      return frame;
    }
    await page.waitForEvent('framenavigated');
  }
}

/** Writes as the visitor. */
export async function say(frame: Frame, text: string): Promise<void> {
  await frame.locator('textarea').fill(text);
  await frame.locator('textarea').press('Enter');
}
