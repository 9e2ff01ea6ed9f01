import { getTableColumns, type Table } from 'drizzle-orm';
import type { ClientId } from '../../shared/ids.ts';
import {
  type Conversation,
  conversationNotes,
  conversationRatings,
  conversations,
  documents,
  type KnowledgeDocument,
  type Message,
  messages,
  type Note,
  type Rating,
} from '../../shared/schema.ts';
import type { ClientStorage } from '../storage/storage.ts';
import type { EventName, Events } from './bus.ts';

/** The rows that events hold, by the name they have there; only in these may an event hold instants. */
interface Rows {
  message: Message;
  conversation: Conversation;
  note: Note;
  rating: Rating;
  document: KnowledgeDocument;
}

/** Instants of each row; a `Date` anywhere else, in `metadata` above all, is a text and stays one. */
const instants: { [Name in keyof Rows]: string[] } = {
  message: instantsOf(messages),
  conversation: instantsOf(conversations),
  note: instantsOf(conversationNotes),
  rating: instantsOf(conversationRatings),
  document: instantsOf(documents),
};

/** Does not compile when an event holds an instant outside of a known row: it would arrive as a text. */
type WithoutInstants<Event> = { [Key in keyof Event as Exclude<Key, keyof Rows>]: NoDate<Event[Key]> };
type NoDate<Value> = Value extends Date
  ? never
  : Value extends object
    ? { [Key in keyof Value]: NoDate<Value[Key]> }
    : Value;
type Relayable = { [Name in EventName]: Events[Name] extends WithoutInstants<Events[Name]> ? true : Name };
type Check<_AllAre extends true> = true;
export type EveryEventIsRelayable = Check<Relayable[EventName]>;

/** An event as it travels: whole, or, where that is too long, with ids in place of rows (`1` at the end). */
export type WireEvent = [name: EventName, event: Record<string, unknown>, byIds?: 1];

/** The event as JSON of at most `bytesMax` bytes; undefined when even its ids do not fit. */
export function encodeEvent(name: EventName, event: Events[EventName], bytesMax: number): string | undefined {
  const whole = JSON.stringify([name, event]);
  // No character takes more than three bytes, so that most need no counting.
  if (whole.length * 3 <= bytesMax || Buffer.byteLength(whole) <= bytesMax) return whole;
  const short = JSON.stringify([name, withIds(event), 1]);
  return Buffer.byteLength(short) <= bytesMax ? short : undefined;
}

/** The event as it was, with its rows read anew where they did not travel; undefined when they are gone. */
export function decodeEvent(
  [, event, byIds]: WireEvent,
  storageOf: (clientId: ClientId) => ClientStorage,
): Events[EventName] | Promise<Events[EventName] | undefined> {
  if (byIds === 1) return readRows(event, storageOf(event.clientId as ClientId));
  for (const name of Object.keys(instants) as (keyof Rows)[]) {
    const row = event[name] as Record<string, unknown> | undefined;
    if (row === undefined) continue;
    for (const field of instants[name]) {
      const value = row[field];
      if (typeof value === 'string') row[field] = new Date(value);
    }
  }
  return event as unknown as Events[EventName];
}

function withIds(event: object): Record<string, unknown> {
  const short: Record<string, unknown> = { ...event };
  const { message, conversation, note, rating, document } = event as Partial<Rows>;
  if (message) short.message = { id: message.id, conversationId: message.conversationId };
  if (conversation) short.conversation = { id: conversation.id };
  if (note) short.note = { id: note.id, conversationId: note.conversationId };
  if (rating) short.rating = { conversationId: rating.conversationId };
  if (document) short.document = { id: document.id };
  return short;
}

async function readRows(
  event: Record<string, unknown>,
  storage: ClientStorage,
): Promise<Events[EventName] | undefined> {
  const read: Record<string, unknown> = { ...event };
  const { message, conversation, note, rating, document } = event as Partial<Rows>;
  if (message) read.message = await storage.messages.find(message.conversationId, message.id);
  if (conversation) read.conversation = await storage.conversations.find(conversation.id);
  if (note) read.note = await storage.notes.find(note.conversationId, note.id);
  if (rating) read.rating = await storage.ratings.find(rating.conversationId);
  if (document) read.document = await storage.documents.find(document.id);
  const isGone = (Object.keys(instants) as (keyof Rows)[]).some((name) => name in event && !read[name]);
  return isGone ? undefined : (read as unknown as Events[EventName]);
}

function instantsOf(table: Table): string[] {
  return Object.entries(getTableColumns(table)).flatMap(([name, column]) => (column.dataType === 'date' ? [name] : []));
}
