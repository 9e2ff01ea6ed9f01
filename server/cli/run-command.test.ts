import { describe, expect, test } from 'vitest';
import { ConfigError } from '../config.ts';
import { CommandError, type Console, defineCommand, runCommand } from './run-command.ts';

const command = defineCommand({
  name: 'db:try',
  summary: 'Tries something out.',
  details: ['It changes nothing.'],
  options: {
    force: { type: 'flag', help: 'Goes on.' },
    name: { type: 'text', placeholder: 'NAME', help: 'What to call it.' },
  },
  async run({ options, console }) {
    if (options.name === 'fault') throw new CommandError('It is called fault: choose another name.');
    if (options.name === 'config') throw new ConfigError('PORT: must be at most 65535.');
    if (options.name === 'bug') throw new TypeError('x is undefined', { cause: new Error('y was missing') });
    console.print(JSON.stringify(options));
  },
});

async function call(...argv: string[]) {
  const printed: string[] = [];
  const complained: string[] = [];
  const console: Console = { print: (line) => printed.push(line), interactive: false, confirm: async () => false };
  const code = await runCommand(command, {
    argv,
    environment: { SESSION_SECRET: 'x'.repeat(32) },
    console,
    printError: (line) => complained.push(line),
  });
  return { code, printed, complained };
}

describe('runCommand', () => {
  test('hands the options to the command and answers 0', async () => {
    expect(await call('--force', '--name', 'Ann')).toEqual({
      code: 0,
      printed: ['{"force":true,"name":"Ann"}'],
      complained: [],
    });
    expect((await call('--name=Ann')).printed).toEqual(['{"force":false,"name":"Ann"}']);
    expect((await call()).printed).toEqual(['{"force":false}']);
  });

  test.each(['--help', '-h'])('explains every option for %s and runs nothing', async (flag) => {
    const { code, printed } = await call('--name', 'fault', flag);
    expect(code).toBe(0);
    expect(printed.join('\n')).toBe(
      [
        'Tries something out.',
        '',
        'npm run db:try -- [options]',
        '  --force      Goes on.',
        '  --name NAME  What to call it.',
        '  --help       Says this and does nothing.',
        '',
        'It changes nothing.',
      ].join('\n'),
    );
  });

  test('lists every fault of the call, runs nothing and answers 2', async () => {
    const { code, printed, complained } = await call('--forse', '--force=yes', '-x', 'now', '--name');
    expect(code).toBe(2);
    expect(printed).toEqual([]);
    expect(complained).toEqual([
      '--forse is not an option of db:try.',
      '--force takes no value.',
      '-x is not an option of db:try.',
      '"now" is not understood: db:try takes options only.',
      '--name needs a value: NAME.',
      'See npm run db:try -- --help',
    ]);
  });

  test('does not take the next option for a value', async () => {
    expect((await call('--name', '--force')).complained[0]).toBe('--name needs a value: NAME.');
  });

  test.each([
    ['fault', 'db:try failed: It is called fault: choose another name.'],
    ['config', 'db:try failed: PORT: must be at most 65535.'],
    ['bug', 'db:try failed: x is undefined (y was missing).'],
  ])('answers 1 and says in one line why it failed: %s', async (name, sentence) => {
    expect(await call('--name', name)).toEqual({ code: 1, printed: [], complained: [sentence] });
  });

  test('answers 1 when the configuration has faults', async () => {
    const complained: string[] = [];
    const code = await runCommand(command, {
      argv: [],
      environment: { PORT: 'x', SESSION_SECRET: 'x'.repeat(32) },
      printError: (line) => complained.push(line),
    });
    expect(code).toBe(1);
    expect(complained[0]).toMatch(/^db:try failed: The configuration has faults\. PORT: /);
  });
});
