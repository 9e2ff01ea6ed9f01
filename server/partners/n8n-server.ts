import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { projectPath } from '../lib/paths.ts';
import { freePort } from '../lib/postgres-server/launch.ts';

const program = projectPath('.partners', 'n8n', 'node_modules', 'n8n', 'bin', 'n8n');

/** As much of a workflow file as a test changes. */
export interface Workflow {
  id: string;
  nodes: {
    name: string;
    type: string;
    parameters: Record<string, unknown>;
    webhookId?: string;
    [more: string]: unknown;
  }[];
  [more: string]: unknown;
}

export interface N8nCredential {
  id: string;
  name: string;
  type: string;
  data: Record<string, string>;
}

export interface N8nServer {
  url: string;
  stop(): Promise<void>;
}

/**
 * A real n8n with these workflows published, in a folder of its own. `isReady` is asked until it says so: n8n calls
 * itself healthy long before its webhooks answer.
 */
export async function startN8n({
  workflows,
  credentials,
  isReady,
}: {
  workflows: Workflow[];
  credentials: N8nCredential[];
  isReady(url: string): Promise<boolean>;
}): Promise<N8nServer> {
  if (!existsSync(program)) throw new Error('n8n is not installed: run npm run test:partners.');
  const home = await mkdtemp(join(tmpdir(), 'confab-n8n-'));
  const [port, brokerPort] = [await freePort(), await freePort()];
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    N8N_USER_FOLDER: home,
    N8N_PORT: String(port),
    N8N_LISTEN_ADDRESS: '127.0.0.1',
    N8N_RUNNERS_BROKER_PORT: String(brokerPort),
    N8N_DIAGNOSTICS_ENABLED: 'false',
    N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
    N8N_TEMPLATES_ENABLED: 'false',
    N8N_PERSONALIZATION_ENABLED: 'false',
    EXTERNAL_FRONTEND_HOOKS_URLS: '',
  };
  const run = (...words: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...words], { env, encoding: 'utf8' });
    if (status !== 0) throw new Error(`n8n ${words.join(' ')} failed: ${stdout}${stderr}`);
  };
  await mkdir(join(home, 'workflows'));
  for (const workflow of workflows) {
    await writeFile(join(home, 'workflows', `${workflow.id}.json`), JSON.stringify(workflow));
  }
  await writeFile(join(home, 'credentials.json'), JSON.stringify(credentials));
  run('import:credentials', `--input=${join(home, 'credentials.json')}`);
  run('import:workflow', '--separate', `--input=${join(home, 'workflows')}`);
  for (const { id } of workflows) run('publish:workflow', `--id=${id}`);

  const child = spawn(process.execPath, [program, 'start'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const onExit = () => child.kill('SIGKILL');
  process.once('exit', onExit);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (said += part));
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    process.removeListener('exit', onExit);
    await ended(child);
    await rm(home, { recursive: true, force: true, maxRetries: 3 });
  };
  const deadline = Date.now() + 180_000;
  while (!(await isReady(url).catch(() => false))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error(`n8n did not get ready: ${said.slice(-3000)}`);
    }
    await delay(500);
  }
  return { url, stop };
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
    setTimeout(() => child.kill('SIGKILL'), 10_000).unref();
  });
}
