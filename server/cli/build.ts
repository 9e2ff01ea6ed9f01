import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build as bundle, type Plugin } from 'esbuild';
import { projectPath } from '../lib/paths.ts';

const help = `Usage: npm run build [-- --if-stale]

Builds the server, the dashboard and the widget into dist/.
  --if-stale   only when a source file has changed since the last build`;

const stampFile = projectPath('dist', 'build-stamp.json');

/** A fingerprint of everything a build reads: paths, sizes and times of the source files. */
function sourceStamp(): string {
  const hash = createHash('sha256');
  for (const entry of ['package.json', 'package-lock.json', 'tsconfig.json']) addFile(entry);
  for (const folder of ['server', 'shared', 'client']) addFolder(folder);
  return hash.digest('hex');

  function addFolder(folder: string): void {
    const entries = readdirSync(projectPath(folder), { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) addFolder(path);
      else if (!/\.test\.tsx?$/.test(entry.name)) addFile(path);
    }
  }
  function addFile(path: string): void {
    const { size, mtimeMs } = statSync(projectPath(path));
    hash.update(`${path}\0${size}\0${Math.round(mtimeMs)}\0`);
  }
}

function isCurrent(stamp: string): boolean {
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8')).stamp === stamp;
  } catch {
    return false;
  }
}

/**
 * A quarter of the text would be what is never run: zod's messages in forty languages, and the body parsers of Express,
 * whose place `readBody` takes.
 */
const leaveOut: Plugin = {
  name: 'leave-out',
  setup(build) {
    build.onLoad({ filter: /zod\/v4\/locales\/index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js';",
    }));
    build.onLoad({ filter: /node_modules\/body-parser\/index\.js$/ }, () => ({ contents: 'module.exports = {};' }));
  },
};

/**
 * Bundles the server into one CommonJS file: it starts in a fraction of the time that resolving hundreds of modules
 * takes. Native and optional packages stay outside.
 */
async function buildServer(): Promise<void> {
  rmSync(projectPath('dist', 'server'), { recursive: true, force: true });
  await bundle({
    entryPoints: [projectPath('server', 'main.ts')],
    outfile: projectPath('dist', 'server', 'bundle.cjs'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    // Packages that stay outside are required when they are first needed: a script from the code cache cannot import.
    supported: { 'dynamic-import': false },
    define: { 'import.meta.url': 'importMetaUrl' },
    banner: { js: 'const importMetaUrl = require("node:url").pathToFileURL(__filename).href;' },
    plugins: [leaveOut],
    external: [
      '@aws-sdk/*',
      // Not the API: the metrics need it at every start.
      '@opentelemetry/exporter-trace-otlp-http',
      '@opentelemetry/resources',
      '@opentelemetry/sdk-trace',
      'openai',
      'undici',
      '@node-rs/argon2',
      'pg-native',
      'bufferutil',
      'utf-8-validate',
      'drizzle-kit',
    ],
    // Half the text to read at each start; names stay, for stack traces.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
  await bundleReader();
  cpSync(projectPath('server', 'storage', 'database', 'migrations'), projectPath('dist', 'server', 'migrations'), {
    recursive: true,
  });
  writeFileSync(projectPath('dist', 'server', 'main.cjs'), readFileSync(projectPath('server', 'cli', 'launcher.cjs')));
}

/** The process that reads documents, a bundle of its own: the server never loads a parser. */
async function bundleReader(): Promise<void> {
  await bundle({
    entryPoints: [projectPath('server', 'extract', 'child.ts')],
    outfile: projectPath('dist', 'server', 'extract-child.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    // CommonJS packages in it require Node's own modules.
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    external: ['canvas', '@napi-rs/canvas'],
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
  const cmaps = projectPath('server', 'extract', 'pdf', 'cmaps');
  cpSync(cmaps, projectPath('dist', 'server', 'cmaps'), { recursive: true });
}

async function buildDashboard(): Promise<void> {
  const { build } = await import('vite');
  await build({ configFile: projectPath('client', 'dashboard', 'vite.config.ts'), logLevel: 'warn' });
}

async function buildWidgetFiles(): Promise<void> {
  const { buildWidget, widgetOutDir } = await import('../../client/widget/build.ts');
  const verdict = await buildWidget(widgetOutDir);
  process.stdout.write(`\n${verdict.table}\n`);
  if (verdict.excesses.length > 0) throw new Error(verdict.excesses.join(' '));
}

async function step(name: string, work: () => Promise<void>): Promise<void> {
  const startedAt = performance.now();
  process.stdout.write(`Building ${name} … `);
  await work();
  process.stdout.write(`${((performance.now() - startedAt) / 1000).toFixed(1)} s\n`);
}

const { values } = parseArgs({ options: { 'if-stale': { type: 'boolean' }, help: { type: 'boolean' } } });
if (values.help) {
  process.stdout.write(`${help}\n`);
} else {
  const stamp = sourceStamp();
  if (!(values['if-stale'] && isCurrent(stamp))) {
    mkdirSync(projectPath('dist'), { recursive: true });
    rmSync(stampFile, { force: true });
    await step('the server', buildServer);
    await step('the dashboard', buildDashboard);
    await step('the widget', buildWidgetFiles);
    writeFileSync(stampFile, JSON.stringify({ stamp }));
  }
}
