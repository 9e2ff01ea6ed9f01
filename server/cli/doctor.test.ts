import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type OperatorDoor, openOperatorDoor } from '../moving/operator-door.ts';
import { createOperatorWorld, type OperatorWorldOptions, operatorToken } from '../testing/operator-world.ts';
import { startSmallProxy } from '../testing/small-proxy.ts';
import { doctor } from './doctor.ts';
import { runCommand } from './run-command.ts';

const opened: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

async function world(options?: OperatorWorldOptions) {
  const made = await createOperatorWorld(options);
  opened.push(made.close);
  return made;
}

/** A server on this machine whose data folder is `dataDir`. */
async function serverHere(options?: OperatorWorldOptions): Promise<string> {
  const dataDir = mkdtempSync(join(tmpdir(), 'confab-doctor-'));
  opened.push(() => rmSync(dataDir, { recursive: true }));
  const { operator, deps } = await world(options);
  const door: OperatorDoor = await openOperatorDoor(
    { dataDir, log: deps.log, access: operator.localAccess },
    { moveTo: undefined, report: operator.report },
  );
  opened.push(door.close);
  return dataDir;
}

async function run(argv: string[], environment: Record<string, string>) {
  const printed: string[] = [];
  const complained: string[] = [];
  const console = { print: (line: string) => void printed.push(line), interactive: false, confirm: async () => false };
  const code = await runCommand(doctor, {
    argv,
    environment,
    console,
    printError: (line) => void complained.push(line),
  });
  return { code, printed, complained };
}

test('asks the server on this machine, and succeeds where nothing is wrong', async () => {
  const { code, printed } = await run([], { DATA_DIR: await serverHere() });
  expect(code).toBe(0);
  expect(printed).toContainEqual(expect.stringMatching(/^Well {3}WebSocket through the public address: /));
  expect(printed.at(-1)).toMatch(/^Of \d+ checks 0 found something wrong/);
});

test('fails where something is wrong, and says what to do about it', async () => {
  const dataDir = await serverHere({ config: { jobs: false } });
  const { code, printed, complained } = await run([], { DATA_DIR: dataDir });
  expect(code).toBe(1);
  expect(printed).toContainEqual('Wrong  Who works on jobs: JOBS=off, and data in memory have no other process.');
  expect(printed).toContainEqual(expect.stringContaining('→ Remove JOBS=off'));
  expect(complained).toEqual(['doctor failed: Something is wrong.']);
});

test('says so where no server runs', async () => {
  const { code, complained } = await run([], { DATA_DIR: join(tmpdir(), 'nobody-is-here') });
  expect(code).toBe(1);
  expect(complained[0]).toContain('No server runs with its data folder in');
});

test('with --url looks through the proxy from here, and asks the server for the rest', async () => {
  const { port } = await world({ config: { trustProxyHops: 1 } });
  const proxy = await startSmallProxy({ ports: [port], upgrade: 'dropped' });
  opened.push(proxy.close);
  const { code, printed } = await run(['--url', `${proxy.origin}/`, '--json'], { OPERATOR_TOKEN: operatorToken });
  expect(code).toBe(1);
  const { verdict, results } = JSON.parse(printed[0]!) as {
    verdict: string;
    results: { id: string; verdict: string }[];
  };
  const verdictOf = (id: string) => results.filter((one) => one.id === id).map((one) => one.verdict);
  expect(verdict).toBe('red');
  expect([verdictOf('reach-websocket'), verdictOf('reach-proxy'), verdictOf('files')]).toEqual([
    ['red'],
    ['green'],
    ['green'],
  ]);
});

test('without the token tells what can be seen from here, and that this is not all', async () => {
  const { origin } = await world();
  const { code, printed } = await run(['--url', origin], { DATA_DIR: join(tmpdir(), 'nobody-is-here') });
  expect(code).toBe(0);
  expect(printed).toContainEqual(expect.stringMatching(/^Look {3}What the server says: /));
  const wrong = await run(['--url', origin], { OPERATOR_TOKEN: 'a token that is wrong, and long enough for one' });
  expect(wrong.printed).toContainEqual(expect.stringContaining('does not know this token (status 404)'));
});
