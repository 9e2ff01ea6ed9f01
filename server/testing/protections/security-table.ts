import { readFileSync } from 'node:fs';
import { projectPath } from '../../lib/paths.ts';

/** One requirement of `docs/security.md` that is met. */
export interface SecurityRow {
  /** Numbers of the ASVS, as in `V6.2.4` or `V3.5.1, V3.5.2`. */
  requirements: string;
  what: string;
  how: string;
  /** Where the test is that shows it, from the project's folder. */
  file: string;
  title: string;
}

export function readSecurityPage(): string {
  return readFileSync(projectPath('docs', 'security.md'), 'utf8');
}

/** The table of what is met, in order. A cell that is missing, or names no test, is an empty text. */
export function readSecurityTable(page = readSecurityPage()): SecurityRow[] {
  const section = page.split(/^## /m).find((text) => text.startsWith('Requirements\n')) ?? '';
  return section
    .split('\n')
    .filter((line) => /^\| V\d/.test(line))
    .map((line) => {
      const [requirements = '', what = '', how = '', test = ''] = line
        .split(' | ')
        .map((cell) => cell.replace(/^\| | \|$/g, '').trim());
      const [, file = '', title = ''] = /^`([^`]+)`: (.+)$/.exec(test) ?? [];
      return { requirements, what, how, file, title };
    });
}
