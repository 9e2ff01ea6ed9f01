import * as z from 'zod/mini';
import { limits } from '../limits.ts';
import { defineEndpoint } from './endpoint.ts';
import * as field from './fields.ts';

/** A file of a conversation, as it stands in a message. */
export const attachmentView = z.object({
  id: z.string(),
  name: z.string(),
  /** One of `attachmentTypes`; found from the content. */
  mediaType: z.string(),
  sizeBytes: z.int(),
  /**
   * Where the reader of this view gets the bytes, beginning with a slash. In a visitor's view it works for some minutes
   * without a token, as an `<img>` needs it; afterwards the thread is asked for again, or the file with the token.
   */
  url: z.string(),
});
export type AttachmentView = z.output<typeof attachmentView>;

/** Uploaded files that a message takes up, each once. A message with some may have an empty text. */
export const attachmentIds = z.array(field.id(), 'Must be a list of ids.').check(
  z.minLength(1, 'At least 1 when given.'),
  z.maxLength(limits.attachmentsPerMessageMax, `At most ${limits.attachmentsPerMessageMax}.`),
  z.refine((ids) => new Set(ids).size === ids.length, 'Each id only once.'),
);

const area = 'Attachments';
const upload = { bytesMax: limits.attachmentBytesMax };
/** The file's own name, without folders. */
const uploadQuery = z.object({ name: field.line(limits.attachmentNameCharsMax) });
const kinds = 'Taken are PNG, JPEG, GIF, WebP, PDF, text, CSV, DOCX, XLSX and ZIP, judged by their content.';

export const uploadVisitorAttachment = defineEndpoint({
  name: 'uploadVisitorAttachment',
  method: 'POST',
  path: '/api/visitor/conversations/:conversationId/attachments',
  access: { kind: 'visitor' },
  area,
  summary: `Uploads a file, its bytes as the body, for a message to take up within a day. ${kinds}`,
  params: z.object({ conversationId: field.id() }),
  query: uploadQuery,
  upload,
  status: 201,
  answer: attachmentView,
});

export const uploadAgentAttachment = defineEndpoint({
  name: 'uploadAgentAttachment',
  method: 'POST',
  path: '/api/clients/:clientId/conversations/:conversationId/attachments',
  access: { kind: 'member', permission: 'conversations.reply' },
  area,
  summary: `Uploads a file, its bytes as the body, for a message to take up within a day. ${kinds}`,
  params: z.object({ clientId: field.id(), conversationId: field.id() }),
  query: uploadQuery,
  upload,
  status: 201,
  answer: attachmentView,
});

export const downloadVisitorAttachment = defineEndpoint({
  name: 'downloadVisitorAttachment',
  method: 'GET',
  path: '/api/visitor/attachments/:attachmentId',
  access: { kind: 'visitor' },
  area,
  summary: 'The bytes of a file in one of the visitor’s own conversations.',
  params: z.object({ attachmentId: field.id() }),
  status: 200,
  download: true,
});

export const downloadTicketedAttachment = defineEndpoint({
  name: 'downloadTicketedAttachment',
  method: 'GET',
  path: '/api/attachments/:attachmentId',
  access: { kind: 'public' },
  area,
  summary: 'The bytes of a file, for the holder of an address from a visitor’s view, until it lapses.',
  params: z.object({ attachmentId: field.id() }),
  query: z.object({ ticket: z.string().check(z.minLength(1), z.maxLength(500)) }),
  status: 200,
  download: true,
});

export const downloadAttachment = defineEndpoint({
  name: 'downloadAttachment',
  method: 'GET',
  path: '/api/clients/:clientId/attachments/:attachmentId',
  access: { kind: 'member', permission: 'conversations.read' },
  area,
  summary: 'The bytes of a file of a conversation.',
  params: z.object({ clientId: field.id(), attachmentId: field.id() }),
  status: 200,
  download: true,
});
