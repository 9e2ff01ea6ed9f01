import type { LogFn, LoggerOptions } from 'pino';

const everyMs = 1_000;

/**
 * While storage is away every request and every timer fails for the same reason. It is said once a second, without the
 * stack of whoever was refused, and with how many were refused since it was said last; what fails for any other reason
 * is logged as it is.
 */
export function createLogThinning(nowMs: () => number = () => performance.now()): NonNullable<LoggerOptions['hooks']> {
  let saidAt = Number.NEGATIVE_INFINITY;
  let refused = 0;
  return {
    logMethod(args: Parameters<LogFn>, log) {
      const [line] = args as [unknown];
      const error = (line as { err?: unknown } | null)?.err;
      if (!isOutage(error)) return log.apply(this, args);
      refused += 1;
      if (nowMs() - saidAt < everyMs) return;
      const { event } = line as { event?: string };
      log.apply(this, [{ event: 'storage.away', first: event, refused, reason: reasonOf(error) }]);
      saidAt = nowMs();
      refused = 0;
    },
  };
}

const isOutage = (error: unknown): error is Error =>
  error instanceof Error && (error.name === 'StorageUnavailableError' || error.name === 'StorageOverloadedError');

/** What the driver says, by its code where it has one. */
function reasonOf(error: Error): string {
  const cause = error.cause as { code?: string; message?: string } | undefined;
  return cause?.code ?? cause?.message ?? error.message;
}
