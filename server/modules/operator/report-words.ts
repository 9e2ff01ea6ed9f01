import type { CheckResult, Verdict } from './check.ts';

/** Colours are not seen by everybody, and not in a terminal. */
export const verdictWords: Record<Verdict, string> = { green: 'Well', yellow: 'Look', red: 'Wrong' };

/** All of it in one sentence. */
export function summaryOf(results: readonly CheckResult[]): string {
  const count = (verdict: Verdict) => results.filter((result) => result.verdict === verdict).length;
  const [wrong, look] = [count('red'), count('yellow')];
  if (wrong + look === 0) return `All ${results.length} checks are well.`;
  return `Of ${results.length} checks ${wrong} found something wrong, and ${look} something to look at.`;
}

/** The report for a terminal: a line for each check, and below it what to do. */
export function linesOf(results: readonly CheckResult[]): string[] {
  const lines = results.flatMap(({ verdict, title, seen, advice }) => [
    `${verdictWords[verdict].padEnd(5)}  ${title}: ${seen}`,
    ...(advice === null ? [] : [`       → ${advice}`]),
  ]);
  return [...lines, '', summaryOf(results)];
}
