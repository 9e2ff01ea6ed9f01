import { AsyncLocalStorage } from 'node:async_hooks';
import { outsideTraces } from '../tracing/tracing.ts';

const underWay = new AsyncLocalStorage<string>();

/** Does `work` for a request: every line of the log that is written in the course of it names the request. */
export function withinRequest<T>(requestId: string, work: () => T): T {
  return underWay.run(requestId, work);
}

/** The request that this is done for; undefined when it is done for none. */
export function currentRequestId(): string | undefined {
  return underWay.getStore();
}

/** Does what belongs to no request and to no trace, whoever happens to have set it off. */
export function onItsOwn<T>(work: () => T): T {
  return underWay.exit(() => outsideTraces(work));
}
