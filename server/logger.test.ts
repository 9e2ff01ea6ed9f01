import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { describe, expect, test } from 'vitest';
import { onItsOwn, withinRequest } from './lib/request-scope.ts';
import { createLogger, createSpeaker } from './logger.ts';
import { StorageUnavailableError } from './storage/errors.ts';

test('a process ends although nobody reads its log any more', async () => {
  const logger = JSON.stringify(fileURLToPath(new URL('logger.ts', import.meta.url)));
  const program = `
    import { createLogger } from ${logger};
    const log = createLogger('info');
    process.once('message', () => {
      log.info({ event: 'stopping' });
      setImmediate(() => {
        log.info({ event: 'stopped' });
        process.exit(0);
      });
    });
    process.send('ready');`;
  const args = ['--import', 'tsx', '--input-type=module', '--eval', program];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  try {
    await once(child, 'message');
    child.stdout?.destroy();
    child.send('stop');
    expect(await once(child, 'exit')).toEqual([0, null]);
  } finally {
    child.kill('SIGKILL');
  }
});

describe('every line of a production log', () => {
  const linesOf = (write: (log: Logger) => void): Record<string, unknown>[] => {
    const lines: string[] = [];
    write(createLogger('info', { write: (line) => void lines.push(line) }));
    return lines.map((line) => JSON.parse(line));
  };

  test('is one JSON object with level, time and words, also where its writer gave none', () => {
    const lines = linesOf((log) => {
      log.info({ event: 'stopping', signal: 'SIGTERM' });
      log.warn({ event: 'jobs.claim-failed', err: new Error('Other\nline') });
      log.error({ event: 'request.failed', requestId: 'a-1' }, 'It failed');
      log.warn('Words alone\nin two lines');
    });
    for (const line of lines) {
      expect(line).toMatchObject({ level: expect.stringMatching(/^(info|warn|error)$/), msg: expect.any(String) });
      expect(new Date(line.time as string).toISOString()).toBe(line.time);
    }
    expect(lines.map(({ level, msg }) => [level, msg])).toEqual([
      ['info', 'stopping'],
      ['warn', 'jobs: claim failed'],
      ['error', 'It failed'],
      ['warn', 'Words alone\nin two lines'],
    ]);
    expect(lines[2]).toMatchObject({ event: 'request.failed', requestId: 'a-1' });
  });

  test('stays one line, whatever comes from outside, so that nobody writes lines of their own', () => {
    const lines: string[] = [];
    const hostile = 'x"}\n{"level":"info","event":"sign-in.done"}\r\u2028\u001b[2J';
    createLogger('info', { write: (line) => void lines.push(line) }).warn({ event: 'x', name: hostile }, hostile);
    expect(lines).toHaveLength(1);
    expect(lines[0]!.trimEnd()).not.toMatch(/\p{Cc}/u);
    expect(JSON.parse(lines[0]!)).toMatchObject({ event: 'x', name: hostile });
  });

  test('names the request it was written for, and none where something only happened to be set off by one', async () => {
    const lines: string[] = [];
    const log = createLogger('info', { write: (line) => void lines.push(line) });
    let later: Promise<void> | undefined;
    await withinRequest('a-1', async () => {
      later = onItsOwn(async () => {
        await nextTurn();
        log.info({ event: 'own' });
      });
      await nextTurn();
      log.info({ event: 'within' });
      log.info({ event: 'within', requestId: 'b-2' });
    });
    await later;
    log.info({ event: 'outside' });
    const told = lines.map((line) => JSON.parse(line)).map(({ event, requestId }) => `${event} ${requestId}`);
    expect(told.sort()).toEqual(['outside undefined', 'own undefined', 'within a-1', 'within b-2']);
    expect(lines.join('').match(/requestId/g)).toHaveLength(2);
  });

  test('hides what is secret, also where its writer forgot to', () => {
    const secret = 'open sesame';
    const given = { password: secret, token: secret, key: secret, content: secret };
    const headers = { authorization: secret, cookie: secret };
    const [line] = linesOf((log) =>
      log.error({ event: 'x', given, headers, err: { parameters: [secret], query: secret } }),
    );
    expect(JSON.stringify(line)).not.toContain(secret);
  });

  test('also where storage is away, and where a person is told what to open', () => {
    const away = new StorageUnavailableError(Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }));
    expect(linesOf((log) => log.error({ event: 'request.failed', err: away }))).toMatchObject([
      { level: 'error', event: 'storage.away', msg: 'storage: away', reason: 'ECONNREFUSED' },
    ]);
    const said: string[] = [];
    createSpeaker({ production: true }, (text) => said.push(text))('  Confab is running');
    expect(said.map((line) => JSON.parse(line))).toMatchObject([{ level: 'info', msg: 'Confab is running' }]);
    createSpeaker({ production: false }, (text) => said.push(text))('  Confab is running');
    expect(said[1]).toBe('  Confab is running\n');
  });
});
