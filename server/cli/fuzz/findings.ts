import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { faultOfProblem } from '../../testing/problem-fault.ts';
import type { Draw } from './draw.ts';
import type { Answer } from './wire.ts';

export interface Finding {
  what: string;
  /** How to do it again. */
  repeat: string;
}

/** Findings, the first of each kind with how to repeat it. */
export class Findings {
  readonly all: Finding[] = [];
  /** By kind: how often. */
  readonly counts = new Map<string, number>();
  #folder: string | undefined;

  add(kind: string, detail: string, repeat: () => string): void {
    const count = (this.counts.get(kind) ?? 0) + 1;
    this.counts.set(kind, count);
    if (count === 1) this.all.push({ what: `${kind}: ${detail}`, repeat: repeat() });
  }

  /** A command for a shell; a body that is no short text lies in a file beside. */
  curl({ method, path, headers, body }: Draw): string {
    const given = Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`);
    return [
      `curl -i -X ${method} --path-as-is "$ORIGIN"${quoted(path)}`,
      ...given,
      ...(body ? [`--data-binary ${this.#data(body)}`] : []),
    ].join(' ');
  }

  #data(body: Buffer): string {
    const text = body.toString();
    if (body.length < 2_000 && /^[\x20-\x7e]*$/.test(text) && !text.startsWith('@')) return quoted(text);
    this.#folder ??= mkdtempSync(join(tmpdir(), 'confab-fuzz-'));
    const file = join(this.#folder, `body-${this.all.length}`);
    writeFileSync(file, body);
    return `@${file}`;
  }
}

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/** As `forbidden` says it; within their own client agents may well be told what they may not do. */
const foreignClient = "clientId is another client's";
const refusals = [400, 401, 403, 404, 405, 408, 409, 410, 413, 415, 429, 431, 503];

/** What is wrong with an answer, by kind; empty when nothing is. `marks` are those of clients it may not tell of. */
export function judge(draw: Draw, answer: Answer, marks: readonly string[]): [kind: string, detail: string][] {
  const faults: [string, string][] = [];
  const { status, headers } = answer;
  const text = answer.body.toString();
  const told = `${JSON.stringify(headers)}${text}`;
  const short = text.slice(0, 300);
  for (const mark of marks) {
    if (told.includes(mark)) faults.push([`${draw.operation} tells of another client`, short]);
  }
  if (draw.forbidden !== undefined && status < 400) {
    faults.push([`${draw.operation} answers ${status} although ${draw.forbidden}`, short]);
  }
  if (draw.forbidden === foreignClient && text.includes('#not-permitted')) {
    faults.push([`${draw.operation} admits that there is another client's object`, short]);
  }
  if (headers['x-evil'] !== undefined) faults.push([`${draw.operation} lets a header in`, short]);
  if (status >= 400 && draw.method !== 'HEAD') {
    const fault = faultOfProblem({ status, headers, text, json: parsed(text) ?? {} }, refusals);
    if (fault !== undefined) faults.push([`${draw.operation} ${status}`, fault]);
    if (status === 503 && headers['retry-after'] === undefined)
      faults.push([`${draw.operation} 503`, 'no Retry-After']);
  } else if (headers['content-type']?.includes('json') && draw.method !== 'HEAD' && parsed(text) === undefined) {
    faults.push([`${draw.operation} answers no JSON`, short]);
  }
  return faults;
}

// biome-ignore lint/suspicious/noExplicitAny: whatever was answered
function parsed(text: string): any {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
