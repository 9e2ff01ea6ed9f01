import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parseArgs, promisify } from 'node:util';
import pg from 'pg';
import { widgetDefaults } from '../../../shared/widget-settings.ts';
import { systemEnvironment } from '../../lib/clock-and-ids.ts';
import { projectPath } from '../../lib/paths.ts';
import { startCluster } from '../../lib/postgres-server/cluster.ts';
import { findMachinePrograms } from '../../lib/postgres-server/machine-programs.ts';
import { findPackagePrograms } from '../../lib/postgres-server/package-programs.ts';
import { openDatabaseStorage } from '../../storage/database/database-storage.ts';
import { migrateDatabase } from '../../storage/database/migrate.ts';
import { plantConversations } from './plant.ts';
import { residentBytes } from './processes.ts';

const help = `Usage: npm run bench:moving [-- --messages N,…]

Exports a database of so many messages, imports the file into an empty one, exports that, and compares the two files.
Prints for each step how long it took, and how much memory it needed on the way and at its peak. Postgres is started for it.
  --messages N,…  how many messages, one run for each (default 100000,1000000)`;

const { values } = parseArgs({
  options: { help: { type: 'boolean' }, messages: { type: 'string', default: '100000,1000000' } },
});

const sampleEveryMs = 1_000;
const say = (line: string) => process.stdout.write(`${line}\n`);

interface Measured {
  seconds: number;
  peakMb: number;
  /** Resident after a quarter, a half and three quarters of the time. */
  quartersMb: number[];
}

/** A command in a process of its own, and the memory that it needed. */
async function measured(
  command: 'export' | 'import' | 'verify',
  args: string[],
  databaseUrl: string,
  dataDir: string,
): Promise<Measured> {
  const before = performance.now();
  const script = projectPath('server', 'cli', `${command}.ts`);
  const report = "process.on('exit', () => process.stderr.write('PEAK ' + process.resourceUsage().maxRSS + '\\n'))";
  const running = promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', '--import', `data:text/javascript,${encodeURIComponent(report)}`, script, ...args],
    { env: { ...process.env, DATABASE_URL: databaseUrl, DATA_DIR: dataDir }, maxBuffer: 10_000_000 },
  );
  const samples: number[] = [];
  const timer = setInterval(() => {
    if (running.child.exitCode === null) samples.push(residentBytes(running.child.pid!) / 1e6);
  }, sampleEveryMs);
  const { stderr } = await running.finally(() => clearInterval(timer));
  const peakMb = (Number(/PEAK (\d+)/.exec(stderr)?.[1]) * 1024) / 1e6;
  const quartersMb = [0.25, 0.5, 0.75].map((share) => samples[Math.floor(samples.length * share)] ?? peakMb);
  return { seconds: (performance.now() - before) / 1000, peakMb, quartersMb };
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

async function makeDatabase(adminUrl: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`).finally(() => client.end());
}

async function plant(url: string, messages: number): Promise<void> {
  const storage = await openDatabaseStorage({ url, env: systemEnvironment });
  const { id } = await storage.accounts.createClient({ name: 'Bench' });
  const widget = await storage.forClient(id).widgets.create({
    ...structuredClone(widgetDefaults),
    allowedSites: [],
    suggestedQuestions: [],
    preChat: { enabled: false, fields: [] },
    retrieval: { enabled: false, sourceUrl: '', documentIds: [] },
    name: 'Bench',
    publicKey: `wk_bench_${id}`,
    status: 'active',
  });
  await storage.close();
  await plantConversations(url, { clientId: id, widgetId: widget.id }, 1, Math.ceil(messages / 3));
}

async function main(): Promise<void> {
  const [machine] = await findMachinePrograms();
  const cluster = await startCluster({ programs: machine ?? findPackagePrograms(), durable: true });
  const folder = await mkdtemp(join(tmpdir(), 'confab-bench-'));
  try {
    say(`PostgreSQL ${cluster.version}, Node ${process.versions.node}`);
    say(
      '\n| messages | step | seconds | memory at ¼, ½ and ¾ of it, MB | peak, MB |\n| ---: | --- | ---: | --- | ---: |',
    );
    for (const messages of values.messages.split(',').map(Number)) {
      const [here, there] = [`from_${messages}`, `to_${messages}`];
      for (const name of [here, there]) {
        await makeDatabase(cluster.adminUrl, name);
        await migrateDatabase({ url: cluster.urlFor(name) });
      }
      await plant(cluster.urlFor(here), messages);
      const [one, two] = [join(folder, `${messages}-one`), join(folder, `${messages}-two`)];
      const step = async (what: string, ...call: Parameters<typeof measured>) => {
        const { seconds, peakMb, quartersMb } = await measured(...call);
        const quarters = quartersMb.map((mb) => mb.toFixed(0)).join(', ');
        say(`| ${messages} | ${what} | ${seconds.toFixed(1)} | ${quarters} | ${peakMb.toFixed(0)} |`);
      };
      await step('export', 'export', [one], cluster.urlFor(here), folder);
      await step('import', 'import', [one], cluster.urlFor(there), folder);
      await step('export again', 'export', [two], cluster.urlFor(there), folder);
      await step('verify', 'verify', [], cluster.urlFor(there), folder);
      const isSame = (await sha256(one)) === (await sha256(two));
      say(
        `| ${messages} | both files of ${(await stat(one)).size} bytes are ${isSame ? 'the same' : 'DIFFERENT'} | | | |`,
      );
      if (!isSame) process.exitCode = 1;
      await Promise.all([one, two].map((file) => rm(file)));
    }
  } finally {
    await cluster.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

if (values.help) say(help);
else await main();
