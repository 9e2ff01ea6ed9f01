import type { Logger } from 'pino';
import type { Config, Secrets } from './config.ts';
import type { Bus } from './events/bus.ts';
import type { FileStore } from './files/file-store.ts';
import type { SessionStore } from './http/session-store/session-store.ts';
import type { Embedder } from './lib/embeddings.ts';
import type { Passwords } from './lib/passwords.ts';
import type { Mailer } from './mail/mailer.ts';
import type { Measures } from './modules/system/measures.ts';
import type { IStorage } from './storage/storage.ts';

/** What every module is given. Built once in the composition root; a test overrides single members. */
export interface Deps {
  config: Config;
  secrets: Secrets;
  storage: IStorage;
  /** Where sign-in sessions are kept: in Postgres beside the rest, or in memory with the rest. */
  sessionStore: SessionStore;
  /** The bytes of files; what they are called and who may read them is in storage. */
  files: FileStore;
  passwords: Passwords;
  /** Undefined: there is no mail server; links are logged instead. */
  mailer?: Mailer | undefined;
  /** Undefined: passages are found by their words alone. */
  embedder?: Embedder | undefined;
  bus: Bus;
  /** Where is counted what is done, for `/metrics`; undefined: nobody counts. */
  measures?: Measures | undefined;
  log: Logger;
  now(): Date;
  /** A fresh UUIDv7. */
  newId(): string;
}
