import { useQueryClient } from '@tanstack/react-query';
import { type ChunkView, updateChunk } from '../../../../../shared/contracts/knowledge.ts';
import { call } from '../../lib/api.ts';
import { useCurrentClient } from '../../lib/current-client.ts';
import { toastDone, toastFailed } from '../../ui/toasts.tsx';
import { applyChunk } from './document-cache.ts';

export interface ChunkActions {
  /** Fails when the server refuses the text. */
  correct: (text: string) => Promise<void>;
  /** Back to what the document says. */
  restore: () => Promise<void>;
  setHidden: (hidden: boolean) => Promise<void>;
}

/** What a person does with one passage; `onChanged` gets it as it is then. Answers see it so at once. */
export function useChunkActions(chunkId: string, onChanged?: (chunk: ChunkView) => void): ChunkActions {
  const { clientId } = useCurrentClient();
  const queryClient = useQueryClient();
  const change = async (body: { text?: string | null; hidden?: boolean }) => {
    const chunk = await call(updateChunk, { params: { clientId, chunkId }, body });
    applyChunk(queryClient, clientId, chunk);
    onChanged?.(chunk);
  };
  const attempt = async (body: { text?: null; hidden?: boolean }, done: string) => {
    try {
      await change(body);
      toastDone(done);
    } catch (error) {
      toastFailed('The passage was not changed.', error);
    }
  };
  return {
    correct: async (text) => {
      await change({ text });
      toastDone('The passage is corrected. Answers use it from now on.');
    },
    restore: () => attempt({ text: null }, 'The passage says again what the document says.'),
    setHidden: (hidden) =>
      attempt({ hidden }, hidden ? 'The passage is hidden. No answer uses it.' : 'The passage is back in answers.'),
  };
}
