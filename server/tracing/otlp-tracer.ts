import type { Context, Span as OtelSpan, SpanContext } from '@opentelemetry/api';
import type { Span, SpanStart, Tracer } from './tracing.ts';

export interface TracingSettings {
  /** Of the collector, as in `http://localhost:4318`: traces go to `/v1/traces` below it. */
  endpoint: string;
  /** Sent with every request to it, as a key. */
  headers: Record<string, string>;
  serviceName: string;
  /** Which share of traces is kept, from 0 to 1. */
  share: number;
}

/** The end of the process waits no longer than this for the collector. */
const closeMs = 3_000;

/**
 * Sends spans to a collector as OTLP over HTTP, in batches. A collector that is away costs the spans and nothing else.
 * The packages are loaded only here.
 */
export async function createOtlpTracer({ endpoint, headers, serviceName, share }: TracingSettings): Promise<Tracer> {
  const api = await import('@opentelemetry/api');
  const sdk = await import('@opentelemetry/sdk-trace');
  const { resourceFromAttributes } = await import('@opentelemetry/resources');
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http');
  const url = `${endpoint.replace(/\/+$/, '')}/v1/traces`;
  // Which traces are kept follows from their id, so that all processes keep the same ones; a stranger who sends a
  // `traceparent` cannot have more kept.
  const ratio = new sdk.TraceIdRatioBasedSampler(share);
  const provider = new sdk.TracerProvider({
    resource: resourceFromAttributes({ 'service.name': serviceName }),
    sampler: new sdk.ParentBasedSampler({ root: ratio, remoteParentSampled: ratio }),
    spanProcessors: [
      new sdk.BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url, headers, timeoutMillis: 5_000 }) }),
    ],
  });
  const tracer = provider.getTracer('confab');
  const kinds = {
    server: api.SpanKind.SERVER,
    client: api.SpanKind.CLIENT,
    consumer: api.SpanKind.CONSUMER,
    internal: api.SpanKind.INTERNAL,
  };

  class OtlpSpan implements Span {
    readonly span: OtelSpan;
    readonly traceId: string;
    readonly spanId: string;
    readonly traceparent: string;
    constructor(span: OtelSpan) {
      const { traceId, spanId, traceFlags } = span.spanContext();
      this.span = span;
      this.traceId = traceId;
      this.spanId = spanId;
      this.traceparent = `00-${traceId}-${spanId}-${(traceFlags & 1).toString().padStart(2, '0')}`;
    }
    set(attributes: SpanStart['attributes']): void {
      this.span.setAttributes(attributes);
    }
    fail(reason: string): void {
      this.span.setStatus({ code: api.SpanStatusCode.ERROR, message: reason });
    }
    end(): void {
      this.span.end();
    }
  }

  return {
    start({ name, kind, attributes, traceparent }, parent) {
      const context = contextOf(readTraceparent(traceparent) ?? (parent as OtlpSpan | undefined)?.span.spanContext());
      return new OtlpSpan(tracer.startSpan(name, { kind: kinds[kind], attributes }, context));
    },
    async close() {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, closeMs);
      });
      await Promise.race([provider.shutdown().catch(() => undefined), late]);
      clearTimeout(timer);
    },
  };

  function contextOf(parent: SpanContext | undefined): Context {
    return parent === undefined ? api.ROOT_CONTEXT : api.trace.setSpanContext(api.ROOT_CONTEXT, parent);
  }
}

const traceparentForm = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/;

/** What a caller says about the trace it asks in (W3C Trace Context); undefined when it says nothing of use. */
function readTraceparent(header: string | undefined): (SpanContext & { isRemote: true }) | undefined {
  const [, traceId, spanId, flags] = traceparentForm.exec(header ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, isRemote: true };
}
