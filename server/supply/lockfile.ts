import { readFileSync } from 'node:fs';
import { projectPath } from '../lib/paths.ts';

/** As much of an entry of `package-lock.json` as is looked at. */
export interface LockedPackage {
  /** Where it lies, from the project's folder. */
  path: string;
  name: string;
  version: string;
  integrity?: string;
  resolved?: string;
  license?: string;
  dev?: boolean;
  optional?: boolean;
  inBundle?: boolean;
  hasInstallScript?: boolean;
}

/** Every package that an installation may have, in the order of the lockfile. */
export function readLockfile(file = projectPath('package-lock.json')): LockedPackage[] {
  const { packages } = JSON.parse(readFileSync(file, 'utf8')) as {
    packages: Record<string, Omit<LockedPackage, 'path' | 'name'>>;
  };
  return Object.entries(packages)
    .filter(([path]) => path !== '')
    .map(([path, locked]) => ({ ...locked, path, name: path.slice(path.lastIndexOf('node_modules/') + 13) }));
}
