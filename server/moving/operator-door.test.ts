import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, expect, test } from 'vitest';
import { type MoveTo, openOperatorDoor } from './operator-door.ts';
import { readOperatorFile } from './operator-file.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'confab-door-'));
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const log = pino({ level: 'silent' });

test('only who can read the file of the running server gets in, and it goes with the server', async () => {
  const asked: string[] = [];
  const moveTo: MoveTo = async (url, say) => {
    asked.push(url);
    say('Copying.');
    return 'Moved.';
  };
  const door = await openOperatorDoor({ dataDir, log }, moveTo);
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
  const door = await openOperatorDoor({ dataDir, log }, () => Promise.reject(new Error('No such database.')));
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
