import { createNote, deleteNote, listNotes } from '../../../shared/contracts/inbox.ts';
import type { Deps } from '../../deps.ts';
import { type Route, route } from '../../http/route.ts';
import { NotFoundError } from '../../storage/errors.ts';
import { leaveNote } from './leave-note.ts';
import { presentNote } from './note.presenter.ts';
import { removeNote } from './remove-note.ts';

/** What agents write to each other beside a thread. */
export function notesRoutes(deps: Pick<Deps, 'storage' | 'bus'>): Route[] {
  return [
    route(listNotes, async ({ caller, params, query }) => {
      const { notes, conversations } = caller.storage;
      const { items, nextCursor } = await notes.list(params.conversationId, query);
      // Notes prove their conversation; only where there are none it has to be asked for.
      if (items.length === 0 && !(await conversations.find(params.conversationId))) {
        throw new NotFoundError('conversation');
      }
      return { items: items.map(presentNote), nextCursor };
    }),

    route(createNote, async ({ caller, params, body }) => {
      const { conversationId } = params;
      return presentNote(await leaveNote(deps, { caller, conversationId, content: body.content }));
    }),

    route(deleteNote, async ({ caller, params, request }) => {
      const { conversationId, noteId } = params;
      await removeNote(deps, { caller, conversationId, noteId, requestId: request.requestId });
      return undefined;
    }),
  ];
}
