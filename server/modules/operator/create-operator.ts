import { type CheckResult, runChecks } from './check.ts';
import { type ChecksDeps, createChecks } from './create-checks.ts';
import { createOperatorAccess, type OperatorAccess } from './operator-access.ts';

/** How the server stands. */
export interface OperatorReport {
  /** ISO 8601. */
  checkedAt: string;
  results: CheckResult[];
}

/** What is there for whoever runs the server. */
export interface Operator {
  /** For `/operator`, from wherever. */
  access: OperatorAccess;
  /** For commands on this machine: made anew at each start. */
  localAccess: OperatorAccess;
  /** Runs the checks. Whoever asks while they run gets what they find. Never rejects. */
  report(): Promise<OperatorReport>;
}

export interface OperatorDeps extends Omit<ChecksDeps, 'reach'> {
  /** Where people reach the server, without a trailing slash. */
  origin(): string;
}

export function createOperator({ origin, ...rest }: OperatorDeps): Operator {
  const { secrets, now } = rest.deps;
  const localAccess = createOperatorAccess(undefined, now);
  const access = secrets.operatorToken === undefined ? localAccess : createOperatorAccess(secrets.operatorToken, now);
  const checks = createChecks({ ...rest, reach: { origin, from: 'server', probe: access.probe } });
  let underWay: Promise<OperatorReport> | undefined;
  return {
    access,
    localAccess,
    report() {
      underWay ??= runChecks(checks)
        .then((results) => ({ checkedAt: now().toISOString(), results }))
        .finally(() => {
          underWay = undefined;
        });
      return underWay;
    },
  };
}
