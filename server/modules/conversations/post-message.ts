import type { MessageRole } from '../../../shared/conversation-vocabulary.ts';
import type { JsonObject } from '../../../shared/schema.ts';
import type { WidgetEngine } from '../../../shared/widget-settings.ts';
import type { Bus } from '../../events/bus.ts';
import type { AppendResult, NewMessage } from '../../storage/repositories/messages.ts';
import type { ClientStorage } from '../../storage/storage.ts';
import { answerJobOf } from '../answers/answer-job.ts';

/** Who says it, as the guard has established; nothing of it comes from a visitor's or an agent's body. */
export type Sender =
  | { kind: 'visitor'; visitorId: string; engine: WidgetEngine }
  | { kind: 'agent'; userId: string; name: string }
  /** A program with an API key speaks for whom it says. */
  | { kind: 'program'; role: MessageRole; metadata?: JsonObject | undefined };

export interface Post {
  conversationId: string;
  content: string;
  clientMessageId?: string | undefined;
}

/**
 * Stores a message and tells everybody, in this order; whichever way it came in. A repeated one is answered with what
 * was stored first, and nobody is told again.
 * @throws NotFoundError `conversation`, also when it is not the sending visitor's
 * @throws StorageOverloadedError
 */
export async function postMessage(
  { bus, storage }: { bus: Bus; storage: ClientStorage },
  sender: Sender,
  post: Post,
): Promise<AppendResult> {
  const result = await storage.messages.append(messageFrom(sender, post));
  announceMessage(bus, storage, result, { asksAssistant: asksAssistant(sender, post) });
  return result;
}

/** Whether the widget's assistant is to answer it. A file alone is for a person to look at. */
export function asksAssistant(sender: Sender, { content }: Pick<Post, 'content'>): boolean {
  return sender.kind === 'visitor' && sender.engine !== 'none' && content.trim() !== '';
}

/** The message as storage takes it: role, author and what it does to the conversation follow from the sender. */
export function messageFrom(
  sender: Sender,
  { conversationId, content, clientMessageId = undefined }: Post,
): NewMessage {
  const said = { conversationId, content, clientMessageId: clientMessageId ?? null };
  switch (sender.kind) {
    case 'visitor': {
      const isAsked = asksAssistant(sender, said);
      return {
        ...said,
        role: 'user',
        onlyForVisitorId: sender.visitorId,
        // Where no engine answers, a person owes the answer from the first word on.
        statusAfter: isAsked ? 'reopen' : 'waiting',
        ...(isAsked && { answerJob: answerJobOf(conversationId) }),
      };
    }
    case 'agent':
      return {
        ...said,
        role: 'agent',
        authorId: sender.userId,
        metadata: { authorName: sender.name },
        statusAfter: 'open',
      };
    case 'program':
      return {
        ...said,
        role: sender.role,
        ...(sender.metadata && { metadata: sender.metadata }),
        ...(sender.role === 'user' && { statusAfter: 'reopen' as const }),
        ...(sender.role === 'agent' && { statusAfter: 'open' as const }),
      };
  }
}

/** To be called after the commit. Those who work on jobs are told as well when the assistant is asked. */
export function announceMessage(
  bus: Bus,
  { clientId }: Pick<ClientStorage, 'clientId'>,
  { message, conversation, repeated }: AppendResult,
  about: { asksAssistant: boolean } = { asksAssistant: false },
): void {
  if (repeated) return;
  bus.publish('message.created', { clientId, message, conversation });
  if (about.asksAssistant) bus.publish('job.changed', { clientId, kind: 'answer', subjectId: message.id });
}
