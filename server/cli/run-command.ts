import { realpathSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs, styleText } from 'node:util';
import { type Config, loadCommandConfig, loadFileStoreKeys, loadOperatorToken } from '../config.ts';

/** What a command was stopped by; the message is one sentence that says what is wrong and what mends it. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** One `--name` of a command. A text option also says what to write behind it. */
export type OptionSpec = { type: 'flag'; help: string } | { type: 'text'; placeholder: string; help: string };

type OptionValues<Specs extends Record<string, OptionSpec>> = {
  [Name in keyof Specs]: Specs[Name]['type'] extends 'flag' ? boolean : string | undefined;
};

/** How a command talks: tests bring their own. */
export interface Console {
  /** Writes a line for the person who called the command. */
  print(line: string): void;
  /** Whether somebody is there to answer a question. */
  interactive: boolean;
  /** Asks and answers whether it was `yes`. Only where `interactive`. */
  confirm(question: string): Promise<boolean>;
}

interface CommandContext<Options> {
  options: Options;
  /** What stands behind the name of the command; empty where it takes no argument. */
  argument: string;
  config: Config;
  /** The keys of the file store. @throws ConfigError */
  secrets: () => ReturnType<typeof loadFileStoreKeys>;
  /** For asking a server from elsewhere; undefined: none is set. @throws ConfigError */
  operatorToken: () => string | undefined;
  console: Console;
}

/** One npm script of the `db:` family. `run` resolves when it succeeded and throws when not. */
export interface Command<Specs extends Record<string, OptionSpec> = Record<string, OptionSpec>> {
  /** The npm script, as in `db:push`. */
  name: string;
  /** One sentence. */
  summary: string;
  /** Further lines of the help text. */
  details?: string[];
  /** What must stand behind the name of the command; left out: nothing may. */
  argument?: { placeholder: string; help: string };
  options: Specs;
  run(context: CommandContext<OptionValues<Specs>>): Promise<void>;
}

/** Where a command's output goes and what it is given. Everything is the process's own unless a test says otherwise. */
interface CommandWorld {
  argv?: string[];
  environment?: NodeJS.ProcessEnv;
  console?: Console;
  /** Writes a line about a failure. */
  printError?(line: string): void;
}

/** Fixes the types of a command's options. */
export function defineCommand<const Specs extends Record<string, OptionSpec>>(command: Command<Specs>): Command<Specs> {
  return command;
}

/**
 * Runs a command as a process: arguments in, exit code out. 0: done (or help was asked for); 1: it failed, and the last
 * line says why; 2: it was called wrongly, and every fault of the call is listed.
 */
export async function runCommand<Specs extends Record<string, OptionSpec>>(
  command: Command<Specs>,
  world: CommandWorld = {},
): Promise<number> {
  const console = world.console ?? terminalConsole();
  const printError = world.printError ?? ((line: string) => process.stderr.write(`${line}\n`));
  const call = readArguments(command, world.argv ?? process.argv.slice(2));
  if (call.faults.length > 0) {
    for (const fault of call.faults) printError(fault);
    printError(`See npm run ${command.name} -- --help`);
    return 2;
  }
  if (call.help) {
    for (const line of helpText(command)) console.print(line);
    return 0;
  }
  try {
    const config = loadCommandConfig(world.environment);
    const secrets = () => loadFileStoreKeys(world.environment);
    const operatorToken = () => loadOperatorToken(world.environment);
    await command.run({ options: call.options, argument: call.argument, config, secrets, operatorToken, console });
    return 0;
  } catch (error) {
    printError(`${command.name} failed: ${explain(error)}`);
    return 1;
  }
}

/**
 * Runs a command as this process when its file, `import.meta.url`, is what the process was started with; a test that
 * imports the file starts nothing. The process ends with the command, whatever something it loaded has left open.
 */
export async function runAsProcess<Specs extends Record<string, OptionSpec>>(
  fileUrl: string,
  command: Command<Specs>,
): Promise<void> {
  if (process.argv[1] === undefined || realpathSync(process.argv[1]) !== fileURLToPath(fileUrl)) return;
  const code = await runCommand(command);
  await Promise.all([flush(process.stdout), flush(process.stderr)]);
  process.exit(code);
}

/** The whole help text of a command. */
function helpText(command: Command): string[] {
  const specs = [
    ...Object.entries(command.options),
    ['help', { type: 'flag', help: 'Says this and does nothing.' }],
  ] as [string, OptionSpec][];
  const { argument } = command;
  const rows = [
    ...(argument === undefined ? [] : [[`  ${argument.placeholder}`, argument.help]]),
    ...specs.map(([name, spec]) => [`  --${name}${spec.type === 'text' ? ` ${spec.placeholder}` : ''}`, spec.help]),
  ] as [string, string][];
  const width = Math.max(...rows.map(([left]) => left.length)) + 2;
  const call = [
    ...(argument === undefined ? [] : [argument.placeholder]),
    ...(Object.keys(command.options).length === 0 ? [] : ['[options]']),
  ];
  return [
    command.summary,
    '',
    `npm run ${command.name}${call.length === 0 ? '' : ` -- ${call.join(' ')}`}`,
    ...rows.map(([left, help]) => `${left.padEnd(width)}${help}`),
    ...(command.details === undefined ? [] : ['', ...command.details]),
  ];
}

function readArguments<Specs extends Record<string, OptionSpec>>(command: Command<Specs>, argv: string[]) {
  const specs = Object.entries(command.options);
  const parsed = parseArgs({
    args: argv,
    options: {
      help: { type: 'boolean', short: 'h' },
      ...Object.fromEntries(
        specs.map(([name, spec]) => [
          name,
          { type: spec.type === 'flag' ? ('boolean' as const) : ('string' as const) },
        ]),
      ),
    },
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const faults: string[] = [];
  let argument: string | undefined;
  for (const token of parsed.tokens) {
    if (token.kind === 'positional') {
      if (command.argument === undefined)
        faults.push(`"${token.value}" is not understood: ${command.name} takes options only.`);
      else if (argument !== undefined)
        faults.push(`"${token.value}" is one too many: ${command.name} takes one ${command.argument.placeholder}.`);
      argument ??= token.value;
    }
    if (token.kind !== 'option') continue;
    const spec = token.name === 'help' ? ({ type: 'flag', help: '' } as const) : command.options[token.name];
    if (spec === undefined) faults.push(`${token.rawName} is not an option of ${command.name}.`);
    else if (spec.type === 'flag' && token.value !== undefined) faults.push(`${token.rawName} takes no value.`);
    else if (spec.type === 'text' && (!token.value || (!token.inlineValue && token.value.startsWith('-'))))
      faults.push(`${token.rawName} needs a value: ${spec.placeholder}.`);
  }
  const values = parsed.values as Record<string, string | boolean | undefined>;
  const options = Object.fromEntries(
    specs.map(([name, spec]) => [name, spec.type === 'flag' ? values[name] === true : values[name]]),
  ) as OptionValues<Specs>;
  const help = values.help === true;
  if (command.argument !== undefined && argument === undefined && !help)
    faults.push(
      `${command.argument.placeholder} is missing: npm run ${command.name} -- ${command.argument.placeholder}`,
    );
  return { faults, help, options, argument: argument ?? '' };
}

/** The sentence for a person; errors made for that are taken at their word. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error && error.cause.message !== '' ? ` (${error.cause.message})` : '';
  const text = (error.message || error.name).trim();
  return SPEAKING.has(error.name) ? text : `${text.replace(/\.$/, '')}${cause}.`;
}

const SPEAKING = new Set([
  'CommandError',
  'ConfigError',
  'DatabaseUrlError',
  'ExportFileError',
  'ImportRefusedError',
  'MigrationError',
  'PostgresServerError',
  'StartError',
]);

function terminalConsole(): Console {
  return {
    print: (line) => process.stdout.write(`${line}\n`),
    interactive: process.stdin.isTTY === true && process.stdout.isTTY === true,
    confirm: async (question) => {
      const prompt = createInterface({ input: process.stdin, output: process.stdout });
      try {
        const answer = await prompt.question(`${styleText('bold', question)} Type yes to go on: `);
        return answer.trim().toLowerCase() === 'yes';
      } finally {
        prompt.close();
      }
    },
  };
}

function flush(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => resolve());
  });
}
