import { getTableColumns } from 'drizzle-orm';
import { getTableConfig, type PgColumn, type PgTable } from 'drizzle-orm/pg-core';
import * as schema from '../../shared/schema.ts';

/** How the rows of one table are carried from one installation to another. */
export interface TransferTable {
  /** As in SQL. */
  name: string;
  table: PgTable;
  /** By property, in the order of their declaration. */
  columns: Record<string, PgColumn>;
  /** The properties of the primary key; a client id leads it where the rows belong to clients. */
  key: readonly string[];
  /** Whether each row belongs to one client, which its property `clientId` names. */
  isOwned: boolean;
  /** The property that names the user whose row it is, where rows belong to users and not to clients. */
  userColumn: string | undefined;
  references: readonly TransferReference[];
}

/** A foreign key, by properties. */
export interface TransferReference {
  columns: readonly string[];
  /** Name of the table referred to: by its primary key. */
  to: string;
  /** What becomes of the column when what it names goes; undefined: it is not emptied. */
  setsNull: string | undefined;
  /** Whether what it names cannot go before it. */
  restricts: boolean;
}

/** Parents before children, so that rows stored in this order find what they refer to. */
export const transferTables: readonly TransferTable[] = [
  schema.users,
  schema.userTokens,
  schema.userSecondFactors,
  schema.tallies,
  schema.removedFiles,
  schema.clients,
  schema.members,
  schema.invitations,
  schema.apiKeys,
  schema.clientWidgets,
  schema.widgetInstalls,
  schema.widgetFindings,
  schema.widgetIdentities,
  schema.visitors,
  schema.conversations,
  schema.messages,
  schema.attachments,
  schema.conversationNotes,
  schema.cannedReplies,
  schema.handoffs,
  schema.conversationRatings,
  schema.conversationSearch,
  schema.auditLog,
  schema.documents,
  schema.documentParts,
  schema.chunks,
  schema.passageVectors,
  schema.jobs,
  schema.answerReceipts,
  schema.webhookCalls,
  schema.webhookSecrets,
  schema.webhooks,
  schema.webhookDeliveries,
  schema.modelSettings,
  schema.modelUsage,
  schema.clientPrivacy,
  schema.erasures,
  schema.approvedAnswers,
].map(describe);

/** Made anew from what is carried: the index in which passages are found. */
export const rebuiltTables: readonly PgTable[] = [schema.passages, schema.passageTerms, schema.passageStatistics];

/** Carried by the session store, whose they are. */
export const sessionTable: PgTable = schema.session;

const byName = new Map(transferTables.map((one) => [one.name, one]));

/** @throws Error when no table of that name is carried */
export function transferTable(name: string): TransferTable {
  const found = byName.get(name);
  if (found === undefined) throw new Error(`There is no table ${JSON.stringify(name)}.`);
  return found;
}

/** Ascending by primary key: numbers as such, texts and ids by code unit. */
export function compareKeys({ key }: TransferTable, a: object, b: object): number {
  for (const property of key) {
    const [left, right] = [keyValue(a, property), keyValue(b, property)];
    if (left < right) return -1;
    if (left > right) return 1;
  }
  return 0;
}

function keyValue(row: object, property: string): string | number {
  return (row as Record<string, string | number>)[property]!;
}

function describe(table: PgTable): TransferTable {
  const columns = getTableColumns(table);
  const { name, primaryKeys, foreignKeys } = getTableConfig(table);
  const propertyOf = (column: PgColumn) => propertyIn(columns, column);
  const composite = primaryKeys[0]?.columns.map(propertyOf);
  const references = foreignKeys.map((foreignKey) => {
    const reference = foreignKey.reference();
    const own = reference.columns.map(propertyOf);
    return {
      columns: own,
      to: getTableConfig(reference.foreignTable).name,
      restricts: foreignKey.onDelete !== 'cascade' && foreignKey.onDelete !== 'set null',
      setsNull: foreignKey.onDelete === 'set null' ? own.at(-1) : undefined,
    };
  });
  const isOwned = 'clientId' in columns;
  return {
    name,
    table,
    columns,
    key: composite ?? Object.keys(columns).filter((property) => columns[property]!.primary),
    isOwned,
    userColumn: isOwned ? undefined : name === 'users' ? 'id' : references.find(({ to }) => to === 'users')?.columns[0],
    references,
  };
}

function propertyIn(columns: Record<string, PgColumn>, column: PgColumn): string {
  return Object.keys(columns).find((property) => columns[property]!.name === column.name)!;
}
