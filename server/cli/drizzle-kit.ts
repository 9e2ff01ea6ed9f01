import { is } from 'drizzle-orm';
import { getTableConfig, PgTable } from 'drizzle-orm/pg-core';
import * as schema from '../../shared/schema.ts';
import { CommandError } from './run-command.ts';

type DrizzleKit = typeof import('drizzle-kit/api');

/** drizzle-kit is a development dependency, and is loaded only by the commands that cannot do without it. */
export async function loadDrizzleKit(
  load: () => Promise<DrizzleKit> = () => import('drizzle-kit/api'),
): Promise<DrizzleKit> {
  try {
    return await load();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new CommandError(
      'drizzle-kit is not installed here, since it is a development dependency: run npm ci without --omit=dev, or use npm run db:migrate, which does without it.',
    );
  }
}

/** Every table Confab declares, by the name of its export. */
export const declaredTables: Record<string, PgTable> = Object.fromEntries(
  Object.entries(schema as Record<string, unknown>).filter((entry): entry is [string, PgTable] =>
    is(entry[1], PgTable),
  ),
);

export const declaredTableNames: string[] = Object.values(declaredTables).map((table) => getTableConfig(table).name);
