import type * as z from 'zod/mini';
import type { Endpoint, InputOf } from '../../shared/contracts/endpoint.ts';
import type { Fault } from '../../shared/problems.ts';
import type { ExchangeRequest } from './exchange.ts';
import { HttpProblem, validationProblem } from './problem.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The body as a value; undefined when there is none. @throws HttpProblem for another media type, encoding or syntax */
export function parseJsonBody(request: Pick<ExchangeRequest, 'body' | 'headers'>): unknown {
  if (request.body.length === 0) return undefined;
  const mediaType = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  if (mediaType !== 'application/json' && !mediaType?.endsWith('+json')) {
    throw new HttpProblem('unsupported-media-type', 'Send the body as JSON, with Content-Type: application/json.');
  }
  let textOfBody: string;
  try {
    textOfBody = utf8.decode(request.body);
  } catch {
    throw new HttpProblem('invalid-encoding', 'The body is not valid UTF-8.');
  }
  try {
    return JSON.parse(textOfBody);
  } catch (error) {
    throw new HttpProblem('invalid-json', `The body cannot be read as JSON: ${jsonFault(error)}`);
  }
}

/** The parser's own words up to the quotation of the input, which is not repeated to the caller. */
function jsonFault(error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  const position = /position (\d+)/.exec(message)?.[1];
  return position ? `there is a mistake at character ${position}.` : 'it ends too early or is not JSON at all.';
}

/** Query parameters as an object; one that is given twice counts as a fault. */
function parseQuery(query: string, faults: Fault[]): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(query)) {
    if (Object.hasOwn(values, name)) faults.push({ parameter: name, detail: 'Given more than once.' });
    if (value.includes('\0') || value.includes('\ufffd')) {
      faults.push({ parameter: name, detail: 'Must not contain NUL characters or broken UTF-8.' });
    }
    if (name !== '__proto__') values[name] = value;
  }
  return values;
}

function bodyFault(issue: { path: PropertyKey[]; message: string }): Fault {
  const pointer = issue.path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  return { pointer: pointer === '' ? '#' : `#${pointer}`, detail: issue.message };
}

function parameterFault(issue: { path: PropertyKey[]; message: string }): Fault {
  return { parameter: String(issue.path[0] ?? ''), detail: issue.message };
}

function check<T>(
  schema: z.ZodMiniType<T> | undefined,
  value: unknown,
  faults: Fault[],
  toFault: (issue: { path: PropertyKey[]; message: string }) => Fault,
): T | undefined {
  if (!schema) return undefined;
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  for (const issue of result.error.issues) {
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) faults.push(toFault({ path: [...issue.path, key], message: 'Unknown member.' }));
    } else {
      const missing = issue.code === 'invalid_type' && issue.input === undefined;
      faults.push(
        toFault({ path: [...issue.path], message: missing ? `Is missing. ${issue.message}` : issue.message }),
      );
    }
  }
  return undefined;
}

/** A value that came another way than as a body. @throws HttpProblem listing its faults */
export function parseValue<T>(schema: z.ZodMiniType<T>, value: unknown): T {
  const faults: Fault[] = [];
  const parsed = check(schema, value, faults, bodyFault);
  if (faults.length > 0) throw validationProblem(faults);
  return parsed as T;
}

/** @throws HttpProblem listing the faults of the path */
export function parseParams<E extends Endpoint>(endpoint: E, request: ExchangeRequest): InputOf<E>['params'] {
  const faults: Fault[] = [];
  const params = check(endpoint.params, request.params, faults, parameterFault);
  if (faults.length > 0) throw validationProblem(faults);
  return params as InputOf<E>['params'];
}

/** Query and body together, so that all faults are told at once. @throws HttpProblem */
export function parseQueryAndBody<E extends Endpoint>(
  endpoint: E,
  request: ExchangeRequest,
): Pick<InputOf<E>, 'query' | 'body'> {
  const faults: Fault[] = [];
  const query = endpoint.query
    ? check(endpoint.query, parseQuery(request.query, faults), faults, parameterFault)
    : undefined;
  const body = endpoint.body ? check(endpoint.body, parseJsonBody(request), faults, bodyFault) : undefined;
  if (faults.length > 0) throw validationProblem(faults);
  return { query, body } as Pick<InputOf<E>, 'query' | 'body'>;
}
