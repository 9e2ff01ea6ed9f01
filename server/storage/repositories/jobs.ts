import type { Job, JsonObject } from '../../../shared/schema.ts';

export interface NewJob {
  kind: Job['kind'];
  subjectId: string;
  payload?: JsonObject;
  /** Not before; left out: now. */
  runAt?: Date;
}

/** The client's end of the queue; who works on it uses `queue`. */
export interface JobsRepository {
  /**
   * Puts a job in the queue. One of the same kind and subject begins anew, with the new payload and no attempts; whoever
   * works on it has lost it.
   */
  enqueue(input: NewJob): Promise<Job>;

  /** Takes it out of the queue; whoever works on it has lost it. Answers whether it was there. */
  cancel(kind: Job['kind'], subjectId: string): Promise<boolean>;

  /** Undefined when there is none. */
  find(kind: Job['kind'], subjectId: string): Promise<Job | undefined>;

  /** All of one kind, by subject. */
  list(kind: Job['kind']): Promise<Job[]>;
}
