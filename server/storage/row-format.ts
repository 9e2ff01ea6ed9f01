import { getTableColumns, is, SQL, type Table } from 'drizzle-orm';
import { createSelectSchema } from 'drizzle-zod';

/** How the rows of one table are read back from JSON. */
export interface RowFormat {
  /** The row. @throws Error that says in one line what is wrong with the value */
  read(value: unknown): object;
}

/** As much of a row schema as is needed here. */
interface RowSchema {
  strict(): {
    safeParse(
      value: unknown,
    ):
      | { success: true; data: object }
      | { success: false; error: { issues: { path: PropertyKey[]; message: string }[] } };
  };
}

/** The schema is made with the first row: a start without a file to read has no use for it. */
export function createRowFormat(table: Table): RowFormat {
  let strict: ReturnType<RowSchema['strict']> | undefined;
  const columns = Object.entries(getTableColumns(table));
  // A column younger than the file has what the migration that made it gave to the rows that were there.
  const additions = columns.flatMap(([name, column]) => {
    if (!column.notNull) return [[name, null] as const];
    return column.default === undefined || is(column.default, SQL) ? [] : [[name, column.default] as const];
  });
  const instants = columns.filter(([, column]) => column.dataType === 'date').map(([name]) => name);
  return {
    read(value) {
      if (typeof value !== 'object' || value === null) throw new Error('the row is no object');
      const row: Record<string, unknown> = { ...Object.fromEntries(additions), ...value };
      for (const name of instants) {
        const text = row[name];
        if (typeof text === 'string') row[name] = new Date(text);
      }
      // Strict: a column this version does not know must not be dropped in silence.
      strict ??= (createSelectSchema(table) as unknown as RowSchema).strict();
      const result = strict.safeParse(row);
      if (result.success) return result.data;
      const { path, message } = result.error.issues[0]!;
      throw new Error(path.length > 0 ? `${path.join('.')}: ${message}` : message);
    },
  };
}
