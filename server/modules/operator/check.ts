/** How something stands: all is well; it works, and could be better; it does not work, or will not for long. */
export type Verdict = 'green' | 'yellow' | 'red';

/** What a check found. */
export interface Finding {
  verdict: Verdict;
  /** What was seen, in one sentence with figures. */
  seen: string;
  /** What to do about it; null when there is nothing to do. */
  advice: string | null;
}

/** One question about a running server that its operator wants answered. */
export interface Check {
  /** Stays the same over versions, as in `database-clock`. */
  id: string;
  title: string;
  /** Changes nothing. What it throws is a red finding. Gives up when the signal fires. */
  run(signal: AbortSignal): Promise<Finding>;
}

export interface CheckResult extends Finding {
  id: string;
  title: string;
  durationMs: number;
}

export const green = (seen: string): Finding => ({ verdict: 'green', seen, advice: null });
export const yellow = (seen: string, advice: string): Finding => ({ verdict: 'yellow', seen, advice });
export const red = (seen: string, advice: string): Finding => ({ verdict: 'red', seen, advice });

/** So long each check may take. */
const timeoutMsMax = 5_000;

/** Runs all checks at the same time, each within its time. Never rejects; the results are in the order of the checks. */
export function runChecks(checks: readonly Check[], timeoutMs = timeoutMsMax): Promise<CheckResult[]> {
  return Promise.all(checks.map((check) => runOne(check, timeoutMs)));
}

async function runOne({ id, title, run }: Check, timeoutMs: number): Promise<CheckResult> {
  const startedAt = performance.now();
  const stop = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const overdue = new Promise<Finding>((resolve) => {
    timer = setTimeout(() => {
      resolve(red(`No answer within ${timeoutMs / 1000} s.`, 'Look whether it is overloaded, or behind a firewall.'));
      stop.abort(new Error('Too late.'));
    }, timeoutMs);
  });
  const finding = await Promise.race([attempt(run, stop.signal), overdue]);
  clearTimeout(timer);
  return { id, title, ...finding, durationMs: Math.round(performance.now() - startedAt) };
}

async function attempt(run: Check['run'], signal: AbortSignal): Promise<Finding> {
  try {
    return await run(signal);
  } catch (error) {
    return red(`It failed: ${reasonOf(error)}.`, 'Look into the log of the server for the same moment.');
  }
}

/** Why something could not be done, in a few words. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  const inner = error.cause instanceof Error ? reasonOf(error.cause) : undefined;
  const words = error.message || (error as AggregateError).errors?.map(reasonOf).join('; ') || error.name;
  const own = code !== undefined && !words.includes(code) ? `${words} (${code})` : words;
  return (inner !== undefined && /^fetch failed$/i.test(own) ? inner : own).replace(/\.$/, '').slice(0, 300);
}

/** The worst of them; green when there are none. */
export function worstOf(results: readonly Finding[]): Verdict {
  const verdicts = results.map(({ verdict }) => verdict);
  return verdicts.includes('red') ? 'red' : verdicts.includes('yellow') ? 'yellow' : 'green';
}
