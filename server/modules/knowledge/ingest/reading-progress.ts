import type { DocumentStatus } from '../../../../shared/knowledge-vocabulary.ts';
import type { Job } from '../../../../shared/schema.ts';
import type { Bus } from '../../../events/bus.ts';
import type { JobContext } from '../../../jobs/job-handler.ts';
import type { DocumentChange } from '../../../storage/repositories/documents.ts';

/** Progress is written at most this often. */
const intervalMs = 500;

export interface ReadingProgress {
  /** Stores the step before it begins. @throws JobLostError when the job is not this handler's any more */
  step(status: DocumentStatus): Promise<void>;
  /** Notes how far the step is. Never throws and never waits. */
  note(done: number, total: number): void;
  /** Resolves when nothing more is being written. */
  settle(): Promise<void>;
}

/** Tells the document's row, and through it the dashboard, how far its reading is. */
export function createReadingProgress(job: Job, context: Pick<JobContext, 'hold' | 'log'>, bus: Bus): ReadingProgress {
  const { clientId, subjectId } = job;
  let writing: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  let lastWriteAt = 0;
  let progress = 0;

  async function write(change: DocumentChange): Promise<void> {
    lastWriteAt = performance.now();
    const document = await context.hold((scope) => scope.forClient(clientId).documents.update(subjectId, change));
    bus.publish('document.changed', { clientId, document });
  }

  function writeProgress(): void {
    timer = undefined;
    // Whoever lost the job is told by its signal; the database may be back for the next write.
    writing = write({ progress }).catch((error: unknown) => {
      context.log.debug({ event: 'reading.progress-not-written', clientId, documentId: subjectId, err: error });
    });
  }

  async function settle(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    await writing;
  }

  return {
    async step(status) {
      await settle();
      progress = 0;
      await write({ status, statusReason: null, progress });
    },
    note(done, total) {
      const next = total > 0 ? Math.min(1_000, Math.floor((done / total) * 1_000)) : 0;
      if (next === progress) return;
      progress = next;
      timer ??= setTimeout(writeProgress, Math.max(0, lastWriteAt + intervalMs - performance.now()));
    },
    settle,
  };
}
