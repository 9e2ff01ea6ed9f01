import { describe, expect, it } from 'vitest';
import type { DocumentView } from '../../../../../shared/contracts/knowledge.ts';
import { limits } from '../../../../../shared/limits.ts';
import { NoAnswerError, ProblemError } from '../../lib/problem.ts';
import { UploadQueue } from './upload-queue.ts';

interface Sent {
  name: string;
  isCancelled: boolean;
  progress: (done: number) => void;
  take: () => Promise<void>;
  fail: (error: unknown) => Promise<void>;
}

function world() {
  const sent: Sent[] = [];
  const taken: string[] = [];
  const queue = new UploadQueue({
    send(_file, name, progress) {
      let resolve!: (document: DocumentView) => void;
      let reject!: (error: unknown) => void;
      const answer = new Promise<DocumentView>((yes, no) => {
        resolve = yes;
        reject = no;
      });
      const settled = () => answer.then(() => {}).catch(() => {});
      const one: Sent = {
        name,
        isCancelled: false,
        progress,
        take: () => {
          resolve({ name } as DocumentView);
          return settled();
        },
        fail: (error) => {
          reject(error);
          return settled();
        },
      };
      sent.push(one);
      return {
        answer,
        cancel: () => {
          one.isCancelled = true;
        },
      };
    },
    onTaken: ({ name }) => taken.push(name),
  });
  const shown = () => queue.entries.get().map(({ name, state, progress }) => `${name} ${state} ${progress}`);
  const keyOf = (name: string) => queue.entries.get().find((entry) => entry.name === name)!.key;
  return { queue, sent, taken, shown, keyOf };
}

const file = (name: string, size = 3) => ({ name, size }) as File;
const refusal = new ProblemError({
  type: 'x#validation-failed',
  title: 'Not valid',
  status: 422,
  detail: 'Not a document.',
  requestId: 'r',
});

describe('files that are uploaded', () => {
  it('go two at a time, tell how far they are, and leave the list once taken', async () => {
    const { queue, sent, taken, shown } = world();
    queue.add([file('a'), file('b'), file('c')]);
    sent[0]!.progress(0.5);
    expect(shown()).toEqual(['a sending 0.5', 'b sending 0', 'c waiting 0']);
    await sent[0]!.take();
    expect(shown()).toEqual(['b sending 0', 'c sending 0']);
    expect(taken).toEqual(['a']);
  });

  it('can be tried again after the network failed, but not what the server refused', async () => {
    const { queue, sent, shown, keyOf } = world();
    queue.add([file('a'), file('b')]);
    await sent[0]!.fail(new NoAnswerError(null));
    await sent[1]!.fail(refusal);
    expect(queue.entries.get().map(({ mayRetry }) => mayRetry)).toEqual([true, false]);
    expect(queue.entries.get()[1]?.reason).toBe('Not a document.');
    queue.retry(keyOf('a'));
    expect(shown()[0]).toBe('a sending 0');
    expect(sent).toHaveLength(3);
  });

  it('are called off, and the next one takes the place', () => {
    const { queue, sent, shown, keyOf } = world();
    queue.add([file('a'), file('b'), file('c')]);
    queue.remove(keyOf('a'));
    expect(sent[0]?.isCancelled).toBe(true);
    expect(shown()).toEqual(['b sending 0', 'c sending 0']);
  });

  it('are not sent when they are empty or too large', () => {
    const { queue, sent, shown } = world();
    queue.add([file('empty', 0), file('huge', limits.documentBytesMax + 1)]);
    expect(shown()).toEqual(['empty failed 0', 'huge failed 0']);
    expect(sent).toEqual([]);
  });
});
