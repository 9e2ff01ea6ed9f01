import { useCallback, useEffect, useRef, useState } from 'react';
import { type AttachmentView, uploadAgentAttachment } from '../../../../../shared/contracts/attachments.ts';
import { limits } from '../../../../../shared/limits.ts';
import { isProblem, sentenceOf } from '../../lib/problem.ts';
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
}

export interface Uploads {
  files: readonly PendingFile[];
  /** Whether a file was not taken and is still in the list. */
  hasFailed: boolean;
  /** How many of those chosen last did not fit into the message. */
  surplus: number;
  ready: readonly AttachmentView[];
  add: (files: Iterable<File>) => void;
  remove: (key: string) => void;
  clear: () => void;
}

/** Uploads files as soon as they are chosen, so that sending the message takes them up at once. */
export function useUploads(clientId: string, conversationId: string): Uploads {
  const [files, setFiles] = useState<readonly PendingFile[]>([]);
  const [surplus, setSurplus] = useState(0);
  const running = useRef(new Map<string, () => void>());
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

  const begin = useCallback(
    (file: File) => {
      const key = randomId();
      const isTooLarge = file.size > limits.attachmentBytesMax;
      const reason = isTooLarge ? `Larger than ${fileSize(limits.attachmentBytesMax)}.` : null;
      const name = file.name.slice(-limits.attachmentNameCharsMax);
      setFiles((before) => [...before, { key, name, sizeBytes: file.size, progress: 0, attachment: null, reason }]);
      if (isTooLarge) return;
      const { answer, cancel } = upload(
        uploadAgentAttachment,
        { params: { clientId, conversationId }, query: { name } },
        file,
        (progress) => patch(key, { progress }),
      );
      running.current.set(key, cancel);
      answer
        .then((attachment) => patch(key, { attachment, progress: 1 }))
        .catch((error: unknown) => {
          if (isProblem(error, 'not-signed-in')) noteSessionEnded();
          patch(key, { reason: sentenceOf(error) });
        })
        .finally(() => running.current.delete(key));
    },
    [clientId, conversationId, patch],
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
    remove: (key) => {
      running.current.get(key)?.();
      running.current.delete(key);
      setSurplus(0);
      setFiles((before) => before.filter((file) => file.key !== key));
    },
    clear: () => {
      setSurplus(0);
      setFiles([]);
    },
  };
}
