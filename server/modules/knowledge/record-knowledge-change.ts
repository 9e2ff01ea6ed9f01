import type { JsonObject } from '../../../shared/schema.ts';
import type { ApiKeyCaller, MemberCaller } from '../../http/route.ts';
import type { ClientStorage } from '../../storage/storage.ts';

/** Who may change knowledge: members in the dashboard, and programs with a key. */
export type KnowledgeCaller = MemberCaller | ApiKeyCaller;

export interface KnowledgeChange {
  action: string;
  targetType: 'document' | 'chunk';
  targetId: string;
  /** Names and kinds; never texts. */
  details?: JsonObject;
}

/** Who acts, and in which request. */
export interface KnowledgeActor {
  caller: KnowledgeCaller;
  requestId: string;
}

/** Writes the audit row. Call it with the storage of the transaction that makes the change. */
export async function recordKnowledgeChange(
  own: ClientStorage,
  { caller, requestId }: KnowledgeActor,
  { details = {}, ...change }: KnowledgeChange,
): Promise<void> {
  const actor =
    caller.kind === 'member'
      ? { actorKind: 'user' as const, actorId: caller.user.id, actorName: caller.user.name }
      : { actorKind: 'apiKey' as const, actorId: null, actorName: caller.apiKey.name };
  await own.audit.append({ ...actor, ...change, details, requestId });
}
