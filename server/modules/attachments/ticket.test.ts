import { expect, test } from 'vitest';
import type { ClientId } from '../../../shared/ids.ts';
import { createTickets, ticketMs } from './ticket.ts';

const clientId = '01890000-0000-7000-8000-000000000001' as ClientId;
const conversationId = '01890000-0000-7000-8000-000000000002';
const start = Date.UTC(2026, 0, 1, 12, 3);

function world(key = Buffer.alloc(32, 1)) {
  let time = start;
  const tickets = createTickets([key], () => new Date(time));
  return { ...tickets, pass: (ms: number) => (time += ms) };
}

test('opens the file it was issued for, for at least its time and at most twice as long', () => {
  const { issue, check, pass } = world();
  const ticket = issue({ clientId, conversationId, attachmentId: 'a' });

  pass(ticketMs);
  expect(check(ticket, 'a')).toEqual({ clientId, conversationId, attachmentId: 'a' });
  pass(ticketMs);
  expect(check(ticket, 'a')).toBeUndefined();
});

test('opens no other file', () => {
  const { issue, check } = world();
  expect(check(issue({ clientId, conversationId, attachmentId: 'a' }), 'b')).toBeUndefined();
});

test('is void when signed with another key or changed', () => {
  const ticket = world(Buffer.alloc(32, 2)).issue({ clientId, conversationId, attachmentId: 'a' });
  const { issue, check } = world();
  const [client, conversation, expiresAt, signature] = issue({ clientId, conversationId, attachmentId: 'a' }).split(
    '.',
  );

  expect(check(ticket, 'a')).toBeUndefined();
  expect(check(`${client}.${conversation}.${Number(expiresAt) + 1}.${signature}`, 'a')).toBeUndefined();
  expect(check(`${client}.${client}.${expiresAt}.${signature}`, 'a')).toBeUndefined();
  expect(check(`${client}.${conversation}.${expiresAt}`, 'a')).toBeUndefined();
  expect(check('', 'a')).toBeUndefined();
});
