import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { budgets, judge, type Verdict, weigh } from './budgets.ts';
import { buildWidget, type WidgetManifest } from './build.ts';

describe('the built widget', () => {
  let folder: string;
  let verdict: Verdict;
  let manifest: WidgetManifest;
  const laterFiles = () => {
    const { languages: _, ...files } = manifest.later;
    return Object.values(files);
  };
  const read = (file: string) => readFile(path.join(folder, file), 'utf8');

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'confab-widget-'));
    verdict = await buildWidget(folder);
    manifest = JSON.parse(await read('manifest.json'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('weighs no more than its budgets allow', () => {
    console.log(verdict.table);
    expect(verdict.excesses).toEqual([]);
  });

  test('paints without waiting for the socket, the preview or another language', async () => {
    const [script] = manifest.frame.scripts;
    expect(manifest.frame.scripts).toHaveLength(1);
    const code = await read(script as string);
    expect(code).not.toMatch(/(^|[;}])import\s*[{*"'`\w]/);
    expect(code).not.toContain('EIO=4');
  });

  test('names every file after its content', async () => {
    const named = [
      ...manifest.frame.scripts,
      ...manifest.frame.styles,
      ...manifest.probe.scripts,
      ...laterFiles(),
      ...Object.values(manifest.later.languages),
    ].map((file) => path.basename(file));
    expect((await readdir(path.join(folder, 'assets'))).sort()).toEqual(named.sort());
    for (const file of named) expect(file).toMatch(/^\w+-[\w-]{8}\.(js|css)$/);
  });

  test('asks for no rights a strict policy withholds', async () => {
    const files = ['loader.js', 'doctor.js', ...manifest.probe.scripts, ...manifest.frame.scripts, ...laterFiles()];
    for (const file of files) {
      const code = await read(file);
      expect(code, file).not.toMatch(/\beval\(|new Function\(|\.innerHTML\s*=(?!=)[^=]*location/);
    }
    expect(await read('loader.js')).not.toMatch(/innerHTML|insertAdjacentHTML|document\.write|createElement\(.style/);
    expect(await read(manifest.frame.styles[0] as string)).not.toMatch(/@import|url\(/);
  });

  test('never speaks to a window without naming its origin', async () => {
    for (const file of ['loader.js', 'doctor.js', ...manifest.frame.scripts, manifest.later.preview]) {
      expect(await read(file), file).not.toMatch(/postMessage\([^)]*["'`]\*["'`]/);
    }
  });
});

describe('the budgets', () => {
  const noise = (bytes: number) =>
    Array.from({ length: bytes }, () => String.fromCharCode(33 + Math.random() * 90)).join('');

  test('refuse a loader that is too heavy, and say by how much', () => {
    const { excesses, table } = judge([weigh('loader.js', noise(budgets.loader * 2))]);
    expect(excesses).toHaveLength(1);
    expect(excesses[0]).toMatch(/The loader weighs \d+ bytes, 3000 are allowed\./);
    expect(table).toContain('loader.js');
  });

  test('count what it takes to chat, and not what only some ask for', () => {
    const heavy = noise(budgets.total * 2);
    expect(judge([weigh('frame.js', heavy)]).excesses).toHaveLength(1);
    expect(judge([weigh('frame.js', heavy, false)]).excesses).toEqual([]);
  });
});
