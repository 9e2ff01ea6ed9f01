import type { ClientId } from '../../../shared/ids.ts';
import { limits } from '../../../shared/limits.ts';
import type { CountsRepository } from '../repositories/counts.ts';
import type { MemContext } from './mem-context.ts';
import { conversations } from './mem-conversation-tables.ts';

export function createCounts({ read }: MemContext, clientId: ClientId): CountsRepository {
  return {
    conversations: () =>
      read((tx) => {
        const counts = { open: 0, waiting: 0, snoozed: 0, closed: 0, unread: 0 };
        const count = (name: keyof typeof counts) => {
          counts[name] = Math.min(counts[name] + 1, limits.conversationCountMax);
        };
        for (const { status, agentReadSequence, lastSequence } of tx.of(conversations).scan('client', clientId)) {
          count(status);
          if ((status === 'open' || status === 'waiting') && agentReadSequence < lastSequence) count('unread');
        }
        return counts;
      }),
  };
}
