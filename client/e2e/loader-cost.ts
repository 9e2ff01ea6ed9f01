import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { startBuiltServer } from '../../server/testing/built-server.ts';
import { chromiumPath, launchBrowser, noBrowser } from './browser.ts';

const turns = 11;

interface Cost {
  scriptMs: number;
  taskMs: number;
}

/**
 * What the tag costs a page that nobody chats on: main-thread time with and without it, in turn, in Chromium with the
 * processor throttled four times. Prints medians.
 */
async function measure(): Promise<void> {
  if (chromiumPath === undefined) throw new Error(noBrowser);
  const server = await startBuiltServer({ environment: { STORAGE: 'memory' } });
  const tag = `<script async src="${server.origin}/widget.js" data-widget="demo-widget"></script>`;
  const host = createServer((request, response) => {
    const body = request.url === '/with' ? tag : '';
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.end(`<!doctype html><title>A page</title><h1>A page</h1><p>Some text.</p>${body}`);
  });
  await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
  const origin = `http://localhost:${(host.address() as AddressInfo).port}`;
  const browser = await launchBrowser();
  try {
    const without: Cost[] = [];
    const withTag: Cost[] = [];
    for (let turn = 0; turn < turns; turn += 1) {
      without.push(await costOf(browser, `${origin}/without`, false));
      withTag.push(await costOf(browser, `${origin}/with`, true));
    }
    const script = median(withTag.map((cost) => cost.scriptMs)) - median(without.map((cost) => cost.scriptMs));
    const task = median(withTag.map((cost) => cost.taskMs)) - median(without.map((cost) => cost.taskMs));
    process.stdout.write(
      `Main thread, 4x throttled, medians of ${turns}, the page with the tag less the page without:\n`,
    );
    process.stdout.write(`script ${script.toFixed(1)} ms, all tasks ${task.toFixed(1)} ms\n`);
  } finally {
    await browser.close();
    host.close();
    await server.stop();
  }
}

async function costOf(browser: Browser, url: string, hasTag: boolean): Promise<Cost> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const devTools = await context.newCDPSession(page);
  await devTools.send('Performance.enable');
  await devTools.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  const configured = hasTag ? page.waitForResponse((response) => response.url().endsWith('/config')) : undefined;
  await page.goto(url);
  await configured;
  await page.waitForLoadState('networkidle');
  const { metrics } = await devTools.send('Performance.getMetrics');
  const secondsOf = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? 0;
  await context.close();
  return { scriptMs: secondsOf('ScriptDuration') * 1000, taskMs: secondsOf('TaskDuration') * 1000 };
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

measure().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
