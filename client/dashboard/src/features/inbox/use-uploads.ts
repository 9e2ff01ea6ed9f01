import { useCallback, useEffect, useRef, useState } from 'react';
import { type AttachmentView, uploadAgentAttachment } from '../../../../../shared/contracts/attachments.ts';
import { limits } from '../../../../../shared/limits.ts';
import { isProblem, isTemporary, sentenceOf } from '../../lib/problem.ts';
import { randomId } from '../../lib/random-id.ts';
import { noteSessionEnded } from '../../lib/session.ts';
import { upload } from '../../lib/upload.ts';
import { fileSize } from './file-size.ts';

/** A file chosen for the next message. */
export interface PendingFile {
  key: string;
  name: string;
  sizeBytes: number;
  /** From 0 to 1 while it is on its way. */
  progress: number;
  attachment: AttachmentView | null;
  /** Why it was not taken; null while all is well. */
  reason: string | null;
  /** Whether another attempt may help. */
  mayRetry: boolean;
}

export interface Uploads {
  files: readonly PendingFile[];
  /** Whether a file was not taken and is still in the list. */
  hasFailed: boolean;
  /** How many of those chosen last did not fit into the message. */
  surplus: number;
  ready: readonly AttachmentView[];
  add: (files: Iterable<File>) => void;
  /** Sends one that was not taken once more. */
  retry: (key: string) => void;
  remove: (key: string) => void;
  clear: () => void;
}

const nameOf = (file: File): string => file.name.slice(-limits.attachmentNameCharsMax);

/** Uploads files as soon as they are chosen, so that sending the message takes them up at once. */
export function useUploads(clientId: string, conversationId: string): Uploads {
  const [files, setFiles] = useState<readonly PendingFile[]>([]);
  const [surplus, setSurplus] = useState(0);
  const running = useRef(new Map<string, () => void>());
  /** The bytes of those that have not been taken yet. */
  const unsent = useRef(new Map<string, File>());
  const count = useRef(0);
  count.current = files.length;

  const patch = useCallback((key: string, part: Partial<PendingFile>) => {
    setFiles((before) => before.map((file) => (file.key === key ? { ...file, ...part } : file)));
  }, []);

  useEffect(
    () => () => {
      for (const cancel of running.current.values()) cancel();
    },
    [],
  );

  const send = useCallback(
    (key: string, file: File) => {
      const name = nameOf(file);
      const { answer, cancel } = upload(
        uploadAgentAttachment,
        { params: { clientId, conversationId }, query: { name } },
        file,
        (progress) => patch(key, { progress }),
      );
      running.current.set(key, cancel);
      answer
        .then((attachment) => {
          unsent.current.delete(key);
          patch(key, { attachment, progress: 1 });
        })
        .catch((error: unknown) => {
          const isSignedOut = isProblem(error, 'not-signed-in');
          if (isSignedOut) noteSessionEnded();
          patch(key, { reason: sentenceOf(error), mayRetry: isSignedOut || isTemporary(error) });
        })
        .finally(() => running.current.delete(key));
    },
    [clientId, conversationId, patch],
  );

  const begin = useCallback(
    (file: File) => {
      const key = randomId();
      const isTooLarge = file.size > limits.attachmentBytesMax;
      const reason = isTooLarge ? `Larger than ${fileSize(limits.attachmentBytesMax)}.` : null;
      const chosen = { key, name: nameOf(file), sizeBytes: file.size };
      setFiles((before) => [...before, { ...chosen, progress: 0, attachment: null, reason, mayRetry: false }]);
      if (isTooLarge) return;
      unsent.current.set(key, file);
      send(key, file);
    },
    [send],
  );

  return {
    files,
    surplus,
    hasFailed: files.some((file) => file.reason !== null),
    ready: files.flatMap((file) => file.attachment ?? []),
    add: (chosen) => {
      const all = [...chosen];
      const room = Math.max(0, limits.attachmentsPerMessageMax - count.current);
      setSurplus(Math.max(0, all.length - room));
      for (const file of all.slice(0, room)) begin(file);
    },
    retry: (key) => {
      const file = unsent.current.get(key);
      if (!file || running.current.has(key)) return;
      patch(key, { reason: null, progress: 0 });
      send(key, file);
    },
    remove: (key) => {
      running.current.get(key)?.();
      running.current.delete(key);
      unsent.current.delete(key);
      setSurplus(0);
      setFiles((before) => before.filter((file) => file.key !== key));
    },
    clear: () => {
      unsent.current.clear();
      setSurplus(0);
      setFiles([]);
    },
  };
}
