/** As much of Vitest's JSON report as is looked at. */
export interface Report {
  hung: boolean;
  /** What was printed when there is no report. */
  output: string;
  testResults: {
    message?: string;
    assertionResults: { title: string; status: string; failureMessages: string[] | null }[];
  }[];
}

/** `broken`: it could not be run, which says nothing of the protection. */
export interface Verdict {
  outcome: 'passed' | 'failed' | 'broken';
  why: string;
}

/** What a title looks like when the places of `test.each` are filled. */
export function patternOf(title: string): string {
  return title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/%[sdij]/g, '.*');
}

/**
 * An edit that does not compile, or leaves a name without a meaning, takes no protection out; and a test that was not done
 * in time may have had a busy machine.
 */
const isMeaningless = (message: string) =>
  /^(SyntaxError|ReferenceError|Error: (Transform failed|STACK_TRACE_ERROR|Test timed out))/.test(message);

/** What became of the test with this title; of one that runs several times, failed is what failed once. */
export function judge({ hung, output, testResults }: Report, title: string): Verdict {
  const pattern = new RegExp(`^${patternOf(title)}$`);
  const ran = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter((test) => pattern.test(test.title) && (test.status === 'passed' || test.status === 'failed'));
  const failures = ran
    .filter(({ status }) => status === 'failed')
    .flatMap(({ failureMessages }) => failureMessages ?? []);
  const real = failures.find((message) => !isMeaningless(message));
  if (real !== undefined) return { outcome: 'failed', why: firstLine(real) };
  if (failures.length > 0) return { outcome: 'broken', why: firstLine(failures[0]!) };
  if (ran.length > 0) return { outcome: 'passed', why: '' };
  if (hung) return { outcome: 'broken', why: 'It did not come to an end.' };
  const message = testResults.find((file) => file.message)?.message;
  return { outcome: 'broken', why: firstLine(message ?? output) || 'No test has this title.' };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours of a terminal
const colours = /\u001b\[[\d;]*m/g;

function firstLine(text: string): string {
  const lines = text.replace(colours, '').trim().split('\n');
  return (lines[0] ?? '').slice(0, 160);
}
