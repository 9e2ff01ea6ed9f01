import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { transform } from 'esbuild';
import { build, type Rolldown } from 'vite';
import { judge, type Verdict, weigh } from './budgets.ts';
import { languages } from './language.ts';

/** Parts that take no bytes of a visitor who does not come to need them, and the modules they are in. */
const wantedParts = {
  preChat: 'PreChat',
  conversations: 'Conversations',
  yourData: 'YourData',
  rating: 'RatingForm',
  peek: 'Peek',
  plainText: 'plain',
  upload: 'upload',
  preview: 'preview',
} as const;
export type WantedPart = keyof typeof wantedParts;

/** What `manifest.json` says: paths in the output folder, each file's name changing with its content. */
export interface WidgetManifest {
  /** What the frame's page loads. */
  frame: { scripts: string[]; styles: string[] };
  /** What the page loads that tries what a frame can do. */
  probe: { scripts: string[]; styles: string[] };
  /** What the frame loads by itself: with the first conversation; where it is asked for; for a language. */
  later: { socket: string; languages: Record<string, string> } & Record<WantedPart, string>;
}

const source = path.dirname(fileURLToPath(import.meta.url));
/** Where the server looks for it. */
export const widgetOutDir = path.join(source, '../../dist/client/widget');

async function bundle(entry: string, format: 'iife' | 'es'): Promise<Rolldown.OutputChunk[]> {
  const result = await build({
    configFile: false,
    root: source,
    mode: 'production',
    // Whatever NODE_ENV says: code for development is a sixth heavier.
    // The runtime that JSX brings along otherwise would come on top of Preact's own.
    oxc: { jsx: { runtime: 'classic', pragma: 'jsxNode', pragmaFrag: 'jsxGroup', development: false } },
    plugins: [
      {
        name: 'jsx-of-preact',
        enforce: 'pre',
        transform: (code, id) =>
          id.endsWith('.tsx') ? `${code}\nimport { Fragment as jsxGroup, h as jsxNode } from 'preact';` : null,
      },
    ],
    logLevel: 'warn',
    publicDir: false,
    build: {
      write: false,
      target: 'es2022',
      lib: { entry, formats: [format], name: 'confab' },
      rolldownOptions: {
        // What the frame shares with a chunk stays in the frame: one request less before the first paint.
        preserveEntrySignatures: 'allow-extension',
        output: {
          minify: true,
          comments: false,
          entryFileNames: '[name]-[hash].js',
          chunkFileNames: '[name]-[hash].js',
        },
      },
    },
  });
  return [result].flat().flatMap((output) => ('output' in output ? output.output : [])) as Rolldown.OutputChunk[];
}

/**
 * Builds the widget into `outDir`: `loader.js`, `doctor.js`, `manifest.json` and `assets/`. The verdict says whether the budgets
 * hold; the files are written either way.
 */
export async function buildWidget(outDir: string): Promise<Verdict> {
  const [loader] = await bundle('loader/main.ts', 'iife');
  const [doctor] = await bundle('doctor/main.ts', 'es');
  const [probe] = await bundle('probe/main.ts', 'es');
  const chunks = await bundle('frame/main.ts', 'es');
  const style = await transform(await readFile(path.join(source, 'frame/style.css'), 'utf8'), {
    loader: 'css',
    minify: true,
  });
  const entry = chunks.find((chunk) => chunk.isEntry);
  if (!loader || !doctor || !probe || !entry) throw new Error('The bundler gave nothing for one of the scripts.');
  if (entry.imports.length) throw new Error(`The first paint would wait for ${entry.imports.join(', ')}.`);

  const named = (name: string): Rolldown.OutputChunk => {
    const chunk = chunks.find((candidate) => candidate.name === name);
    if (!chunk) throw new Error(`The frame has no chunk ${name}.`);
    return chunk;
  };
  const file = (chunk: Rolldown.OutputChunk) => `assets/${chunk.fileName}`;
  const wanted = Object.entries(wantedParts);
  const others = languages.filter((language) => language !== 'en');
  const probeName = `probe-${await shortHash(probe.code)}.js`;
  const styleName = `frame-${await shortHash(style.code)}.css`;
  const manifest: WidgetManifest = {
    frame: { scripts: [file(entry)], styles: [`assets/${styleName}`] },
    probe: { scripts: [`assets/${probeName}`], styles: [] },
    later: {
      socket: file(named('socket')),
      ...(Object.fromEntries(wanted.map(([part, name]) => [part, file(named(name))])) as Record<WantedPart, string>),
      languages: Object.fromEntries(others.map((language) => [language, file(named(language))])),
    },
  };

  const assets = path.join(outDir, 'assets');
  await rm(outDir, { recursive: true, force: true });
  await mkdir(assets, { recursive: true });
  await Promise.all([
    writeFile(path.join(outDir, 'loader.js'), loader.code),
    writeFile(path.join(outDir, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`),
    writeFile(path.join(outDir, 'doctor.js'), doctor.code),
    writeFile(path.join(assets, probeName), probe.code),
    writeFile(path.join(assets, styleName), style.code),
    ...chunks.map((chunk) => writeFile(path.join(assets, chunk.fileName), chunk.code)),
  ]);

  const languageWeights = others
    .map((language) => weigh(`${language}.js`, named(language).code))
    .sort((a, b) => b.gzipped - a.gzipped)
    .map((weight, i) => ({ ...weight, counts: i === 0 }));
  const accounted = new Set([entry, named('socket'), ...wanted.map(([, name]) => named(name)), ...others.map(named)]);
  return judge([
    weigh('loader.js', loader.code),
    weigh('frame.js', entry.code),
    weigh('frame.css', style.code),
    weigh('socket.js', named('socket').code),
    ...chunks.filter((chunk) => !accounted.has(chunk)).map((chunk) => weigh(chunk.fileName, chunk.code)),
    ...languageWeights,
    ...wanted.map(([, name]) => weigh(`${name}.js`, named(name).code, false)),
    weigh('doctor.js', doctor.code, false),
    weigh('probe.js', probe.code, false),
  ]);
}

async function shortHash(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Buffer.from(digest).toString('base64url').slice(0, 8);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { table, excesses } = await buildWidget(widgetOutDir);
  console.log(table);
  for (const excess of excesses) console.error(excess);
  if (excesses.length) process.exitCode = 1;
}
