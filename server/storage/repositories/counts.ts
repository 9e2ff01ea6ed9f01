import type { ConversationStatus } from '../../../shared/conversation-vocabulary.ts';

/** Sums over many rows; read-only. */
export interface CountsRepository {
  /**
   * How many conversations are in each status, and how many are unread: open or waiting, with messages beyond
   * `agentReadSequence`. Each is counted up to `limits.conversationCountMax` and no further.
   */
  conversations(): Promise<Record<ConversationStatus | 'unread', number>>;
}
