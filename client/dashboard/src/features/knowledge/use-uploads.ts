import { uploadDocument } from '../../../../../shared/contracts/knowledge.ts';
import { queryClient } from '../../lib/query-client.ts';
import { useStore } from '../../lib/store.ts';
import { upload } from '../../lib/upload.ts';
import { applyDocument } from './document-cache.ts';
import { type UploadEntry, UploadQueue } from './upload-queue.ts';

/** Of the page, not of a screen: uploads go on while the owner looks at something else. */
const queues = new Map<string, UploadQueue>();

function queueOf(clientId: string): UploadQueue {
  const known = queues.get(clientId);
  if (known) return known;
  const queue = new UploadQueue({
    send: (file, name, onProgress) =>
      upload(uploadDocument, { params: { clientId }, query: { name } }, file, onProgress),
    onTaken: (document) => applyDocument(queryClient, clientId, document),
  });
  queues.set(clientId, queue);
  askBeforeLeaving(queue);
  return queue;
}

/** Closing the page would call off what is on its way. */
function askBeforeLeaving(queue: UploadQueue): void {
  const ask = (event: BeforeUnloadEvent) => event.preventDefault();
  queue.entries.subscribe(() => {
    const isBusy = queue.entries.get().some(({ state }) => state !== 'failed');
    if (isBusy) window.addEventListener('beforeunload', ask);
    else window.removeEventListener('beforeunload', ask);
  });
}

export interface Uploads {
  entries: readonly UploadEntry[];
  add: (files: Iterable<File>) => void;
  retry: (key: string) => void;
  remove: (key: string) => void;
}

/** The client's files that are on their way, or were not taken. */
export function useUploads(clientId: string): Uploads {
  const queue = queueOf(clientId);
  const entries = useStore(queue.entries);
  return {
    entries,
    add: (files) => queue.add(files),
    retry: (key) => queue.retry(key),
    remove: (key) => queue.remove(key),
  };
}
