import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import type { AnswerEngine, AnswerOutcome, JobKind } from '../../../shared/knowledge-vocabulary.ts';
import type { EngineAnswer } from '../answers/engines/engine.ts';

/** How a job that this process worked on ended. */
export type JobEnding = 'done' | 'tried-again' | 'given-up' | 'handed-back' | 'lost';

/** Where the parts of the process note what they did, in seconds. Labels have few different values, never ids. */
export interface Measures {
  readonly registry: Registry;
  jobEnded(kind: JobKind, ending: JobEnding, seconds: number): void;
  /** An engine was asked. */
  engineAsked(engine: AnswerEngine, outcome: EngineAnswer['kind'], seconds: number): void;
  /** A visitor's question was settled, so long after it was asked. `silent`: a person was there. */
  questionSettled(engine: AnswerEngine, outcome: AnswerOutcome, seconds: number): void;
  fileOperation(operation: string, outcome: 'ok' | 'failed'): void;
  /** An outgoing webhook was tried, so long after it was due to be. */
  deliveryTried(outcome: 'delivered' | 'tried-again' | 'failed', seconds: number, lagSeconds: number): void;
}

/** One set for a process. The numbers of Node (memory, garbage, event loop, files open) are in it. */
export function createMeasures(): Measures {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });

  const jobs = new Counter({
    name: 'confab_jobs_ended_total',
    help: 'Jobs that this process stopped working on, by kind and by how that ended.',
    labelNames: ['kind', 'outcome'],
    registers,
  });
  const jobSeconds = new Histogram({
    name: 'confab_job_duration_seconds',
    help: 'How long this process worked on a job at a time, by kind.',
    labelNames: ['kind'],
    buckets: [0.01, 0.05, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 180, 600],
    registers,
  });
  const engines = new Counter({
    name: 'confab_engine_calls_total',
    help: 'How often an engine was asked for an answer, by what came of it.',
    labelNames: ['engine', 'outcome'],
    registers,
  });
  const engineSeconds = new Histogram({
    name: 'confab_engine_duration_seconds',
    help: 'How long an engine took for an answer.',
    labelNames: ['engine'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    registers,
  });
  const answers = new Counter({
    name: 'confab_answers_total',
    help: 'Questions of visitors that were settled, by engine and outcome.',
    labelNames: ['engine', 'outcome'],
    registers,
  });
  const answerSeconds = new Histogram({
    name: 'confab_answer_duration_seconds',
    help: 'Time from a question to its answer, by engine.',
    labelNames: ['engine'],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120],
    registers,
  });
  const files = new Counter({
    name: 'confab_file_operations_total',
    help: 'What the file store was asked for, and whether it did it.',
    labelNames: ['operation', 'outcome'],
    registers,
  });
  const deliveries = new Counter({
    name: 'confab_webhook_deliveries_total',
    help: 'Tries to deliver an outgoing webhook, by what came of them.',
    labelNames: ['outcome'],
    registers,
  });
  const deliverySeconds = new Histogram({
    name: 'confab_webhook_delivery_duration_seconds',
    help: 'How long the receiver of an outgoing webhook took.',
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  const deliveryLag = new Histogram({
    name: 'confab_webhook_delivery_lag_seconds',
    help: 'How long after it was due an outgoing webhook was tried.',
    buckets: [0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 1_800],
    registers,
  });

  return {
    registry,
    jobEnded(kind, outcome, seconds) {
      jobs.inc({ kind, outcome });
      jobSeconds.observe({ kind }, seconds);
    },
    engineAsked(engine, outcome, seconds) {
      engines.inc({ engine, outcome });
      engineSeconds.observe({ engine }, seconds);
    },
    questionSettled(engine, outcome, seconds) {
      answers.inc({ engine, outcome });
      answerSeconds.observe({ engine }, seconds);
    },
    fileOperation: (operation, outcome) => files.inc({ operation, outcome }),
    deliveryTried(outcome, seconds, lagSeconds) {
      deliveries.inc({ outcome });
      deliverySeconds.observe(seconds);
      deliveryLag.observe(lagSeconds);
    },
  };
}
