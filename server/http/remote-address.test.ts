import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { createRemoteAddressOf } from './remote-address.ts';

const from = (forwarded: string | undefined): IncomingMessage =>
  ({ socket: { remoteAddress: '192.0.2.9' }, headers: { 'x-forwarded-for': forwarded } }) as unknown as IncomingMessage;

test('nobody is believed about an address unless the operator says that a proxy is there', () => {
  expect(createRemoteAddressOf(0)(from('203.0.113.1'))).toBe('192.0.2.9');
});

test('of a list of addresses the one counts that the trusted proxies have seen, not what the sender has put before it', () => {
  const forwarded = '10.0.0.1, 198.51.100.66, 203.0.113.1';
  expect(createRemoteAddressOf(1)(from(forwarded))).toBe('203.0.113.1');
  expect(createRemoteAddressOf(2)(from(forwarded))).toBe('198.51.100.66');
  expect(createRemoteAddressOf(1)(from(undefined))).toBe('192.0.2.9');
});
