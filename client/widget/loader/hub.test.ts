import { expect, test } from 'vitest';
import { createHub, type Hub, offer, replay, type Stub } from './hub.ts';
import type { WidgetApi } from './widget.ts';

const methods = [
  'open',
  'close',
  'toggle',
  'show',
  'hide',
  'identify',
  'logout',
  'destroy',
  'on',
  'off',
  'sendMessage',
  'setContext',
] as const;

function recordingApi(calls: unknown[][], name: string): WidgetApi {
  const entries = methods.map((method) => [method, (...rest: unknown[]) => calls.push([name, method, ...rest])]);
  return Object.fromEntries(entries) as unknown as WidgetApi;
}

function addWidget(hub: Hub, calls: unknown[][], key: string): void {
  const api = recordingApi(calls, key);
  hub.widgets.push({ key, config: undefined, api });
  offer(hub, api);
}

/** As a page writes it before the script is there. */
function pageStub(): Stub & Record<string, (...rest: unknown[]) => void> & ((...rest: unknown[]) => void) {
  const stub = ((...rest: unknown[]) => {
    stub.q = stub.q ?? [];
    stub.q.push(rest);
  }) as ReturnType<typeof pageStub>;
  for (const method of methods) stub[method] = (...rest: unknown[]) => stub(method, ...rest);
  return stub;
}

test('calls made before the script is there are done in order, in either form', () => {
  const calls: unknown[][] = [];
  const stub = pageStub();
  const listener = () => {};
  stub('open');
  stub.sendMessage?.('Hello');
  stub.on?.('message', listener);
  const hub = createHub();
  addWidget(hub, calls, 'first');
  replay(hub, stub);
  expect(calls).toEqual([
    ['first', 'open'],
    ['first', 'sendMessage', 'Hello'],
    ['first', 'on', 'message', listener],
  ]);
});

test('who still holds the stub afterwards is heard at once', () => {
  const calls: unknown[][] = [];
  const stub = pageStub();
  stub('open');
  const hub = createHub();
  addWidget(hub, calls, 'first');
  replay(hub, stub);
  stub.close?.();
  stub('hide');
  expect(calls.slice(1)).toEqual([
    ['first', 'close'],
    ['first', 'hide'],
  ]);
});

test('a page that put something else there is left in peace', () => {
  const hub = createHub();
  expect(() => replay(hub, {})).not.toThrow();
});

test('the plain names mean the first widget, a key means its own', () => {
  const calls: unknown[][] = [];
  const hub = createHub();
  addWidget(hub, calls, 'first');
  addWidget(hub, calls, 'second');
  hub.open();
  hub('setContext', { plan: 'pro' });
  hub.widget('second')?.open();
  expect(calls).toEqual([
    ['first', 'open'],
    ['first', 'setContext', { plan: 'pro' }],
    ['second', 'open'],
  ]);
  expect(hub.widget('third')).toBeUndefined();
});

test('calls to no widget and to no method are no errors', () => {
  const hub = createHub();
  expect(() => hub('open')).not.toThrow();
  addWidget(hub, [], 'first');
  expect(() => hub('fly' as never)).not.toThrow();
});
