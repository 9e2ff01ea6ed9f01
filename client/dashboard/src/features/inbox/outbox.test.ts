import { describe, expect, it } from 'vitest';
import type { MessageView } from '../../../../../shared/contracts/conversations.ts';
import { NoAnswerError, ProblemError } from '../../lib/problem.ts';
import { aMessage } from '../../testing/builders.ts';
import { Outbox, type OutgoingMessage, retryDelayMs } from './outbox.ts';

/** An outbox whose server and clock are the test. */
function open(stored: OutgoingMessage[] = []) {
  const attempts: {
    id: string;
    conversationId: string;
    answer: (stored: MessageView) => void;
    fail: (e: unknown) => void;
  }[] = [];
  const waits: { delayMs: number; run: () => void }[] = [];
  const sent: string[] = [];
  let saved: readonly OutgoingMessage[] = stored;
  const outbox = new Outbox({
    send: (message) =>
      new Promise((answer, fail) => {
        attempts.push({ id: message.clientMessageId, conversationId: message.conversationId, answer, fail });
      }),
    onSent: (message) => sent.push(message.clientMessageId),
    load: () => stored,
    save: (messages) => {
      saved = messages;
    },
    reasonOf: (error) => (error as Error).message,
    later: (delayMs, run) => {
      const wait = { delayMs, run };
      waits.push(wait);
      return () => waits.splice(waits.indexOf(wait), 1);
    },
  });
  const write = (clientMessageId: string, conversationId = 't1') =>
    outbox.add({
      clientMessageId,
      clientId: 'c1',
      conversationId,
      content: clientMessageId,
      attachments: [],
      createdAt: '2026-11-21T12:00:00.000Z',
    });
  return { outbox, attempts, waits, sent, write, saved: () => saved };
}

const settle = () => new Promise((done) => setImmediate(done));
const storedAs = (id: string, sequence = 1) => aMessage(sequence, { clientMessageId: id, role: 'agent' });
const refusal = (status: number, retryAfterSeconds: number | null = null) =>
  new ProblemError({ type: '/problems#x', title: 'No.', status, detail: 'No.', requestId: 'r' }, retryAfterSeconds);

describe('the outbox', () => {
  it('repeats a message under the same id, waiting longer each time, until it is acknowledged', async () => {
    const { outbox, attempts, waits, sent, write } = open();
    write('a');
    for (const error of [new NoAnswerError(null), refusal(503), refusal(429)]) {
      attempts.at(-1)!.fail(error);
      await settle();
      expect(outbox.get()[0]?.state).toBe('sending');
      waits.pop()!.run();
    }
    attempts.at(-1)!.answer(storedAs('a'));
    await settle();
    expect(attempts.map((attempt) => attempt.id)).toEqual(['a', 'a', 'a', 'a']);
    expect(sent).toEqual(['a']);
    expect(outbox.get()).toEqual([]);
    expect([1, 2, 3, 4, 5, 6, 7, 20].map(retryDelayMs)).toEqual([1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000]);
  });

  it('does not come back before the time that the server names, and not too soon when that is short', async () => {
    const { attempts, waits, write } = open();
    write('a');
    attempts[0]!.fail(refusal(429, 42));
    await settle();
    expect(waits.at(-1)!.delayMs).toBe(42_000);
    waits.pop()!.run();
    attempts[1]!.fail(refusal(503, 1));
    await settle();
    expect(waits.at(-1)!.delayMs).toBe(retryDelayMs(2));
  });

  it('sends one at a time per conversation, in the order written', async () => {
    const { attempts, sent, write } = open();
    write('a');
    write('b');
    write('x', 't2');
    expect(attempts.map((attempt) => attempt.id)).toEqual(['a', 'x']);
    attempts[0]!.answer(storedAs('a'));
    await settle();
    expect(attempts.map((attempt) => attempt.id)).toEqual(['a', 'x', 'b']);
    expect(sent).toEqual(['a']);
  });

  it('marks a refused message failed with the reason, lets those behind it pass, and retries it under its id', async () => {
    const { outbox, attempts, write } = open();
    write('a');
    write('b');
    attempts[0]!.fail(refusal(403));
    await settle();
    expect(outbox.get()[0]).toMatchObject({ clientMessageId: 'a', state: 'failed', reason: 'No.' });
    expect(attempts.at(-1)!.id).toBe('b');
    attempts.at(-1)!.answer(storedAs('b'));
    await settle();
    outbox.retry('a');
    expect(attempts.at(-1)!.id).toBe('a');
    attempts.at(-1)!.answer(storedAs('a', 2));
    await settle();
    expect(outbox.get()).toEqual([]);
  });

  it('gives up a refused message when asked to, and never one that may still be stored', async () => {
    const { outbox, attempts, write } = open();
    write('a');
    outbox.discard('a');
    expect(outbox.get()).toHaveLength(1);
    attempts[0]!.fail(refusal(404));
    await settle();
    outbox.discard('a');
    expect(outbox.get()).toEqual([]);
  });

  it('counts a message once when the socket tells of it before the answer comes', async () => {
    const { outbox, attempts, sent, write } = open();
    write('a');
    outbox.acknowledge(storedAs('a'));
    attempts[0]!.answer(storedAs('a'));
    await settle();
    expect(sent).toEqual(['a']);
    expect(outbox.get()).toEqual([]);
  });

  it('forgets an error that comes after the socket told of the message', async () => {
    const { outbox, attempts, waits, write } = open();
    write('a');
    outbox.acknowledge(storedAs('a'));
    attempts[0]!.fail(new NoAnswerError(null));
    await settle();
    expect(outbox.get()).toEqual([]);
    expect(waits).toEqual([]);
  });

  it('goes on after a reload with what was left, under the same ids', async () => {
    const first = open();
    first.write('a');
    first.write('b');
    const second = open([...first.saved()]);
    second.outbox.resume();
    expect(second.attempts.map((attempt) => attempt.id)).toEqual(['a']);
    second.attempts[0]!.answer(storedAs('a'));
    await settle();
    expect(second.attempts.map((attempt) => attempt.id)).toEqual(['a', 'b']);
  });

  it('does not wait when told that the connection is back', async () => {
    const { outbox, attempts, waits, write } = open();
    write('a');
    attempts[0]!.fail(new NoAnswerError(null));
    await settle();
    expect(waits).toHaveLength(1);
    outbox.hurry();
    expect(waits).toHaveLength(0);
    expect(attempts).toHaveLength(2);
  });
});
