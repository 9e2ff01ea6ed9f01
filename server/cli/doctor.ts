import { type CheckResult, runChecks, worstOf } from '../modules/operator/check.ts';
import { reachChecks } from '../modules/operator/checks/reach.ts';
import type { OperatorReport } from '../modules/operator/create-operator.ts';
import { createOperatorAccess } from '../modules/operator/operator-access.ts';
import { linesOf } from '../modules/operator/report-words.ts';
import { readOperatorFile } from '../moving/operator-file.ts';
import { CommandError, defineCommand, runAsProcess } from './run-command.ts';

export const doctor = defineCommand({
  name: 'doctor',
  summary: 'Asks a running server how it stands with everything it needs. Changes nothing.',
  details: [
    'Without --url it asks the server that runs on this machine with the same DATA_DIR. With it, it asks from where you are:',
    'what gets through the proxy is seen from here, the rest is told by the server, to whoever has its OPERATOR_TOKEN.',
    'Fails when something is wrong.',
  ],
  options: {
    url: { type: 'text', placeholder: 'https://…', help: 'Where people reach the server.' },
    json: { type: 'flag', help: 'Prints one JSON object, for programs.' },
  },
  async run({ options, config, operatorToken, console }) {
    const { dataDir } = config;
    const tokenThere = () => operatorToken() ?? readOperatorFile(dataDir)?.token;
    const found = options.url === undefined ? await askHere(dataDir) : await askFrom(options.url, tokenThere());
    if (options.json) console.print(JSON.stringify({ verdict: worstOf(found), results: found }));
    else for (const line of linesOf(found)) console.print(line);
    if (worstOf(found) === 'red') throw new CommandError('Something is wrong.');
  },
});

/** Of the server on this machine, through the loopback. */
async function askHere(dataDir: string): Promise<CheckResult[]> {
  const access = readOperatorFile(dataDir);
  if (access === undefined) {
    throw new CommandError(
      `No server runs with its data folder in ${dataDir}: start it, or name one with --url and set OPERATOR_TOKEN.`,
    );
  }
  return readReport(`http://127.0.0.1:${access.port}/checks`, access.token);
}

/** What is seen from here comes first; where the server tells nothing, that is all there is. */
async function askFrom(url: string, token: string | undefined): Promise<CheckResult[]> {
  if (!/^https?:/.test(url) || !URL.canParse(url)) throw new CommandError(`"${url}" is no address, as in https://….`);
  const origin = url.replace(/\/+$/, '');
  const probe = token === undefined ? undefined : createOperatorAccess(token, () => new Date()).probe;
  const [seen, told] = await Promise.all([
    runChecks(reachChecks({ origin: () => origin, from: 'elsewhere', probe })),
    token === undefined ? untold('Set OPERATOR_TOKEN, here and for the server.') : askThere(origin, token),
  ]);
  const ids = new Set(seen.map(({ id }) => id));
  return [...seen, ...told.filter(({ id }) => !ids.has(id))];
}

async function askThere(origin: string, token: string): Promise<CheckResult[]> {
  try {
    return await readReport(`${origin}/operator/checks`, token);
  } catch (error) {
    return untold((error as Error).message);
  }
}

async function untold(why: string): Promise<CheckResult[]> {
  const seen = 'The server does not tell how it stands otherwise.';
  return [{ id: 'operator', title: 'What the server says', verdict: 'yellow', seen, advice: why, durationMs: 0 }];
}

/** @throws CommandError with one sentence */
async function readReport(url: string, token: string): Promise<CheckResult[]> {
  const headers = { authorization: `Bearer ${token}` };
  const signal = AbortSignal.timeout(15_000);
  const response = await fetch(url, { headers, redirect: 'error', signal }).catch((error: Error) => {
    throw new CommandError(`The server at ${new URL(url).origin} does not answer.`, { cause: error });
  });
  if (!response.ok) {
    await response.body?.cancel();
    throw new CommandError(
      `The server does not know this token (status ${response.status}): set OPERATOR_TOKEN to the one that it was started with.`,
    );
  }
  return ((await response.json()) as OperatorReport).results;
}

await runAsProcess(import.meta.url, doctor);
