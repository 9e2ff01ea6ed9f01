import type { AttachmentType } from '../../../shared/attachment-types.ts';
import { limits } from '../../../shared/limits.ts';
import type { Attachment } from '../../../shared/schema.ts';
import type { FileStore } from '../../files/file-store.ts';
import { HttpProblem } from '../../http/problem.ts';
import { NotFoundError } from '../../storage/errors.ts';
import type { ClientStorage } from '../../storage/storage.ts';
import { safeName } from './safe-name.ts';
import { createSniffer } from './sniff.ts';

export interface Upload {
  conversationId: string;
  uploadedBy: Attachment['uploadedBy'];
  /** When given, the conversation must be this visitor's, else it counts as not found. */
  onlyForVisitorId?: string;
  /** As the sender calls it. */
  name: string;
  bytes: AsyncIterable<Uint8Array>;
}

export type UploadAttachment = (storage: ClientStorage, upload: Upload) => Promise<Attachment>;

/**
 * Keeps a file of a conversation for a message to take up: the bytes first, then the row. Whatever goes wrong on the
 * way, no bytes stay behind.
 * @throws NotFoundError `conversation`
 * @throws HttpProblem `file-refused`, `too-many-requests`, and what reading the bytes throws
 */
export function createUploadAttachment({ files }: { files: FileStore }): UploadAttachment {
  /** Uploads under way through this process, which have no row yet. */
  const running = new Map<string, number>();

  return async (storage, { conversationId, uploadedBy, onlyForVisitorId, name, bytes }) => {
    const conversation = await storage.conversations.find(conversationId);
    const isTheirs = onlyForVisitorId === undefined || conversation?.visitorId === onlyForVisitorId;
    if (!conversation || !isTheirs) throw new NotFoundError('conversation');

    const place = `${conversationId} ${uploadedBy}`;
    const underWay = running.get(place) ?? 0;
    running.set(place, underWay + 1);
    try {
      const unsent = await storage.attachments.countUnsent({ conversationId, uploadedBy });
      if (unsent + underWay >= limits.attachmentsUnsentMax) throw tooManyUnsent();
      return await keep();
    } finally {
      const left = (running.get(place) ?? 1) - 1;
      if (left === 0) running.delete(place);
      else running.set(place, left);
    }

    async function keep(): Promise<Attachment> {
      const looked: { kind?: AttachmentType } = {};
      const { key, sizeBytes } = await files.put(lookedAt(bytes, name, looked));
      try {
        const mediaType = looked.kind as AttachmentType;
        return await storage.attachments.create({
          conversationId,
          uploadedBy,
          name: safeName(name, mediaType),
          mediaType,
          sizeBytes,
          storageKey: key,
        });
      } catch (error) {
        await files.remove(key);
        throw error;
      }
    }
  };
}

/** The same bytes. Rejects at their end when they are not of a file that is taken. */
async function* lookedAt(
  bytes: AsyncIterable<Uint8Array>,
  name: string,
  looked: { kind?: AttachmentType },
): AsyncGenerator<Uint8Array> {
  const sniffer = createSniffer(name);
  let isEmpty = true;
  for await (const part of bytes) {
    sniffer.take(part);
    isEmpty &&= part.length === 0;
    yield part;
  }
  if (isEmpty) throw new HttpProblem('file-refused', 'The file is empty.');
  const kind = sniffer.kind();
  if (kind === undefined) {
    throw new HttpProblem(
      'file-refused',
      'Send an image (PNG, JPEG, GIF, WebP), a PDF, text, CSV, DOCX, XLSX or ZIP: by its content this is none of them.',
    );
  }
  looked.kind = kind;
}

function tooManyUnsent(): HttpProblem {
  return new HttpProblem(
    'too-many-requests',
    `At most ${limits.attachmentsUnsentMax} files of a conversation may wait to be sent. Send a message with some of them first.`,
    { headers: { 'Retry-After': '60' } },
  );
}
