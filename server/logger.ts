import { type Logger, type LoggerOptions, pino } from 'pino';
import { createLogThinning } from './log-thinning.ts';

/** Log lines carry an event, ids and numbers; never bodies, tokens, keys or addresses. */
export function createLogger(level: string, destination?: { write(line: string): void }): Logger {
  const options: LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    hooks: createLogThinning(),
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
