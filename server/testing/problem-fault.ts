import { problems } from '../../shared/problems.ts';
import type { Received } from './planted-world.ts';

/** What is not as promised of an error answer with one of these statuses; undefined when all of it is. */
export function faultOfProblem({ status, headers, text, json }: Received, statuses: number[]): string | undefined {
  if (!statuses.includes(status)) return `${status} instead of ${statuses.join(' or ')}: ${text.slice(0, 300)}`;
  if (!headers['content-type']?.startsWith('application/problem+json')) return `it is ${headers['content-type']}`;
  const code = /^\/problems#(.+)$/.exec(json.type)?.[1] ?? '';
  if (!Object.hasOwn(problems, code)) return `its type is ${json.type}`;
  if (json.status !== status) return `it says ${json.status} in an answer with ${status}`;
  if (!json.requestId || json.requestId !== headers['x-request-id']) return `its request id is ${json.requestId}`;
  if (typeof json.detail !== 'string' || json.detail.length < 10) return 'it gives no reason';
  if (code === 'validation-failed' && !(json.errors?.length > 0)) return 'it lists no faults';
  if (/node_modules|\bat .*\.ts|syntax error at/.test(text)) return `it tells of the inside: ${text.slice(0, 300)}`;
  return undefined;
}
