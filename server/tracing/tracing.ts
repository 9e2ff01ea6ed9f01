import { AsyncLocalStorage } from 'node:async_hooks';

/** What is told about a piece of work: names, numbers and ids; never bodies, tokens or addresses. */
export type SpanAttributes = Record<string, string | number | boolean>;

/** A piece of work that begins. */
export interface SpanStart {
  /** Of few different values: `GET /conversations/:id`, `job answer`. */
  name: string;
  /** `server`: somebody asks us; `client`: we ask somebody; `consumer`: we work on what was left for us. */
  kind: 'server' | 'client' | 'consumer' | 'internal';
  attributes: SpanAttributes;
  /** The `traceparent` of who asked for it; without it, or when it is malformed, the work that is under way here counts. */
  traceparent?: string | undefined;
}

/** A piece of work that is under way. */
export interface Span {
  /** 32 and 16 hexadecimal digits. */
  readonly traceId: string;
  readonly spanId: string;
  /** For whoever is asked in the course of it. */
  readonly traceparent: string;
  set(attributes: SpanAttributes): void;
  /** It went wrong; `reason` is a name, not a message. */
  fail(reason: string): void;
  end(): void;
}

/** Sends what was traced to where it is looked at. */
export interface Tracer {
  start(span: SpanStart, parent: Span | undefined): Span;
  /** Sends what waits, for a few seconds at most. Never rejects. */
  close(): Promise<void>;
}

/** For work that nobody traces: everything may be told to it. */
const untraced: Pick<Span, 'set' | 'fail'> = { set() {}, fail() {} };

let tracing: { tracer: Tracer; active: AsyncLocalStorage<Span> } | undefined;

/** Traces all work of this process from now on. Where it is never called, tracing costs a comparison. */
export function startTracing(tracer: Tracer): void {
  tracing = { tracer, active: new AsyncLocalStorage() };
}

/** Ends it, and sends what waits. Harmless when nothing is traced. */
export async function stopTracing(): Promise<void> {
  const ended = tracing?.tracer;
  tracing = undefined;
  await ended?.close();
}

/** Whether anything is traced: for callers to whom even the attributes cost something. */
export function isTracing(): boolean {
  return tracing !== undefined;
}

/**
 * Does `work` as a span of the trace that is under way, or of a new one. What it throws is thrown on, and the span says
 * under which name it was thrown.
 */
export async function traced<T>(start: SpanStart, work: (span: typeof untraced) => Promise<T>): Promise<T> {
  if (tracing === undefined) return work(untraced);
  const { tracer, active } = tracing;
  const span = tracer.start(start, active.getStore());
  try {
    return await active.run(span, () => work(span));
  } catch (error) {
    span.fail(error instanceof Error ? error.name : 'unknown');
    throw error;
  } finally {
    span.end();
  }
}

/** Opens a span within the one under way; to be ended by the caller. Undefined where there is none to belong to. */
export function openSpan(start: SpanStart): Span | undefined {
  const parent = tracing?.active.getStore();
  return parent && tracing?.tracer.start(start, parent);
}

/** Does what belongs to nobody who happens to have set it off. */
export function outsideTraces<T>(work: () => T): T {
  return tracing === undefined ? work() : tracing.active.exit(work);
}

/** The work that is under way; undefined when it is not traced. */
export function currentSpan(): Omit<Span, 'end'> | undefined {
  return tracing?.active.getStore();
}
