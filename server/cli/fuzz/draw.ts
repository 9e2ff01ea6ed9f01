import fc from 'fast-check';
import { can } from '../../../shared/permissions.ts';
import { pick, type Random } from '../e2e/random.ts';
import { arbitraryOf } from './arbitraries.ts';
import {
  brokenBodies,
  naughtyContentTypes,
  naughtyHeaders,
  naughtyJson,
  naughtyPathParts,
  naughtyQueryValues,
  naughtyTexts,
} from './naughty.ts';
import type { Credential, Operation } from './operations.ts';
import type { CallerName, Tenant } from './tenants.ts';

/** A request that is ready to be sent, and what it may not get. */
export interface Draw {
  operation: string;
  caller: CallerName;
  method: string;
  path: string;
  headers: Record<string, string>;
  body: Buffer | undefined;
  /** Why it must be refused; undefined when it may be taken. */
  forbidden: string | undefined;
  /** The caller is whom the endpoint is for, and asks for what is theirs. */
  rightful: boolean;
}

export interface DrawFrom {
  operation: Operation;
  /** Who calls, and whose things are never theirs. */
  attacker: Tenant;
  victim: Tenant;
  random: Random;
  /** For the values of the body. */
  seed: number;
}

const callersFor: Record<Credential, readonly CallerName[]> = {
  none: ['stranger'],
  session: ['owner', 'owner', 'owner', 'agent', 'guest'],
  apiKey: ['apiKey'],
  visitor: ['visitor', 'visitor', 'neighbour'],
};

const arbitraries = new Map<string, fc.Arbitrary<unknown>>();

export function draw({ operation, attacker, victim, random, seed }: DrawFrom): Draw {
  const fitting = callersFor[operation.credential];
  const caller = random() < 0.8 ? pick(random, fitting) : pick(random, Object.keys(attacker.callers) as CallerName[]);
  const reachesOut = random() < 0.3;
  let foreign: string | undefined;
  let isWhole = true;
  const idFor = (name: string): string => {
    if (reachesOut && random() < 0.7) {
      const id = name === 'conversationId' && random() < 0.5 ? victim.busyConversationId : victim.ids[name];
      if (id !== undefined && name !== 'publicKey') foreign ??= name;
      if (id !== undefined) return id;
    }
    if (random() < 0.06) {
      isWhole = false;
      return pick(random, naughtyPathParts);
    }
    return attacker.ids[name] ?? '019b0000-0000-7abc-8def-7fffffffffff';
  };
  let path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => idFor(name));
  const inPath = foreign;
  path += queryOf(operation, attacker, random);
  const headers: Record<string, string> = { 'sec-fetch-site': 'same-origin', ...lowered(attacker.callers[caller]) };
  const body = bodyOf({ operation, attacker, victim, random, seed }, headers);
  if (random() < 0.06) Object.assign(headers, pick(random, naughtyHeaders));
  let { method } = operation;
  if (random() < 0.02) method = pick(random, ['HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'POST']);
  return {
    operation: operation.id,
    caller,
    method,
    path,
    headers,
    body: method === 'HEAD' || method === 'TRACE' ? undefined : body,
    forbidden: method === operation.method ? whyForbidden(operation, caller, inPath) : undefined,
    rightful:
      isWhole && inPath === undefined && method === operation.method && caller !== 'guest' && fitting.includes(caller),
  };
}

function whyForbidden(operation: Operation, caller: CallerName, foreign: string | undefined): string | undefined {
  const { credential, permission, pathParameters } = operation;
  if (credential !== 'none' && !callersFor[credential].includes(caller)) return `${caller} may not call this`;
  if (foreign !== undefined) return `${foreign} is another client's`;
  if (credential !== 'session' || !pathParameters.includes('clientId')) return undefined;
  if (caller === 'guest') return 'guest is no member';
  if (caller === 'agent' && permission && !can('agent', permission)) return `agent lacks ${permission}`;
  return undefined;
}

function queryOf({ query, takesFile }: Operation, attacker: Tenant, random: Random): string {
  const parts: string[] = [];
  for (const { name, schema, required } of query) {
    if (!required && random() < 0.5) continue;
    if (random() < 0.5) {
      const value =
        attacker.ids[name] ?? fc.sample(cached(`query ${name}`, schema), { numRuns: 1, seed: seedFrom(random) })[0];
      parts.push(`${name}=${encoded(String(value))}`);
    } else parts.push(`${name}=${pick(random, naughtyQueryValues)}`);
  }
  if (takesFile && random() < 0.3) parts.push(`name=${encoded(pick(random, naughtyTexts).slice(0, 300))}`);
  if (random() < 0.05) parts.push(pick(random, ['__proto__=1', 'a[b]=c', '%zz', '=', '&&&', 'constructor[x]=1']));
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

function bodyOf(
  { operation, attacker, victim, random, seed }: DrawFrom,
  headers: Record<string, string>,
): Buffer | undefined {
  if (operation.takesFile) {
    headers['content-type'] = random() < 0.8 ? 'application/octet-stream' : pick(random, naughtyContentTypes);
    return random() < 0.5 ? Buffer.from(pick(random, naughtyTexts)) : bytes(random, Math.floor(random() * 3_000));
  }
  if (!operation.body) {
    if (random() > 0.02) return undefined;
    headers['content-type'] = 'application/json';
    return Buffer.from(pick(random, naughtyJson));
  }
  headers['content-type'] = random() < 0.95 ? 'application/json' : pick(random, naughtyContentTypes);
  if (random() < 0.01) headers['content-encoding'] = pick(random, ['gzip', 'br', 'identity', 'x']);
  const kind = random();
  if (kind < 0.04) return Buffer.from(pick(random, brokenBodies));
  if (kind < 0.05) return bytes(random, Math.floor(random() * 500));
  const [made] = fc.sample(cached(operation.id, operation.body), { numRuns: 1, seed });
  const value = withIds(made, random() < 0.3 ? victim.ids : attacker.ids);
  const text = JSON.stringify(value) ?? 'null';
  if (kind < 0.55) return Buffer.from(text);
  if (kind < 0.6) return Buffer.from(text.slice(0, Math.floor(random() * text.length)));
  return Buffer.from(withOddMember(value, text, random));
}

/** One member has another value, comes twice, or is one that nobody asked for. */
function withOddMember(value: unknown, text: string, random: Random): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return pick(random, naughtyJson);
  const names = [...Object.keys(value), '__proto__', 'clientId', 'id', 'role', 'constructor'];
  const name = pick(random, names);
  const odd = random() < 0.5 ? pick(random, naughtyJson) : JSON.stringify(pick(random, naughtyTexts));
  const { [name]: _replaced, ...others } = value as Record<string, unknown>;
  const rest = (random() < 0.2 ? text : JSON.stringify(others)).slice(1, -1);
  return `{${rest === '' ? '' : `${rest},`}${JSON.stringify(name)}:${odd}}`;
}

/** Members that are named like an id get one. */
function withIds(value: unknown, ids: Record<string, string>): unknown {
  if (Array.isArray(value)) return value.map((one) => withIds(one, ids));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      typeof member === 'string' && ids[name] !== undefined ? ids[name] : withIds(member, ids),
    ]),
  );
}

function cached(name: string, schema: Operation['body']): fc.Arbitrary<unknown> {
  let arbitrary = arbitraries.get(name);
  if (!arbitrary) {
    arbitrary = arbitraryOf(schema);
    arbitraries.set(name, arbitrary);
  }
  return arbitrary;
}

/** A lone surrogate has no percent-encoding. */
const encoded = (text: string) => encodeURIComponent(text.replace(/[\ud800-\udfff]/gu, '\ufffd'));
const seedFrom = (random: Random) => Math.floor(random() * 2 ** 31);
const bytes = (random: Random, length: number) => Buffer.from(Array.from({ length }, () => Math.floor(random() * 256)));
const lowered = (headers: Record<string, string>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
