import type { CannedReplyView } from '../../../shared/contracts/inbox.ts';
import type { CannedReply } from '../../../shared/schema.ts';

export function presentCannedReply(reply: CannedReply): CannedReplyView {
  return {
    id: reply.id,
    shortcut: reply.shortcut,
    title: reply.title,
    content: reply.content,
    createdAt: reply.createdAt.toISOString(),
    updatedAt: reply.updatedAt.toISOString(),
  };
}
