import { connect, type Socket } from 'node:net';
import type { LoadPlan, LoadResult } from './load.ts';

/**
 * The load generator's own process: as many keep-alive connections as asked for, each with one request under way, over
 * raw sockets, since an HTTP client would cost more than the server it measures.
 */
process.once('message', (plan: LoadPlan) => {
  run(plan).then(
    (result) => process.send?.(result, () => process.exit(0)),
    (error: Error) => process.send?.({ error: error.message }, () => process.exit(1)),
  );
});

async function run(plan: LoadPlan): Promise<LoadResult> {
  const startedAt = performance.now();
  const countFrom = startedAt + plan.warmUpMs;
  const deadline = countFrom + plan.measureMs;
  const latencies: number[] = [];
  let sent = 0;
  const wrong = { count: 0, first: '' };
  await Promise.all(
    Array.from({ length: plan.connections }, (_, connection) =>
      oneConnection(plan, connection, deadline, (startMs, endMs, status, head) => {
        sent += 1;
        if (status < 200 || status > 299) {
          wrong.count += 1;
          wrong.first ||= head;
        }
        if (startMs >= countFrom && endMs <= deadline) latencies.push(endMs - startMs);
      }),
    ),
  );
  latencies.sort((a, b) => a - b);
  const at = (share: number) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0;
  return {
    requestsPerSecond: latencies.length / (plan.measureMs / 1000),
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    requests: latencies.length,
    sent,
    wrong: wrong.count,
    firstWrong: wrong.first,
  };
}

async function oneConnection(
  plan: LoadPlan,
  connection: number,
  deadline: number,
  note: (startMs: number, endMs: number, status: number, head: string) => void,
): Promise<void> {
  const socket = connect({ host: plan.host, port: plan.port, noDelay: true });
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  const nextAnswer = answerReader(socket);
  for (let count = 0; performance.now() < deadline; count += 1) {
    const target = plan.targets[
      (connection + count * plan.connections) % plan.targets.length
    ] as LoadPlan['targets'][0];
    const body = target.body?.replace('%ID%', `${plan.runId}-${connection}-${count}`);
    const length =
      body === undefined ? '' : `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`;
    const startMs = performance.now();
    socket.write(
      `${target.method} ${target.path} HTTP/1.1\r\nHost: bench\r\n${target.headers}${length}\r\n${body ?? ''}`,
    );
    const { status, head } = await nextAnswer();
    note(startMs, performance.now(), status, head);
  }
  socket.destroy();
}

/** Answers in order; each needs a Content-Length, which Confab always sends. */
function answerReader(socket: Socket): () => Promise<{ status: number; head: string }> {
  let buffered: Buffer = Buffer.alloc(0);
  let waiting: { resolve(answer: { status: number; head: string }): void; reject(error: Error): void } | undefined;
  const tryAnswer = () => {
    const headEnd = buffered.indexOf('\r\n\r\n');
    if (headEnd === -1 || !waiting) return;
    const head = buffered.toString('latin1', 0, headEnd);
    const end = headEnd + 4 + Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
    if (buffered.length < end) return;
    const answer = { status: Number(head.slice(9, 12)), head };
    buffered = buffered.subarray(end);
    const { resolve } = waiting;
    waiting = undefined;
    resolve(answer);
  };
  socket.on('data', (part) => {
    buffered = buffered.length === 0 ? part : Buffer.concat([buffered, part]);
    tryAnswer();
  });
  socket.on('close', () => waiting?.reject(new Error('The server closed a connection.')));
  socket.on('error', (error) => waiting?.reject(error));
  return () =>
    new Promise((resolve, reject) => {
      waiting = { resolve, reject };
      tryAnswer();
    });
}
