import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { type Browser, chromium, type Frame, type Page } from 'playwright-core';

/** Where a Chromium may be: said outright, usual places, Playwright's own download. */
function findChromium(): string | undefined {
  const onPath = (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) =>
      ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'].map((name) => join(folder, name)),
    );
  const usual = [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ];
  let own = '';
  try {
    own = chromium.executablePath();
  } catch {
    // Playwright has no browser for this platform.
  }
  return [process.env.CHROMIUM_PATH ?? '', ...onPath, ...usual, own].find((path) => path !== '' && existsSync(path));
}

export const chromiumPath = findChromium();
export const noBrowser =
  'No Chromium was found, so the browser tests did not run. Install one (apt-get install chromium), or set CHROMIUM_PATH.';

if (chromiumPath === undefined) {
  if (process.env.CONFAB_BROWSER === 'required') throw new Error(noBrowser);
  process.stdout.write(`${noBrowser}\n`);
}

/** A headless browser of its own, with a fresh profile. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath as string,
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Waits for what moves to arrive: what is on its way in has colours of its own. What goes on for ever is left alone. */
async function untilStill(frame: Frame): Promise<void> {
  await frame.waitForFunction(() =>
    document.getAnimations().every(({ effect, playState }) => {
      return playState !== 'running' || effect?.getComputedTiming().iterations === Number.POSITIVE_INFINITY;
    }),
  );
}

/** What axe finds on the page, frames included, as readable lines; empty when there is nothing. */
export async function axeFindings(page: Page): Promise<string[]> {
  const findings: string[] = [];
  for (const frame of page.frames()) {
    if (frame.url() === 'about:blank') continue;
    await untilStill(frame);
    await frame.evaluate(axeSource);
    const violations = await frame.evaluate(async () => {
      // biome-ignore lint/suspicious/noExplicitAny: axe is injected as a script
      const { axe } = globalThis as any;
      const result = await axe.run(document, { iframes: false });
      return result.violations.map((violation: { id: string; nodes: { html: string }[] }) => ({
        id: violation.id,
        nodes: violation.nodes.map((node) => node.html),
      }));
    });
    for (const violation of violations)
      findings.push(`${frame.url()}: ${violation.id}: ${violation.nodes.join(' | ')}`);
  }
  return findings;
}
