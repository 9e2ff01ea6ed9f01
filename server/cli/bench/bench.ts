import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { type Cluster, startCluster } from '../../lib/postgres-server/cluster.ts';
import { findMachinePrograms } from '../../lib/postgres-server/machine-programs.ts';
import { migrateDatabase } from '../../storage/database/migrate.ts';
import { type BuiltServer, startBuiltServer } from '../../testing/built-server.ts';
import { inboxCursor, makeOwner, makeVisitor, type Owner } from './actors.ts';
import { cpuMicros } from './cpu.ts';
import { type LoadPlan, type LoadResult, runLoad } from './load.ts';
import { runPgbench } from './pgbench.ts';
import { plantConversations, plantedConversationId, plantThread } from './plant.ts';

const help = `Usage: npm run bench [-- --seconds N] [--only messages,pages,widget,session,start] [--large N]

Measures the built server on a Postgres of its own with fsync and synchronous_commit on, and pgbench in turn on the
same database. Compare ratios, not absolute figures: machines are noisy.
  --seconds N  how long each figure is measured (default 5)
  --large N    conversations of the large inbox (default 1000000)`;

const { values } = parseArgs({
  options: {
    help: { type: 'boolean' },
    seconds: { type: 'string', default: '5' },
    only: { type: 'string', default: 'messages,pages,widget,session,start' },
    large: { type: 'string', default: '1000000' },
  },
});
const seconds = Number(values.seconds);
const content = 'A question of about the usual length, as visitors ask.';
let runs = 0;

function say(line = ''): void {
  process.stdout.write(`${line}\n`);
}

function row(...cells: (string | number)[]): void {
  say(`| ${cells.map((cell) => (typeof cell === 'number' ? cell.toFixed(cell < 10 ? 2 : 0) : cell)).join(' | ')} |`);
}

function load(server: BuiltServer, connections: number, targets: LoadPlan['targets']): Promise<LoadResult> {
  runs += 1;
  return runLoad({
    host: '127.0.0.1',
    port: server.port,
    connections,
    warmUpMs: 1_500,
    measureMs: seconds * 1_000,
    runId: `r${runs}`,
    targets,
  });
}

/** How often the session table was read and written so far. Backends report with a delay of up to a second. */
async function sessionAccesses(url: string): Promise<number> {
  await setTimeout(1_500);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query(
    `SELECT coalesce(seq_scan, 0) + coalesce(idx_scan, 0) + n_tup_ins + n_tup_upd + n_tup_del AS n
     FROM pg_stat_user_tables WHERE relname = 'session'`,
  );
  await client.end();
  return Number(rows[0].n);
}

async function benchMessages(
  server: BuiltServer,
  owner: Owner,
  url: string,
  pgbench: string,
  postgresPid: number,
): Promise<void> {
  const visitors = [];
  for (let n = 0; n < 256; n += 1) visitors.push(await makeVisitor(server.origin, owner, n));
  const targets: LoadPlan['targets'] = visitors.map(({ token, conversationId }) => ({
    method: 'POST',
    path: `/api/visitor/conversations/${conversationId}/messages`,
    headers: `Authorization: Bearer ${token}\r\n`,
    body: JSON.stringify({ content, clientMessageId: '%ID%' }),
  }));
  say('\nMessages: POST by visitors, acknowledged after commit; pgbench with the same insert and counter as one CTE');
  row(
    'connections',
    'msg/s',
    'p50 ms',
    'p99 ms',
    'pgbench/s',
    'p50 ms',
    'msg/s ÷ pgbench',
    'p50 ÷ pgbench p50',
    'p99 ÷ p50',
    'node µs/msg',
    'Postgres µs/msg',
  );
  row('---', '---', '---', '---', '---', '---', '---', '---', '---', '---', '---');
  for (const connections of [1, 16, 64, 256]) {
    const nodeBefore = cpuMicros(server.pid) ?? Number.NaN;
    const postgresBefore = cpuMicros(postgresPid) ?? Number.NaN;
    const ours = await load(server, connections, targets);
    const nodeMicros = ((cpuMicros(server.pid) ?? Number.NaN) - nodeBefore) / ours.sent;
    const postgresMicros = ((cpuMicros(postgresPid) ?? Number.NaN) - postgresBefore) / ours.sent;
    const clients = Math.min(connections, 90);
    const theirs = await runPgbench({
      program: pgbench,
      url,
      clients,
      seconds,
      clientId: owner.clientId,
      conversations: 256,
    });
    row(
      connections === clients ? String(connections) : `${connections} (pgbench ${clients})`,
      ours.requestsPerSecond,
      ours.p50Ms,
      ours.p99Ms,
      theirs.transactionsPerSecond,
      theirs.p50Ms,
      ours.requestsPerSecond / theirs.transactionsPerSecond,
      ours.p50Ms / theirs.p50Ms,
      ours.p99Ms / ours.p50Ms,
      nodeMicros,
      postgresMicros,
    );
  }
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query(
    `SELECT count(*) FILTER (WHERE c.message_count <> m.n OR c.last_sequence <> m.top) AS wrong, sum(m.n) AS stored
     FROM conversations c JOIN (SELECT client_id, conversation_id, count(*) AS n, max(sequence) AS top FROM messages GROUP BY 1, 2) m
       ON m.client_id = c.client_id AND m.conversation_id = c.id`,
  );
  await client.end();
  say(`\nChecked: ${rows[0].stored} messages stored, conversations with a wrong count or a gap: ${rows[0].wrong}`);
}

async function benchPages(server: BuiltServer, owner: Owner, url: string, large: number): Promise<void> {
  const visitor = await makeVisitor(server.origin, owner, 1_000_000);
  await plantThread(url, owner.clientId, visitor.conversationId, 10_000);
  const cookie = `Cookie: ${owner.cookie}\r\n`;
  const inbox = `/api/clients/${owner.clientId}/conversations?limit=50`;
  const thread = `/api/clients/${owner.clientId}/conversations/${plantedConversationId(77)}/messages?limit=50`;
  const longThread = `/api/visitor/conversations/${visitor.conversationId}/messages?limit=50`;
  const bearer = `Authorization: Bearer ${visitor.token}\r\n`;
  const pages: [string, () => Promise<LoadPlan['targets']>][] = [
    ['inbox, page 1', async () => [{ method: 'GET', path: inbox, headers: cookie }]],
    [
      'inbox, page 100',
      async () => {
        const cursor = encodeURIComponent(await inboxCursor(server.origin, owner, 100));
        return [{ method: 'GET', path: `${inbox}&cursor=${cursor}`, headers: cookie }];
      },
    ],
    ['thread, ordinary', async () => [{ method: 'GET', path: thread, headers: cookie }]],
    ['thread of 10,000, newest 50, by its visitor', async () => [{ method: 'GET', path: longThread, headers: bearer }]],
  ];
  const small = new Map<string, number>();
  await plantConversations(url, owner, 1_000, 10_999);
  for (const [name, targets] of pages) small.set(name, (await load(server, 16, await targets())).requestsPerSecond);
  say(`\nPages of 50 at 16 connections, one client, with 10,000 conversations and with ${large}`);
  row('page', '10,000: req/s', `${large}: req/s`, 'ratio', 'p50 ms', 'p99 ms');
  row('---', '---', '---', '---', '---', '---');
  await plantConversations(url, owner, 11_000, large);
  for (const [name, targets] of pages) {
    const result = await load(server, 16, await targets());
    const before = small.get(name) as number;
    row(name, before, result.requestsPerSecond, result.requestsPerSecond / before, result.p50Ms, result.p99Ms);
  }
}

async function benchWidget(server: BuiltServer, owner: Owner): Promise<void> {
  const config = await load(server, 64, [
    { method: 'GET', path: `/api/widget/${owner.publicKey}/config`, headers: 'Origin: http://localhost\r\n' },
  ]);
  const floor = await load(server, 64, [{ method: 'GET', path: '/healthz', headers: '' }]);
  say('\nWidget settings by public key at 64 connections, beside /healthz, which Express answers with a constant');
  row('req/s', 'p50 ms', 'p99 ms', '/healthz req/s', 'ratio');
  row('---', '---', '---', '---', '---');
  row(
    config.requestsPerSecond,
    config.p50Ms,
    config.p99Ms,
    floor.requestsPerSecond,
    config.requestsPerSecond / floor.requestsPerSecond,
  );
}

async function benchSession(server: BuiltServer, owner: Owner, url: string): Promise<void> {
  const target = {
    method: 'GET' as const,
    path: `/api/clients/${owner.clientId}`,
    headers: `Cookie: ${owner.cookie}\r\n`,
  };
  await load(server, 16, [target]);
  const before = await sessionAccesses(url);
  const signedIn = await load(server, 16, [target]);
  const after = await sessionAccesses(url);
  say('\nA signed-in request (the client’s page of settings) at 16 connections');
  row('req/s', 'p50 ms', 'p99 ms', 'reads and writes of the session table per request');
  row('---', '---', '---', '---');
  row(signedIn.requestsPerSecond, signedIn.p50Ms, signedIn.p99Ms, ((after - before) / signedIn.sent).toFixed(5));
}

async function benchStart(environment: Record<string, string>): Promise<void> {
  const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
  const nodes: number[] = [];
  const starts: number[] = [];
  for (let turn = 0; turn < 9; turn += 1) {
    const startedAt = performance.now();
    spawnSync(process.execPath, ['-e', '0']);
    nodes.push(performance.now() - startedAt);
    const server = await startBuiltServer({ environment });
    starts.push(server.startMs);
    await server.stop();
  }
  say('\nStart to listening, with Postgres and nothing to migrate, beside `node -e 0` (medians of 9, in turn)');
  row('server ms', 'node -e 0 ms', 'ratio');
  row('---', '---', '---');
  row(median(starts), median(nodes), median(starts) / median(nodes));
}

async function main(): Promise<void> {
  const programs = (await findMachinePrograms()).find((found) => existsSync(join(found.bin, 'pgbench')));
  if (!programs) {
    throw new Error(
      'npm run bench needs PostgreSQL’s own programs with pgbench: apt-get install postgresql postgresql-contrib.',
    );
  }
  const pgbench = join(programs.bin, 'pgbench');
  const cluster: Cluster = await startCluster({
    programs,
    durable: true,
    settings: { shared_buffers: '1GB', max_connections: '150' },
  });
  let server: BuiltServer | undefined;
  try {
    const url = `postgres://${cluster.user}:${cluster.password}@${cluster.host}:${cluster.port}/postgres`;
    await migrateDatabase({ url });
    const environment = { DATABASE_URL: url, NODE_ENV: 'development', DEMO: 'off', RATE_LIMITS: 'off' };
    server = await startBuiltServer({ environment });
    const owner = await makeOwner(server.origin, 'bench');
    say(`PostgreSQL ${cluster.version}, fsync and synchronous_commit on; Node ${process.version}`);
    const only = new Set(values.only.split(','));
    if (only.has('messages')) {
      await plantConversations(url, owner, 1, 256);
      await benchMessages(server, owner, url, pgbench, cluster.pid);
    }
    if (only.has('widget')) await benchWidget(server, owner);
    if (only.has('session')) await benchSession(server, owner, url);
    if (only.has('start')) await benchStart(environment);
    if (only.has('pages')) await benchPages(server, owner, url, Number(values.large));
  } finally {
    await server?.stop();
    await cluster.stop();
  }
}

if (values.help) {
  say(help);
} else {
  main().catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
}
