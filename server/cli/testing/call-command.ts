import { type Command, type OptionSpec, runCommand } from '../run-command.ts';

/** What a command said and how it ended. */
export interface Outcome {
  code: number;
  printed: string[];
  complained: string[];
}

/**
 * Runs a command in this process, in an environment of its own.
 * @param answer what is answered to its question; without one there is no terminal
 */
export async function callCommand<Specs extends Record<string, OptionSpec>>(
  command: Command<Specs>,
  argv: string[],
  environment: NodeJS.ProcessEnv,
  answer?: boolean,
): Promise<Outcome> {
  const printed: string[] = [];
  const complained: string[] = [];
  const code = await runCommand(command, {
    argv,
    environment,
    console: {
      print: (line) => void printed.push(line),
      interactive: answer !== undefined,
      confirm: async () => answer ?? false,
    },
    printError: (line) => void complained.push(line),
  });
  return { code, printed, complained };
}
