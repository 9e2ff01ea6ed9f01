import { expect, it } from 'vitest';
import { aMessage } from '../../testing/builders.ts';
import { isWithPerson } from './with-person.ts';

const free = { assigneeId: null, handoff: null };
const handoff = { requestedBy: 'visitor', reason: null, requestedAt: '2026-11-21T12:00:00.000Z' } as const;
const asked = aMessage(1);
const byAgent = aMessage(2, { role: 'agent' });
const back = aMessage(3, { role: 'system', metadata: { handedBack: true } });

it('is with a person who is assigned, called for, or has written last', () => {
  const thread = { messages: [asked], hasOlder: false };
  expect(isWithPerson({ ...free, assigneeId: 'u1' }, thread)).toBe(true);
  expect(isWithPerson({ ...free, handoff }, thread)).toBe(true);
  expect(isWithPerson(free, { messages: [asked, byAgent], hasOlder: false })).toBe(true);
});

it('is with the assistant before any person came, and after it was handed back', () => {
  expect(isWithPerson(free, { messages: [asked], hasOlder: false })).toBe(false);
  expect(isWithPerson(free, { messages: [asked, byAgent, back], hasOlder: true })).toBe(false);
});

it('may be with a person as long as the part of the thread that tells is not read', () => {
  expect(isWithPerson(free, { messages: [asked], hasOlder: true })).toBe(true);
});
