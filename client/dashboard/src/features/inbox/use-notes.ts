import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { createNote } from '../../../../../shared/contracts/inbox.ts';
import { call } from '../../lib/api.ts';
import { isProblem } from '../../lib/problem.ts';
import { noteSessionEnded } from '../../lib/session.ts';
import { toastFailed } from '../../ui/toasts.tsx';
import { applyNote } from './extras-queries.ts';

/** Leaves a note; what was written stays where it is when that fails. */
export function useAddNote(clientId: string, conversationId: string) {
  const queryClient = useQueryClient();
  const [isPending, setIsPending] = useState(false);
  const run = async (content: string, onDone: () => void) => {
    setIsPending(true);
    try {
      applyNote(
        queryClient,
        clientId,
        await call(createNote, { params: { clientId, conversationId }, body: { content } }),
      );
      onDone();
    } catch (error) {
      if (isProblem(error, 'not-signed-in')) noteSessionEnded();
      toastFailed('The note was not kept.', error);
    } finally {
      setIsPending(false);
    }
  };
  return { run: (content: string, onDone: () => void) => void run(content, onDone), isPending };
}
