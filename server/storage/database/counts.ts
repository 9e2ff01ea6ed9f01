import { type SQL, sql } from 'drizzle-orm';
import type { ConversationStatus } from '../../../shared/conversation-vocabulary.ts';
import type { ClientId } from '../../../shared/ids.ts';
import { limits } from '../../../shared/limits.ts';
import { conversations } from '../../../shared/schema.ts';
import type { CountsRepository } from '../repositories/counts.ts';
import type { Handle } from './handle.ts';
import { owned } from './scope.ts';

type Counts = Record<ConversationStatus | 'unread', number>;

export class DatabaseCounts implements CountsRepository {
  readonly #handle: Handle;
  readonly #clientId: ClientId;

  constructor(handle: Handle, clientId: ClientId) {
    this.#handle = handle;
    this.#clientId = clientId;
  }

  async conversations(): Promise<Counts> {
    // Spelled out as the partial index has it; with parameters a plan could not use the index.
    const unread = sql`agent_read_sequence < last_sequence and status in ('open', 'waiting')`;
    const { rows } = await this.#handle.readOnReplica((db) =>
      db.execute(sql`select ${this.#upToMax(sql`status = 'open'`)} as open,
        ${this.#upToMax(sql`status = 'waiting'`)} as waiting,
        ${this.#upToMax(sql`status = 'snoozed'`)} as snoozed,
        ${this.#upToMax(sql`status = 'closed'`)} as closed,
        ${this.#upToMax(unread)} as unread`),
    );
    return rows[0] as unknown as Counts;
  }

  /** Stops reading the index at the bound, so that a count costs no more with a million rows. */
  #upToMax(condition: SQL): SQL {
    const max = sql.raw(String(limits.conversationCountMax));
    const where = owned(conversations, this.#clientId, condition);
    return sql`(select count(*)::integer from (select 1 from ${conversations} where ${where} limit ${max}) counted)`;
  }
}
