import type { ClientId } from '../../../shared/ids.ts';
import type { Fault } from '../../../shared/problems.ts';
import type { Attachment } from '../../../shared/schema.ts';
import type { Deps } from '../../deps.ts';
import { validationProblem } from '../../http/problem.ts';
import { NotFoundError } from '../../storage/errors.ts';
import type { AppendResult } from '../../storage/repositories/messages.ts';
import { announceMessage, asksAssistant, messageFrom, type Post, type Sender } from '../conversations/post-message.ts';
import { metadataWith } from './attachment.presenter.ts';

export interface PostWithAttachments extends Post {
  /** As many as a message takes, each once. */
  attachmentIds: readonly string[];
}

type PostDeps = Pick<Deps, 'storage' | 'bus'>;
type Speaker = Exclude<Sender, { kind: 'program' }>;

/**
 * Stores a message that takes files up, both or neither, and tells everybody. A repeated one is answered with what was
 * stored first, with its files, and takes none.
 * @throws NotFoundError `conversation`, also when it is not the sending visitor's
 * @throws HttpProblem `validation-failed` naming each file that is not waiting there for this side
 */
export async function postWithAttachments(
  { storage, bus }: PostDeps,
  { clientId, sender, post }: { clientId: ClientId; sender: Speaker; post: PostWithAttachments },
): Promise<AppendResult> {
  const own = storage.forClient(clientId);
  const by = { conversationId: post.conversationId, uploadedBy: sideOf(sender) };
  let result: AppendResult;
  try {
    result = await takeAndAppend(storage, clientId, sender, post);
  } catch (error) {
    if (!(error instanceof NotFoundError) || error.entity !== 'attachment') throw error;
    // The same message may have taken them since it was looked for: then it is answered.
    const { clientMessageId, conversationId } = post;
    const stored = clientMessageId && (await own.messages.findClientMade(conversationId, clientMessageId));
    if (!stored) throw validationProblem(await faultsOf(post.attachmentIds, by, (id) => own.attachments.find(id)));
    result = await own.messages.append(messageFrom(sender, post));
  }
  announceMessage(bus, { clientId }, result, { asksAssistant: asksAssistant(sender, post) });
  return result;
}

function takeAndAppend(
  storage: PostDeps['storage'],
  clientId: ClientId,
  sender: Speaker,
  post: PostWithAttachments,
): Promise<AppendResult> {
  const { conversationId, clientMessageId, attachmentIds } = post;
  return storage.transaction(async (scope) => {
    const { conversations, messages, attachments } = scope.forClient(clientId);
    const conversation = await conversations.find(conversationId);
    const isTheirs = sender.kind !== 'visitor' || conversation?.visitorId === sender.visitorId;
    if (!conversation || !isTheirs) throw new NotFoundError('conversation');
    const message = messageFrom(sender, post);
    if (clientMessageId && (await messages.findClientMade(conversationId, clientMessageId))) {
      return messages.append(message);
    }
    const taken = await attachments.take(attachmentIds, { conversationId, uploadedBy: sideOf(sender) });
    return messages.append({
      ...message,
      metadata: metadataWith(taken, message.metadata),
      // A list of conversations shows of a message without words what came with it.
      ...(message.content.trim() === '' && { previewText: taken.map(({ name }) => name).join(', ') }),
    });
  });
}

const sideOf = ({ kind }: Speaker): Attachment['uploadedBy'] => (kind === 'visitor' ? 'visitor' : 'agent');

/** What is wrong with each of them. */
async function faultsOf(
  ids: readonly string[],
  { conversationId, uploadedBy }: Pick<Attachment, 'conversationId' | 'uploadedBy'>,
  find: (id: string) => Promise<Attachment | undefined>,
): Promise<Fault[]> {
  const rows = await Promise.all(ids.map(find));
  const faults = rows.flatMap((row, index): Fault[] => {
    const pointer = `#/attachmentIds/${index}`;
    if (row?.conversationId !== conversationId || row.uploadedBy !== uploadedBy) {
      return [{ pointer, detail: 'No such file waits in this conversation; after a day it is gone. Upload it again.' }];
    }
    return row.sentAt === null ? [] : [{ pointer, detail: 'It is in another message already. Upload it again.' }];
  });
  return faults.length > 0 ? faults : [{ pointer: '#/attachmentIds', detail: 'They could not be taken. Try again.' }];
}
