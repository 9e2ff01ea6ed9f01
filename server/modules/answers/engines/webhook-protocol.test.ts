import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildRequest, readReply, replyBytesMax, type WebhookReply } from './webhook-protocol.ts';

const question = {
  sessionId: '0199aaaa-0000-7000-8000-000000000001',
  chatInput: 'Where is my order? 📦',
  metadata: { conversationId: 'c-1', messageId: 'm-1', widgetId: 'w-1', page: '/pricing' },
  secret: 's3cret',
  deliveryId: 'd-1',
  now: new Date('2026-11-21T06:00:00.900Z'),
};

describe('buildRequest', () => {
  test('says what n8n’s own chat says', () => {
    const { headers, body } = buildRequest(question);
    expect(JSON.parse(body)).toEqual({
      action: 'sendMessage',
      sessionId: question.sessionId,
      chatInput: question.chatInput,
      metadata: question.metadata,
    });
    expect(headers).toMatchObject({ 'content-type': 'application/json', 'x-confab-delivery': 'd-1' });
  });

  test('signs time and body, so that neither can be changed', () => {
    const { headers, body } = buildRequest(question);
    const [, time, signature] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(headers['x-confab-signature']!)!;
    expect(Number(time)).toBe(Date.parse('2026-11-21T06:00:00Z') / 1000);
    expect(signature).toBe(createHmac('sha256', 's3cret').update(`${time}.${body}`).digest('hex'));
  });

  test('does not sign without a secret', () => {
    expect(buildRequest({ ...question, secret: undefined }).headers).not.toHaveProperty('x-confab-signature');
  });

  test('is the same request when it is built again', () => {
    expect(buildRequest(question)).toEqual(buildRequest(question));
  });
});

interface Sent {
  status?: number;
  type?: string;
  /** Bytes of each part of the body; the whole body in one part when it is left out. */
  partBytes?: number;
  breaksOff?: boolean;
}

async function read(body: string | Buffer, { status = 200, type, partBytes, breaksOff }: Sent = {}) {
  const bytes = Buffer.from(body);
  async function* parts() {
    const size = partBytes ?? Math.max(bytes.length, 1);
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    if (breaksOff) throw new Error('socket closed');
  }
  const pieces: string[] = [];
  const headers = new Headers(type === undefined ? {} : { 'content-type': type });
  const ok = status >= 200 && status < 300;
  const reply = await readReply({ ok, status, headers, body: parts() }, { onText: (piece) => pieces.push(piece) });
  return { reply, pieces };
}

const replyTo = async (body: string | Buffer, sent?: Sent): Promise<WebhookReply> => (await read(body, sent)).reply;
const answer = (text: string, metadata = {}) => ({ kind: 'answer', text, metadata });
const failure = (reason: string | RegExp) => ({ kind: 'failed', reason: expect.stringMatching(reason) });

describe('an answer in one value', () => {
  test.each([
    ['output', { output: 'Yes.', text: 'no', message: 'no' }, answer('Yes.', { text: 'no', message: 'no' })],
    ['text', { text: 'Yes.', message: 'no' }, answer('Yes.', { message: 'no' })],
    ['message', { message: 'Yes.' }, answer('Yes.')],
    ['text where output is null', { output: null, text: 'Yes.' }, answer('Yes.', { output: null })],
    ['the inner text of a parsed output', { output: { output: 'Yes.', score: 1 } }, answer('Yes.', { score: 1 })],
    ['what stands beside the text as metadata', { output: 'Yes.', sources: ['a'] }, answer('Yes.', { sources: ['a'] })],
    ['the items of a list', [{ output: 'One.' }, { text: 'Two.' }], answer('One.\n\nTwo.')],
    ['a list of one item with its metadata', [{ output: 'One.', id: 1 }], answer('One.', { id: 1 })],
    ['items as nodes pass them on', [{ json: { output: 'One.' }, pairedItem: { item: 0 } }], answer('One.')],
    ['a string', 'Yes.', answer('Yes.')],
    ['a number', { output: 42 }, answer('42')],
    ['another object as indented JSON', { temperature: 21 }, answer('{\n  "temperature": 21\n}')],
  ])('reads %s', async (_, body, expected) => {
    expect(await replyTo(JSON.stringify(body))).toEqual(expected);
    expect(await replyTo(JSON.stringify(body, null, 2), { partBytes: 3 })).toEqual(expected);
  });

  test('reads plain text, in whatever type', async () => {
    expect(await replyTo('Yes.\r\nIt left.\n', { type: 'text/plain' })).toEqual(answer('Yes.\nIt left.'));
    expect(await replyTo('Yes: {not JSON}')).toEqual(answer('Yes: {not JSON}'));
    expect(await replyTo('event: the fair\ndate: today')).toEqual(answer('event: the fair\ndate: today'));
  });

  test('reads one JSON value a line that is no stream of n8n', async () => {
    expect(await replyTo('{"output":"One."}\n{"output":"Two."}\n')).toEqual(answer('One.\n\nTwo.'));
  });

  test('reads the character set that is named, and survives one that is none', async () => {
    const latin = Buffer.from('Grüße', 'latin1');
    expect(await replyTo(latin, { type: 'text/plain; charset=iso-8859-1' })).toEqual(answer('Grüße'));
    expect(await replyTo('Grüße', { type: 'text/plain; charset=nonsense' })).toEqual(answer('Grüße'));
  });

  test('reads characters that are split between parts', async () => {
    expect(await replyTo(JSON.stringify({ output: 'Grüße 📦' }), { partBytes: 1 })).toEqual(answer('Grüße 📦'));
  });

  test('keeps out what no message may hold', async () => {
    expect(await replyTo('{"output":" a\\u0000b\\ud800c ", "x":"\\u0000"}')).toEqual(answer('ab\u{fffd}c'));
  });
});

describe('an answer that comes later', () => {
  test.each([
    [{ executionStarted: true }],
    [[{ executionStarted: true, executionId: '7' }]],
    [{ message: 'Workflow was started' }],
  ])('is announced by %j', async (body) => {
    expect(await replyTo(JSON.stringify(body))).toEqual({ kind: 'later' });
  });

  test('is announced by 202 without a body', async () => {
    expect(await replyTo('', { status: 202 })).toEqual({ kind: 'later' });
  });
});

describe('a failure', () => {
  test('is every status but success, with what n8n says about it', async () => {
    const body = { code: 404, message: 'The requested webhook "x" is not registered.', hint: 'Activate it.' };
    expect(await replyTo(JSON.stringify(body), { status: 404 })).toEqual(
      failure(/^The workflow answered with status 404: .*not registered\.: Activate it\.$/),
    );
    expect(await replyTo('{"output":"Yes."}', { status: 500 })).toEqual(failure('status 500$'));
    expect(await replyTo('<html>Bad gateway</html>', { status: 502 })).toEqual(failure('status 502$'));
    expect(await replyTo('', { status: 302 })).toEqual(failure('status 302$'));
    expect(await replyTo('[]', { status: 500, breaksOff: true })).toEqual(failure('status 500$'));
  });

  test.each([
    ['an error with a status of success', '{"code":500,"message":"Bad node"}', 'error: Bad node'],
    ['an error in a field', '{"error":"No credits"}', 'error: No credits'],
    ['an error object', '{"error":{"message":"No credits"}}', 'error: No credits'],
    ['a web page', '<!DOCTYPE html><title>Sign in</title>', 'web page'],
  ])('is %s', async (_, body, reason) => {
    expect(await replyTo(body)).toEqual(failure(reason));
  });

  test.each(['', ' \n', '{}', '[]', 'null', '""', '{"output":""}', '{"output":"  "}', '[{}]', '[null]'])(
    'is an answer without content: %j',
    async (body) => {
      expect(await replyTo(body)).toEqual(failure('answered nothing'));
    },
  );

  test('is an answer that breaks off', async () => {
    expect(await replyTo('{"output":"Yes."}', { breaksOff: true })).toEqual(failure('broke off'));
  });

  test('is an answer too large, which is not read to its end', async () => {
    let read = 0;
    let closed = false;
    async function* endless() {
      try {
        for (;;) {
          read += 65_536;
          yield Buffer.alloc(65_536, 'x');
        }
      } finally {
        closed = true;
      }
    }
    const response = { ok: true, status: 200, headers: new Headers(), body: endless() };
    expect(await readReply(response, { onText: () => {} })).toEqual(failure('larger than 512 kB'));
    expect(read).toBeLessThanOrEqual(replyBytesMax + 65_536);
    expect(closed).toBe(true);
  });

  test('is a text longer than a message may be', async () => {
    expect(await replyTo('x'.repeat(32_001))).toEqual(failure('longer than 32,000 characters'));
  });
});

const run = (nodeId: string, runIndex = 0) => ({ nodeId, nodeName: 'AI Agent', itemIndex: 0, runIndex, timestamp: 1 });
const begin = (id: string, index?: number) => ({ type: 'begin', metadata: run(id, index) });
const item = (id: string, content: unknown, index?: number) => ({ type: 'item', content, metadata: run(id, index) });
const end = (id: string, index?: number) => ({ type: 'end', metadata: run(id, index) });
const error = (id: string, content: string, index?: number) => ({ type: 'error', content, metadata: run(id, index) });
const lines = (...chunks: (object | string)[]) =>
  chunks.map((chunk) => `${typeof chunk === 'string' ? chunk : JSON.stringify(chunk)}\n`).join('');

describe('n8n’s stream', () => {
  const simple = lines(begin('a'), item('a', 'It left '), item('a', 'yesterday.'), end('a'));

  test('is one answer, told piece by piece', async () => {
    expect(await read(simple)).toEqual({ reply: answer('It left yesterday.'), pieces: ['It left ', 'yesterday.'] });
  });

  test.each([1, 2, 3, 7, 64])('may be cut anywhere: parts of %i bytes', async (partBytes) => {
    const stream = lines(begin('a'), item('a', 'Grüße 📦 '), item('a', '漢字'), end('a'));
    const { reply, pieces } = await read(stream, { partBytes });
    expect(reply).toEqual(answer('Grüße 📦 漢字'));
    expect(pieces.join('')).toBe('Grüße 📦 漢字');
  });

  test('may lack its last line end, its begin and its end, and have CRLF', async () => {
    expect(await replyTo(simple.trimEnd())).toEqual(answer('It left yesterday.'));
    expect(await replyTo(lines(item('a', 'It left.')))).toEqual(answer('It left.'));
    expect(await replyTo(simple.replaceAll('\n', '\r\n'))).toEqual(answer('It left yesterday.'));
  });

  test('joins bubbles that are written at once in the order in which they began', async () => {
    const stream = lines(
      begin('a'),
      item('a', 'One '),
      begin('b'),
      item('b', 'Two '),
      item('a', 'and one.'),
      item('b', 'and two.'),
      end('b'),
      end('a'),
    );
    const { reply, pieces } = await read(stream);
    expect(reply).toEqual(answer('One and one.\n\nTwo and two.'));
    expect(pieces).toEqual(['One ', 'and one.', '\n\nTwo and two.']);
  });

  test('keeps runs of one node apart', async () => {
    const stream = lines(begin('a', 0), begin('a', 1), item('a', 'Second.', 1), item('a', 'First.', 0));
    expect(await replyTo(stream)).toEqual(answer('First.\n\nSecond.'));
  });

  test('says once what two nodes say alike', async () => {
    const stream = lines(begin('a'), item('a', 'Yes.'), end('a'), begin('b'), item('b', { output: 'Yes.' }), end('b'));
    expect(await read(stream)).toEqual({ reply: answer('Yes.'), pieces: ['Yes.'] });
  });

  test('reads the text of a node that answers with an object', async () => {
    const stream = lines(begin('a'), item('a', '{"output":'), item('a', '"Yes."}'), end('a'));
    expect(await read(stream)).toEqual({ reply: answer('Yes.'), pieces: [] });
  });

  test('fails when its only run fails, also after a first half', async () => {
    expect(await replyTo(lines(begin('a'), error('a', 'No credits')))).toEqual(failure('error: No credits'));
    expect(await replyTo(lines(begin('a'), item('a', 'It le'), error('a', 'No credits')))).toEqual(
      failure('error: No credits'),
    );
  });

  test('leaves out a run that failed where another one answered', async () => {
    const stream = lines(begin('a'), item('a', 'It le'), error('a', 'x'), begin('a', 1), item('a', 'It left.', 1));
    expect(await replyTo(stream)).toEqual(answer('It left.'));
  });

  test('takes a line that is no JSON as text', async () => {
    expect(await replyTo(lines(begin('a'), 'Plain line', 'and more', end('a')))).toEqual(
      answer('Plain line\nand more'),
    );
    expect(await replyTo(lines('First', begin('a'), item('a', 'Second'), end('a')))).toEqual(answer('First\n\nSecond'));
  });

  test('without any text is a failure', async () => {
    expect(await replyTo(lines(begin('a'), end('a')))).toEqual(failure('answered nothing'));
    expect(await replyTo(lines(begin('a'), item('a', ''), item('a', null), end('a')))).toEqual(
      failure('answered nothing'),
    );
  });

  test('that breaks off is a failure, whatever was told', async () => {
    const { reply, pieces } = await read(lines(begin('a'), item('a', 'It left')), { breaksOff: true });
    expect(reply).toEqual(failure('broke off'));
    expect(pieces).toEqual(['It left']);
  });

  test('tells what begins with a bracket but is no JSON', async () => {
    expect((await read(lines(begin('a'), item('a', '[Order 7](https://x.example) left.')))).pieces).toHaveLength(1);
  });
});

describe('server-sent events', () => {
  test('carry chunks of n8n', async () => {
    const stream = [begin('a'), item('a', 'Yes'), item('a', '.'), end('a')]
      .map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`)
      .join('');
    expect(await read(stream)).toEqual({ reply: answer('Yes.'), pieces: ['Yes', '.'] });
  });

  test('carry pieces of text, with the spaces at their ends', async () => {
    const stream =
      ': ping\n\nevent: message\ndata: {"text":"It left "}\n\ndata:{"text":"yesterday."}\n\ndata: [DONE]\n\n';
    expect(await read(stream, { partBytes: 5 })).toEqual({
      reply: answer('It left yesterday.'),
      pieces: ['It left ', 'yesterday.'],
    });
    expect(await replyTo('data: "It "\n\ndata: "left."\n\n')).toEqual(answer('It left.'));
  });

  test('carry an error', async () => {
    expect(await replyTo('data: {"error":{"message":"No credits"}}\n\n')).toEqual(failure('error: No credits'));
  });

  test('may lack the last blank line', async () => {
    expect(await replyTo('data: {"output":"Yes."}', { type: 'text/event-stream' })).toEqual(answer('Yes.'));
  });
});

describe('whatever is answered', () => {
  const chunk = fc.oneof(
    fc
      .constantFrom('a', 'b')
      .chain((id) => fc.constantFrom(begin(id), end(id), error(id, 'x'), begin(id, 1), end(id, 1))),
    fc.tuple(fc.constantFrom('a', 'b'), fc.string({ unit: 'binary' })).map(([id, text]) => item(id, text)),
  );
  const line = fc.oneof(
    chunk.map((value) => JSON.stringify(value)),
    fc.json(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '',
      ': ping',
      'data: {"text":"x "}',
      'data: [DONE]',
      'event: message',
      '{"output":',
      '{"executionStarted":true}',
    ),
  );
  const body = fc.oneof(
    fc.array(line).map((all) => Buffer.from(all.join('\n'))),
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  );

  test('is read the same however it is cut, and never becomes an empty answer or an exception', async () => {
    await fc.assert(
      fc.asyncProperty(body, fc.integer({ min: 1, max: 20 }), async (bytes, partBytes) => {
        const whole = await read(bytes);
        const cut = await read(bytes, { partBytes });
        expect(cut.reply).toEqual(whole.reply);
        expect(cut.pieces.join('')).toBe(whole.pieces.join(''));
        if (whole.reply.kind === 'answer') {
          expect(whole.reply.text).toBe(whole.reply.text.trim());
          expect(whole.reply.text).not.toMatch(/^$|\0/);
        }
      }),
      { numRuns: 500 },
    );
  });
});
