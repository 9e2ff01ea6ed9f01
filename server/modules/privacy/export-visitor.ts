import { Readable } from 'node:stream';
import type { Attachment, Conversation, Message, Visitor } from '../../../shared/schema.ts';
import type { Deps } from '../../deps.ts';
import { Reply } from '../../http/route.ts';
import { NotFoundError } from '../../storage/errors.ts';
import type { ClientStorage, Page } from '../../storage/storage.ts';
import { attachmentsOf } from '../attachments/attachment.presenter.ts';

export type ExportDeps = Pick<Deps, 'files' | 'now'>;

interface Wish {
  own: ClientStorage;
  visitorId: string;
  /** The visitor's own does not show what agents write to each other. */
  forVisitor: boolean;
}

const limit = 100;

/**
 * Everything that is kept of a visitor as one JSON document, written as it is read: neither the threads nor the files need
 * to fit into memory. A visitor of whom nothing is kept gets an empty one, if they ask themselves.
 * @throws NotFoundError `visitor`
 */
export async function exportVisitor(
  { files, now }: ExportDeps,
  { own, visitorId, forVisitor }: Wish,
): Promise<Reply<undefined>> {
  const visitor = await own.visitors.find(visitorId);
  if (!visitor && !forVisitor) throw new NotFoundError('visitor');
  const bytes = Readable.from(encoded(documentOf(files, { own, visitor, forVisitor })), { objectMode: false });
  return new Reply({
    bytes,
    headers: {
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Disposition': `attachment; filename="confab-visitor-${now().toISOString().slice(0, 10)}.json"`,
      'Cache-Control': 'no-store',
    },
  });
}

interface Subject {
  own: ClientStorage;
  visitor: Visitor | undefined;
  forVisitor: boolean;
}

async function* encoded(parts: AsyncIterable<string>): AsyncGenerator<Buffer> {
  for await (const part of parts) yield Buffer.from(part);
}

async function* documentOf(files: Deps['files'], subject: Subject): AsyncGenerator<string> {
  const { own, visitor } = subject;
  yield `{"format":"confab-visitor","version":1,"visitor":${JSON.stringify(visitor ? profileOf(visitor) : null)},"conversations":[`;
  let separator = '';
  // By the ids that are there now: the order of the list changes with each message.
  for (const id of visitor ? await own.erasures.conversationsOf(visitor.id) : []) {
    const conversation = await own.conversations.find(id);
    if (!conversation) continue;
    yield separator;
    yield* conversationOf(files, subject, conversation);
    separator = ',';
  }
  yield ']}\n';
}

async function* conversationOf(
  files: Deps['files'],
  { own, forVisitor }: Subject,
  conversation: Conversation,
): AsyncGenerator<string> {
  const { id, title, status, metadata, tags, createdAt, updatedAt } = conversation;
  const rating = await own.ratings.find(id);
  const facts = {
    id,
    title,
    status,
    context: metadata.context ?? null,
    createdAt,
    updatedAt,
    rating: rating ? { score: rating.score, comment: rating.comment, createdAt: rating.createdAt } : null,
    ...(!forVisitor && { tags, metadata }),
  };
  yield `${JSON.stringify(facts).slice(0, -1)},"messages":[`;
  yield* listed(messagesOf(own, id));
  yield '],"questions":[';
  yield* listed(questionsOf(own, id));
  yield '],"handoffs":[';
  yield* listed(
    everyOne(
      (page) => own.handoffs.list(id, page),
      ({ clientId: _, conversationId: __, id: ___, ...handoff }) => handoff,
    ),
  );
  if (!forVisitor) {
    yield '],"notes":[';
    yield* listed(
      everyOne(
        (page) => own.notes.list(id, page),
        ({ authorName, content, createdAt: writtenAt }) => ({ authorName, content, createdAt: writtenAt }),
      ),
    );
  }
  yield '],"attachments":[';
  let separator = '';
  for await (const attachment of everyOne(
    (page) => own.attachments.list({ conversationId: id }, page),
    (one) => one,
  )) {
    if (forVisitor && attachment.sentAt === null && attachment.uploadedBy === 'agent') continue;
    yield separator;
    yield* attachmentOf(files, attachment);
    separator = ',';
  }
  yield ']}';
}

async function* attachmentOf(files: Deps['files'], attachment: Attachment): AsyncGenerator<string> {
  const { id, name, mediaType, sizeBytes, uploadedBy, createdAt } = attachment;
  yield `${JSON.stringify({ id, name, mediaType, sizeBytes, uploadedBy, createdAt }).slice(0, -1)},"contentBase64":`;
  const bytes = await files.open(attachment.storageKey);
  if (!bytes) {
    yield 'null}';
    return;
  }
  yield '"';
  // Three bytes make four letters: what is left over of a part goes before the next.
  let rest = Buffer.alloc(0);
  for await (const part of bytes) {
    const all = Buffer.concat([rest, part as Buffer]);
    const whole = all.length - (all.length % 3);
    yield all.toString('base64', 0, whole);
    rest = all.subarray(whole);
  }
  yield `${rest.toString('base64')}"}`;
}

function profileOf({ clientId: _, ...profile }: Visitor): Omit<Visitor, 'clientId'> {
  return profile;
}

async function* messagesOf(own: ClientStorage, conversationId: string): AsyncGenerator<unknown> {
  for await (const message of everyMessage(own, conversationId)) {
    const { id, sequence, role, content, createdAt } = message;
    const { attachments, metadata } = attachmentsOf(message);
    const authorName = typeof metadata.authorName === 'string' ? metadata.authorName : null;
    yield { id, sequence, role, authorName, content, attachmentIds: attachments.map((one) => one.id), createdAt };
  }
}

/** What the assistant was asked, as it was searched for, and what came of it. */
async function* questionsOf(own: ClientStorage, conversationId: string): AsyncGenerator<unknown> {
  for await (const { id, role } of everyMessage(own, conversationId)) {
    const receipt = role === 'user' ? await own.receipts.find(id) : undefined;
    if (!receipt) continue;
    const { questionMessageId, question, answer, outcome, engine, model, rating, createdAt } = receipt;
    yield { questionMessageId, question, answer, outcome, engine, model, rating, createdAt };
  }
}

async function* everyMessage(own: ClientStorage, conversationId: string): AsyncGenerator<Message> {
  for (let after = 0; ; ) {
    const { items, hasMore } = await own.messages.list(conversationId, { after, limit });
    yield* items;
    after = items.at(-1)?.sequence ?? after;
    if (!hasMore) return;
  }
}

async function* everyOne<Row, View>(
  list: (page: { limit: number; cursor?: string | undefined }) => Promise<Page<Row>>,
  view: (row: Row) => View,
): AsyncGenerator<View> {
  let cursor: string | undefined;
  do {
    const page = await list({ limit, cursor });
    for (const row of page.items) yield view(row);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}

async function* listed(views: AsyncIterable<unknown>): AsyncGenerator<string> {
  let separator = '';
  for await (const view of views) {
    yield separator + JSON.stringify(view);
    separator = ',';
  }
}
