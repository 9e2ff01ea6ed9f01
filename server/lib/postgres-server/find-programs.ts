import { findMachinePrograms } from './machine-programs.ts';
import { findPackagePrograms } from './package-programs.ts';
import { PostgresServerError } from './postgres-server-error.ts';
import { inspectPrograms, NEWEST_MAJOR, OLDEST_MAJOR, type Programs } from './programs.ts';

/**
 * Finds Postgres programs of a supported version: those in `bin` when given, never others in their place; else the
 * machine's highest version; else the ones of the npm package.
 * @throws PostgresServerError when there are none
 */
export async function findPrograms(
  options: { bin?: string | undefined; searchPath?: string | undefined } = {},
): Promise<Programs> {
  if (options.bin === undefined) return (await findMachinePrograms(options.searchPath))[0] ?? findPackagePrograms();
  const programs = await inspectPrograms(options.bin, 'given');
  if (programs !== undefined) return programs;
  throw new PostgresServerError(
    `There are no Postgres ${OLDEST_MAJOR} to ${NEWEST_MAJOR} programs (initdb, postgres) in ${options.bin}.`,
  );
}
