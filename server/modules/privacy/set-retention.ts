import type { PrivacyView } from '../../../shared/contracts/privacy.ts';
import type { Deps } from '../../deps.ts';
import type { MemberCaller } from '../../http/route.ts';
import type { ClientStorage } from '../../storage/storage.ts';
import { recordChange } from '../audit/record-change.ts';
import { nextNight } from './next-night.ts';

/**
 * Sets how long the client keeps conversations, and queues the nightly erasure, or takes it out of the queue. What is too
 * old goes the next night, not at once: a slip of the finger can be taken back until then.
 */
export async function setRetention(
  { storage, now }: Pick<Deps, 'storage' | 'now'>,
  { caller, requestId, retentionDays }: { caller: MemberCaller; requestId: string; retentionDays: number | null },
): Promise<PrivacyView> {
  const { clientId, user } = caller;
  return storage.transaction(async (scope) => {
    const own = scope.forClient(clientId);
    const before = await own.privacy.settings();
    const isNews = before.retentionDays !== retentionDays;
    if (isNews) {
      await own.privacy.setRetention(retentionDays);
      const details = { from: before.retentionDays, to: retentionDays };
      const change = { action: 'client.retentionSet', targetType: 'client', targetId: clientId, details } as const;
      await recordChange(own, { user, requestId }, change);
    }
    if (retentionDays === null) await own.jobs.cancel('retain', clientId);
    else if (isNews || !(await own.jobs.find('retain', clientId))) {
      // Whoever works on it by the rule of before has lost it.
      await own.jobs.enqueue({ kind: 'retain', subjectId: clientId, runAt: nextNight(now(), clientId) });
    }
    return readPrivacy(own);
  });
}

export async function readPrivacy(own: ClientStorage): Promise<PrivacyView> {
  const { retentionDays, lastRunAt, lastRun } = await own.privacy.settings();
  const job = retentionDays === null ? undefined : await own.jobs.find('retain', own.clientId);
  return {
    retentionDays,
    nextRunAt: job?.runAt.toISOString() ?? null,
    lastRunAt: lastRunAt?.toISOString() ?? null,
    lastRun,
  };
}
