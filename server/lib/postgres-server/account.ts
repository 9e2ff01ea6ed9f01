import { readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';

/** The operating-system account that Postgres runs as; `undefined` in its place means "the one we run as". */
export interface Account {
  uid: number;
  gid: number;
}

/** `initdb` and `postgres` refuse to run as root, so root hands them to one of these, the first that exists. */
const STAND_INS = ['postgres', 'nobody'];
const NOBODY: Account = { uid: 65534, gid: 65534 };

/**
 * The account to run Postgres as, or `undefined` when it can be ourselves.
 * As root, an existing data folder keeps its owner, whoever that is.
 */
export function accountFor(clusterDir?: string): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const owner = clusterDir === undefined ? undefined : statSync(clusterDir, { throwIfNoEntry: false });
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  return findAccount(STAND_INS) ?? NOBODY;
}

/** Whether `account` may enter `folder`, judged by the permission bits on the way there. */
export function canEnter(folder: string, account: Account | undefined): boolean {
  if (account === undefined) return true;
  let current = realpathSync(folder);
  for (;;) {
    const { mode, uid, gid } = statSync(current);
    const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    const parent = path.dirname(current);
    if (parent === current) return true;
    current = parent;
  }
}

function findAccount(names: string[]): Account | undefined {
  let lines: string[];
  try {
    lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  } catch {
    return undefined;
  }
  for (const name of names) {
    const fields = lines.find((line) => line.startsWith(`${name}:`))?.split(':');
    const uid = Number(fields?.[2]);
    const gid = Number(fields?.[3]);
    if (Number.isInteger(uid) && Number.isInteger(gid) && uid > 0) return { uid, gid };
  }
  return undefined;
}
