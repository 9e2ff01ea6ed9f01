import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, expect, test } from 'vitest';
import { createOperatorAccess } from '../modules/operator/operator-access.ts';
import { type MoveTo, openOperatorDoor } from './operator-door.ts';
import { readOperatorFile } from './operator-file.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'confab-door-'));
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const log = pino({ level: 'silent' });
const access = createOperatorAccess(undefined, () => new Date());
const report = async () => ({ checkedAt: '2026-11-21T09:00:00.000Z', results: [] });

test('only who can read the file of the running server gets in, and it goes with the server', async () => {
  const asked: string[] = [];
  const moveTo: MoveTo = async (url, say) => {
    asked.push(url);
    say('Copying.');
    return 'Moved.';
  };
  const door = await openOperatorDoor({ dataDir, log, access }, { moveTo, report });
  expect(statSync(join(dataDir, 'operator.json')).mode & 0o777).toBe(0o600);
  const { port, token } = readOperatorFile(dataDir)!;
  const call = (authorization: string) =>
    fetch(`http://127.0.0.1:${port}/move`, {
      method: 'POST',
      headers: { Authorization: authorization },
      body: JSON.stringify({ to: 'postgres://somewhere/db' }),
    });
  for (const wrong of ['', `Bearer ${token.replace(/./g, '0')}`, `Bearer ${token}0`]) {
    expect((await call(wrong)).status).toBe(401);
  }
  expect(asked).toEqual([]);
  const answer = await call(`Bearer ${token}`);
  expect(await answer.text()).toBe('{"say":"Copying."}\n{"done":"Moved."}\n');
  expect(asked).toEqual(['postgres://somewhere/db']);
  await door.close();
  expect(readOperatorFile(dataDir)).toBeUndefined();
});

test('a move that fails is told as such, and another may be tried', async () => {
  const door = await openOperatorDoor(
    { dataDir, log, access },
    { moveTo: () => Promise.reject(new Error('No such database.')), report },
  );
  const { port, token } = readOperatorFile(dataDir)!;
  for (let attempt = 0; attempt < 2; attempt++) {
    const answer = await fetch(`http://127.0.0.1:${port}/move`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}` },
      body: JSON.stringify({ to: 'postgres://somewhere/db' }),
    });
    expect(await answer.text()).toBe('{"failed":"No such database."}\n');
  }
  await door.close();
});

test('tells how the server stands, and that data in a database are not moved', async () => {
  const door = await openOperatorDoor({ dataDir, log, access }, { moveTo: undefined, report });
  const { port, token } = readOperatorFile(dataDir)!;
  const call = (path: string, method: string, given = token) =>
    fetch(`http://127.0.0.1:${port}${path}`, { method, headers: { Authorization: `Bearer ${given}` } });
  expect((await call('/checks', 'GET', 'x'.repeat(64))).status).toBe(401);
  expect(await (await call('/checks', 'GET')).json()).toEqual(await report());
  expect(await (await call('/move', 'POST')).text()).toBe('{"failed":"The data are in a database already."}\n');
  await door.close();
});

test('a folder that cannot be written to is told in the log, and stops nothing', async () => {
  const lines: string[] = [];
  const warned = pino({}, { write: (line: string) => void lines.push(line) });
  const door = await openOperatorDoor(
    { dataDir: '/dev/null/nowhere', log: warned, access },
    { moveTo: undefined, report },
  );
  expect(lines.map((line) => JSON.parse(line).event)).toEqual(['operator.no-file']);
  await door.close();
});
