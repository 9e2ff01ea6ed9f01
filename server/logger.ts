import { type LogFn, type Logger, type LoggerOptions, pino } from 'pino';
import { currentRequestId } from './lib/request-scope.ts';
import { createLogThinning } from './log-thinning.ts';
import { currentSpan } from './tracing/tracing.ts';

/**
 * Log lines carry an event, ids and numbers; never bodies, tokens, keys or addresses. Each is one JSON object with
 * `level`, `time` and `msg`, and with the ids of the request and of the trace in which it was written, where there are such.
 */
export function createLogger(level: string, destination?: { write(line: string): void }): Logger {
  const options: LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    mixin: idsUnderWay,
    hooks: withWords(createLogThinning()),
    redact: {
      paths: [
        '*.password',
        '*.token',
        '*.key',
        '*.authorization',
        '*.cookie',
        '*.content',
        'err.parameters',
        'err.query',
      ],
      censor: '[hidden]',
    },
  };
  // Written at once: lines that wait would be flushed at the end, in a loop that never ends when nobody reads any more.
  return pino(options, destination ?? pino.destination({ dest: 1, sync: true }));
}

/** Lines whose writer gave no words say their event in words. */
function withWords({ logMethod }: NonNullable<LoggerOptions['hooks']>): NonNullable<LoggerOptions['hooks']> {
  return {
    logMethod(args, log, level) {
      const worded = function (this: Logger, ...given: Parameters<LogFn>): void {
        const [line] = given as [{ event?: string } | string | undefined];
        const event = given.length === 1 && typeof line === 'object' ? line.event : undefined;
        log.apply(this, event === undefined ? given : [line, event.replace('.', ': ').replaceAll('-', ' ')]);
      };
      return logMethod?.call(this, args, worded as LogFn, level);
    },
  };
}

/** What the line itself says of the request goes before. */
function idsUnderWay(): object {
  const requestId = currentRequestId();
  const span = currentSpan();
  const { traceId, spanId } = span ?? {};
  return { ...(requestId !== undefined && { requestId }), ...(span && { traceId, spanId }) };
}

/**
 * Says what a person is to read at the start, whatever the log level is: as it is in development, and in production as a
 * line like those of the log, so that whoever collects them finds nothing else.
 */
export function createSpeaker(
  { production }: { production: boolean },
  write: (text: string) => void = (text) => void process.stdout.write(text),
): (line: string) => void {
  if (!production) return (line) => write(`${line}\n`);
  const log = createLogger('info', { write });
  return (line) => log.info({ event: 'start' }, line.trim());
}
