import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

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
