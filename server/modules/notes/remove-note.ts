import { can } from '../../../shared/permissions.ts';
import type { Deps } from '../../deps.ts';
import { HttpProblem } from '../../http/problem.ts';
import type { MemberCaller } from '../../http/route.ts';
import { NotFoundError } from '../../storage/errors.ts';
import { recordChange } from '../audit/record-change.ts';

interface Removal {
  caller: MemberCaller;
  conversationId: string;
  noteId: string;
  requestId: string;
}

/**
 * Removes a note, with an audit row that names its author and not what it said, and tells the other agents.
 * @throws NotFoundError `note`
 * @throws HttpProblem `not-permitted` for somebody else's note, unless the caller may delete conversations
 */
export async function removeNote(
  { storage, bus }: Pick<Deps, 'storage' | 'bus'>,
  { caller, conversationId, noteId, requestId }: Removal,
): Promise<void> {
  const { clientId, user, role } = caller;
  await storage.transaction(async (scope) => {
    const own = scope.forClient(clientId);
    const note = await own.notes.find(conversationId, noteId);
    if (!note) throw new NotFoundError('note');
    if (note.authorId !== user.id && !can(role, 'conversations.delete')) {
      throw new HttpProblem('not-permitted', 'Only its author, an admin or an owner may remove this note.');
    }
    await own.notes.remove(conversationId, noteId);
    await recordChange(
      own,
      { user, requestId },
      {
        action: 'note.deleted',
        targetType: 'note',
        targetId: note.id,
        details: { conversationId: note.conversationId, authorName: note.authorName },
      },
    );
  });
  bus.publish('note.removed', { clientId, conversationId, noteId });
}
