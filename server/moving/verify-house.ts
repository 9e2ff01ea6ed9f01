import type { ClientId } from '../../shared/ids.ts';
import type { FileStore } from '../files/file-store.ts';
import type { TransferReader, TransferRow } from '../storage/repositories/transfer.ts';
import type { IStorage } from '../storage/storage.ts';
import { fileColumn, ownedTables, sharedTables } from './export-format.ts';
import { OrderAndReferences } from './order-and-references.ts';
import { type Progress, unheard } from './progress.ts';
import { rowsOf } from './rows-of.ts';

export interface Verified {
  /** Rows by table. */
  counts: Record<string, number>;
  /** What is not as it should be, a plain sentence each; the first hundred. */
  faults: string[];
  /** How many there are. */
  faultCount: number;
}

const faultsMax = 100;

/**
 * Looks at everything that is kept, as of one moment: that rows refer to rows that are there, that messages are numbered
 * without gaps, that what conversations say of their messages is so, and that files are in the file store as long as they
 * were.
 */
export async function verifyHouse(
  house: { storage: IStorage; files: FileStore },
  progress: Progress = unheard,
): Promise<Verified> {
  return house.storage.transfer.snapshot(async (reader) => {
    const run = new Verification(reader, house.files, progress);
    await run.all();
    return run.verified;
  });
}

class Verification {
  readonly verified: Verified = { counts: {}, faults: [], faultCount: 0 };
  readonly #reader: TransferReader;
  readonly #files: FileStore;
  readonly #progress: Progress;
  readonly #order = new OrderAndReferences();

  constructor(reader: TransferReader, files: FileStore, progress: Progress) {
    this.#reader = reader;
    this.#files = files;
    this.#progress = progress;
  }

  async all(): Promise<void> {
    for (const { name } of sharedTables) await this.#table(name);
    for await (const client of rowsOf(this.#reader, 'clients')) {
      this.#row('clients', client);
      const clientId = client.id as ClientId;
      this.#progress.step('looking at rows and files');
      for (const { name } of ownedTables) await this.#table(name, clientId);
      this.#progress.step('looking at the order of messages');
      await this.#threads(clientId);
    }
  }

  async #table(name: string, clientId?: ClientId): Promise<void> {
    for await (const row of rowsOf(this.#reader, name, clientId)) {
      this.#row(name, row);
      const key = row[fileColumn];
      if (typeof key !== 'string') continue;
      const file = await this.#files.stat(key);
      if (file === undefined) this.#fault(name, row, 'its file is not in the file store');
      else if (typeof row.sizeBytes === 'number' && file.sizeBytes !== row.sizeBytes) {
        this.#fault(
          name,
          row,
          `its file has ${file.sizeBytes} bytes in the file store and should have ${row.sizeBytes}`,
        );
      }
    }
  }

  #row(name: string, row: TransferRow): void {
    this.verified.counts[name] = (this.verified.counts[name] ?? 0) + 1;
    this.#progress.rows(name, 1);
    const fault = this.#order.faultOf(name, row);
    if (fault !== undefined) this.#fault(name, row, fault);
  }

  /** Conversations and messages are both in the order of conversations, so that one look at each is enough. */
  async #threads(clientId: ClientId): Promise<void> {
    const messages = rowsOf(this.#reader, 'messages', clientId);
    let next = await messages.next();
    for await (const conversation of rowsOf(this.#reader, 'conversations', clientId)) {
      let count = 0;
      let last: TransferRow | undefined;
      for (; !next.done && next.value.conversationId === conversation.id; next = await messages.next()) {
        count++;
        this.#progress.rows('messages', 1);
        if (next.value.sequence !== (last === undefined ? 1 : (last.sequence as number) + 1)) {
          this.#fault(
            'messages',
            next.value,
            `there is a gap before its number ${next.value.sequence} in conversation ${conversation.id}`,
          );
        }
        last = next.value;
      }
      const fault = faultOfTrace(conversation, count, last);
      if (fault !== undefined) this.#fault('conversations', conversation, fault);
    }
  }

  #fault(table: string, row: TransferRow, what: string): void {
    this.verified.faultCount++;
    const key = row.id ?? row.conversationId ?? row.documentId ?? row.userId ?? row.widgetId;
    const owner = row.clientId === undefined ? '' : ` of client ${row.clientId}`;
    if (this.verified.faults.length < faultsMax) this.verified.faults.push(`${table} ${key}${owner}: ${what}.`);
  }
}

function faultOfTrace(conversation: TransferRow, count: number, last: TransferRow | undefined): string | undefined {
  const { messageCount, lastSequence, lastMessagePreview, lastMessageRole, lastMessageAt } = conversation;
  if (messageCount !== count) return `it says that it has ${messageCount} messages, and has ${count}`;
  if (lastSequence !== (last?.sequence ?? 0))
    return `its last number is ${lastSequence} and should be ${last?.sequence ?? 0}`;
  if ((lastMessagePreview === null) !== (last === undefined)) return 'its preview is not that of its last message';
  if (last === undefined) return undefined;
  const isSameTime = (lastMessageAt as Date | null)?.getTime() === (last.createdAt as Date).getTime();
  if (lastMessageRole !== last.role || !isSameTime) return 'what it says of its last message is not so';
  return undefined;
}
