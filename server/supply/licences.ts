import { type LockedPackage, readLockfile } from './lockfile.ts';

/** Licences under which Confab may be run and passed on as it is. */
export const allowedLicences: readonly string[] = [
  'MIT',
  'MIT-0',
  'ISC',
  '0BSD',
  'BSD',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  'BlueOak-1.0.0',
  // Its terms are for its own files, which are used as they are.
  'MPL-2.0',
  '(MIT AND Zlib)',
  '(MIT OR GPL-3.0-or-later)',
];

/** What old packages say in another place or in other words. */
const saidElsewhere: Record<string, string> = {
  'incremental-encoder': 'MPL-2.0',
  'passport-local': 'MIT',
  'passport-strategy': 'MIT',
  pause: 'MIT',
};

export interface Licensed {
  name: string;
  versions: string[];
  licence: string;
}

/** The packages of `npm ci --omit=dev` on any platform, by name; a licence that nobody names is an empty text. */
export function licencesOf(packages: readonly LockedPackage[] = readLockfile()): Licensed[] {
  const byName = new Map<string, Licensed>();
  for (const { name, version, license, dev } of packages) {
    if (dev) continue;
    const licence = saidElsewhere[name] ?? license ?? '';
    const key = `${name} ${licence}`;
    const known = byName.get(key) ?? { name, versions: [], licence };
    if (!known.versions.includes(version)) known.versions.push(version);
    byName.set(key, known);
  }
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The page `docs/licences.md`. */
export function licencesPage(licensed: readonly Licensed[] = licencesOf()): string {
  const counts = new Map<string, number>();
  for (const { licence } of licensed) counts.set(licence, (counts.get(licence) ?? 0) + 1);
  const sums = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  return `# Licences

The packages that run in production, on any platform, with what they pull in: ${licensed.length}. Made from the lockfile by
\`npm run licences\`; a test fails when it is not current, or when a licence is not one of those that are allowed. Confab
itself is under the [MIT licence](../LICENSE). What each package that we name ourselves is for:
[dependencies](dependencies.md). Packages of the browser bundles and tools are not listed.

| licence | packages |
|---|---|
${sums.map(([licence, count]) => `| ${licence} | ${count} |`).join('\n')}

| package | version | licence |
|---|---|---|
${licensed.map(({ name, versions, licence }) => `| \`${name}\` | ${versions.join(', ')} | ${licence} |`).join('\n')}
`;
}
