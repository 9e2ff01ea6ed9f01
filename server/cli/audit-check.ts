import { execFile } from 'node:child_process';
import { projectPath } from '../lib/paths.ts';

/**
 * `npm run audit:check`: asks the registry for known weaknesses of what is installed. Ends with 0 when there is none of
 * high or critical weight, with 1 when there is, and with 3 when the registry did not say, which proves nothing.
 */
const unanswered = 3;

interface AuditReport {
  /** There when it failed. */
  message?: string;
  vulnerabilities?: Record<string, { severity: string; isDirect: boolean; range: string; fixAvailable: unknown }>;
}

const print = (line: string) => process.stdout.write(`${line}\n`);

execFile(
  'npm',
  ['audit', '--json', '--audit-level=high'],
  { cwd: projectPath(), maxBuffer: 64 * 1024 * 1024 },
  (_error, stdout) => {
    const { vulnerabilities, message = 'It answered with something else than a report.' } = readReport(stdout);
    if (vulnerabilities === undefined) {
      print('The registry did not answer the audit, so nothing is known. Run this where it does.');
      print(message);
      process.exitCode = unanswered;
      return;
    }
    const found = Object.entries(vulnerabilities);
    for (const [name, { severity, range }] of found) print(`${severity.padEnd(9)} ${name} ${range}`);
    const heavy = found.filter(([, { severity }]) => severity === 'high' || severity === 'critical');
    print(`${found.length} weaknesses are known, ${heavy.length} of them high or critical.`);
    process.exitCode = heavy.length > 0 ? 1 : 0;
  },
);

function readReport(text: string): AuditReport {
  try {
    return JSON.parse(text) as AuditReport;
  } catch {
    return {};
  }
}
