import { useQueryClient } from '@tanstack/react-query';
import {
  cancelDocument,
  type DocumentView,
  deleteDocument,
  reindexDocument,
  updateDocument,
} from '../../../../../shared/contracts/knowledge.ts';
import { call } from '../../lib/api.ts';
import { useCurrentClient } from '../../lib/current-client.ts';
import { isProblem } from '../../lib/problem.ts';
import { toastDone, toastFailed } from '../../ui/toasts.tsx';
import { applyDocument, forgetDocument } from './document-cache.ts';

export interface DocumentActions {
  readAgain: () => Promise<void>;
  cancel: () => Promise<void>;
  /** Fails when the server refuses. */
  rename: (name: string) => Promise<void>;
  /** Fails when the server refuses; one that is gone already counts as removed. */
  remove: () => Promise<void>;
}

/** What an owner does with one document. */
export function useDocumentActions(document: DocumentView): DocumentActions {
  const { clientId } = useCurrentClient();
  const queryClient = useQueryClient();
  const params = { clientId, documentId: document.id };
  const attempt = async (request: () => Promise<DocumentView>, done: string, failed: string) => {
    try {
      applyDocument(queryClient, clientId, await request());
      if (done !== '') toastDone(done);
    } catch (error) {
      toastFailed(failed, error);
    }
  };
  return {
    readAgain: () => attempt(() => call(reindexDocument, { params }), '', 'It is not read again.'),
    cancel: () =>
      attempt(() => call(cancelDocument, { params }), 'Reading it is called off.', 'It was not called off.'),
    rename: async (name) => {
      const { text: _, pairs: __, ...view } = await call(updateDocument, { params, body: { name } });
      applyDocument(queryClient, clientId, view);
    },
    remove: async () => {
      try {
        await call(deleteDocument, { params });
      } catch (error) {
        if (!isProblem(error, 'not-found')) throw error;
      }
      forgetDocument(queryClient, clientId, document.id);
      toastDone(`${document.name} is deleted. No answer uses it any more.`);
    },
  };
}
