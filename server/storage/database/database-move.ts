import type pg from 'pg';

/** That what is in a database is being moved, or has been moved, to somewhere else. */
export interface DatabaseMove {
  state: 'moving' | 'moved';
  /** Where to, for people and without a password. */
  to: string;
  /** Since when; ISO 8601. */
  at: string;
}

/** The note is in the database's comment: it can be made by whoever owns the database, and needs no table. */
interface Note extends DatabaseMove {
  /** The comment that was there before. */
  before: string | null;
}

const noteStart = 'confab move ';
const pollMs = 100;

/** Undefined: it has not been moved. */
export async function readDatabaseMove(db: Pick<pg.Pool, 'query'>): Promise<DatabaseMove | undefined> {
  const note = parseNote(await commentOf(db));
  return note && { state: note.state, to: note.to, at: note.at };
}

/** What to say to whoever wants to start on a database that was moved: one sentence, and how to do it all the same. */
export function describeMove({ state, to, at }: DatabaseMove, name: string): string {
  const back = 'take the data back with npm run db:move -- --release';
  return state === 'moved'
    ? `The data of ${name} have been moved to ${to} (${at}), and nothing can be written here: use them there, or ${back}.`
    : `The data of ${name} are being moved to ${to} since ${at}: wait until that is done, or, where it was broken off, ${back}.`;
}

/**
 * Lets nobody write to the database any more: new connections may only read, and those that are open are closed, whatever
 * process they belong to. When it resolves, what is there stays as it is.
 * @throws Error when the database is not the user's to change, or connections do not go away within `maxMs`; nothing has
 * changed then
 */
export async function holdWrites(client: pg.ClientBase, { to, at, maxMs }: { to: string; at: Date; maxMs: number }) {
  const before = await commentOf(client);
  await change(client, 'set default_transaction_read_only = on', noteText(before, { state: 'moving', to, at }));
  try {
    await endOthers(client, maxMs);
  } catch (error) {
    await releaseWrites(client, maxMs);
    throw error;
  }
}

/** Notes that what is there has been moved. Nothing can be written to it until it is released. */
export async function markMovedAway(client: pg.ClientBase, { to, at }: { to: string; at: Date }): Promise<void> {
  await change(
    client,
    'set default_transaction_read_only = on',
    noteText(await commentOf(client), { state: 'moved', to, at }),
  );
}

/** Lets the database be used again. Answers whether there was anything to release. */
export async function releaseWrites(client: pg.ClientBase, maxMs: number): Promise<boolean> {
  const note = parseNote(await commentOf(client));
  if (note === undefined) return false;
  await change(client, 'reset default_transaction_read_only', note.before);
  // Connections that were opened meanwhile may only read, for as long as they are open.
  await endOthers(client, maxMs);
  return true;
}

async function change(client: pg.ClientBase, setting: string, comment: string | null): Promise<void> {
  const { rows } = await client.query<{ alter: string; comment: string }>(
    `select format('alter database %I ${setting}', current_database()) as alter,
       format('comment on database %I is %L', current_database(), $1::text) as comment`,
    [comment],
  );
  await client.query('begin read write');
  try {
    await client.query(rows[0]!.alter);
    await client.query(rows[0]!.comment);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}

/** Ends all other connections of the same user to this database that are open by now, and waits until they are gone. */
async function endOthers(client: pg.ClientBase, maxMs: number): Promise<void> {
  const { rows } = await client.query<{ now: string }>('select clock_timestamp()::text as now');
  const deadline = performance.now() + maxMs;
  for (;;) {
    const left = await client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and usename = current_user and pid <> pg_backend_pid()
         and backend_type = 'client backend' and backend_start <= $1::timestamptz`,
      [rows[0]!.now],
    );
    if (left.rowCount === 0) return;
    if (performance.now() > deadline) throw new Error(`${left.rowCount} connections to the database do not end`);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

async function commentOf(db: Pick<pg.Pool, 'query'> | pg.ClientBase): Promise<string | null> {
  const { rows } = await (db as pg.ClientBase).query<{ comment: string | null }>(
    `select shobj_description(oid, 'pg_database') as comment from pg_database where datname = current_database()`,
  );
  return rows[0]?.comment ?? null;
}

function noteText(
  comment: string | null,
  { state, to, at }: { state: DatabaseMove['state']; to: string; at: Date },
): string {
  const before = parseNote(comment)?.before ?? (comment?.startsWith(noteStart) ? null : comment);
  return noteStart + JSON.stringify({ state, to, at: at.toISOString(), before } satisfies Note);
}

function parseNote(comment: string | null): Note | undefined {
  if (!comment?.startsWith(noteStart)) return undefined;
  return JSON.parse(comment.slice(noteStart.length)) as Note;
}
