import type { MessageView } from '../../../shared/contracts/conversations.ts';
import type { VisitorMessageView } from '../../../shared/contracts/visitor.ts';
import { limits } from '../../../shared/limits.ts';
import type { Message } from '../../../shared/schema.ts';
import { presentAnswer } from '../answers/citations.ts';
import { attachmentsOf, presentAttachment, presentVisitorAttachment } from '../attachments/attachment.presenter.ts';
import type { Tickets } from '../attachments/ticket.ts';

/** A message as agents and programs see it. */
export function presentMessage(message: Message): MessageView {
  const { attachments, metadata } = attachmentsOf(message);
  return {
    id: message.id,
    conversationId: message.conversationId,
    sequence: message.sequence,
    role: message.role,
    content: message.content,
    metadata,
    clientMessageId: message.clientMessageId,
    authorId: message.authorId,
    authorName: authorNameOf(message),
    attachments: attachments.map((one) => presentAttachment(one, message)),
    createdAt: message.createdAt.toISOString(),
  };
}

/**
 * A message as the visitor sees it: neither metadata nor whose account wrote it. The addresses of its files get their
 * tickets now.
 */
export function presentVisitorMessage(message: Message, tickets: Pick<Tickets, 'issue'>): VisitorMessageView {
  const answer = presentAnswer(message);
  return {
    id: message.id,
    conversationId: message.conversationId,
    sequence: message.sequence,
    role: message.role,
    content: message.content,
    clientMessageId: message.clientMessageId,
    authorName: authorNameOf(message),
    attachments: attachmentsOf(message).attachments.map((one) => presentVisitorAttachment(one, message, tickets)),
    ...(answer && { answer }),
    createdAt: message.createdAt.toISOString(),
  };
}

/** An agent's name is kept with the message, so that it stays readable after the agent has left. */
function authorNameOf(message: Message): string | null {
  if (message.role !== 'agent') return null;
  const { authorName } = message.metadata;
  return typeof authorName === 'string' ? authorName.slice(0, limits.nameCharsMax) : null;
}
