import type { Job } from '../../shared/schema.ts';

/** The order in which jobs are claimed, alike in every storage: the longest due first, then by subject, then by kind. */
export function longestDueFirst(a: Job, b: Job): number {
  if (a.runAt.getTime() !== b.runAt.getTime()) return a.runAt.getTime() - b.runAt.getTime();
  if (a.subjectId !== b.subjectId) return a.subjectId < b.subjectId ? -1 : 1;
  return a.kind < b.kind ? -1 : 1;
}
