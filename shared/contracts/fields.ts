import * as z from 'zod/mini';
import { uuidPattern } from '../ids.ts';
import { limits } from '../limits.ts';
import type { JsonObject } from '../tables/columns.ts';

/** Fields that several contracts share, with the messages a person reads beside the field. */

const loneSurrogate = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

/** Postgres refuses NUL in texts, and UTF-8 has no lone surrogates. */
export function isStorableText(text: string): boolean {
  return !text.includes('\0') && !loneSurrogate.test(text);
}

const storable = () =>
  z.refine<string>(isStorableText, { error: 'Must not contain NUL characters or broken Unicode.', abort: true });

/** What is longer is not looked at any further: a pattern may take time that grows with the square of the length. */
const atMost = (max: number) => z.maxLength(max, { error: `At most ${max} characters.`, abort: true });

/** Text of at most `max` characters, kept exactly as sent. */
export const text = (max: number) => z.string({ error: 'Must be a text.' }).check(storable(), atMost(max));

/** Text of 1 to `max` characters after trimming. */
export const line = (max: number) =>
  z.string({ error: 'Must be a text.' }).check(storable(), z.trim(), z.minLength(1, 'Must not be empty.'), atMost(max));

export const id = () =>
  z.string({ error: 'Must be an id (UUID).' }).check(z.regex(uuidPattern, 'Must be an id (UUID).'), z.toLowerCase());

export const instant = () => z.iso.datetime({ offset: true, error: 'Must be an ISO 8601 time.' });

export const email = () =>
  z
    .string({ error: 'Must be an email address.' })
    .check(
      storable(),
      z.trim(),
      z.toLowerCase(),
      atMost(limits.emailCharsMax),
      z.regex(/^[^\s@]+@[^\s@]+\.[^\s@]+$|^[^\s@]+@localhost$/, 'Must be an email address, as in ann@example.com.'),
    );

export const newPassword = () =>
  z
    .string({ error: 'Must be a text.' })
    .check(
      storable(),
      z.minLength(limits.passwordCharsMin, `At least ${limits.passwordCharsMin} characters.`),
      atMost(limits.passwordCharsMax),
    );

/** Every text inside a JSON value, member names too, is storable. */
function isStorableJson(value: unknown): boolean {
  if (typeof value === 'string') return isStorableText(value);
  if (Array.isArray(value)) return value.every(isStorableJson);
  if (value && typeof value === 'object') {
    return Object.entries(value).every(([name, member]) => isStorableText(name) && isStorableJson(member));
  }
  return true;
}

/** Whether no value is inside more than `levels` others; level by level, so that nothing is too deep to be looked at. */
function isNestedAtMost(levels: number, value: object): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > levels) return false;
    level = level.flatMap((one) => (one && typeof one === 'object' ? Object.values(one) : []));
  }
  return true;
}

/**
 * A free-form JSON object of at most `max` characters when written out. Its members are not checked to be JSON one by
 * one: whatever arrives was parsed from JSON.
 */
export const jsonObject = (max: number) =>
  z.record(z.string(), z.unknown(), { error: 'Must be a JSON object.' }).check(
    z.refine((value) => isNestedAtMost(limits.jsonLevelsMax, value), {
      error: `At most ${limits.jsonLevelsMax} levels deep.`,
      abort: true,
    }),
    z.refine((value) => isStorableJson(value), 'Must not contain NUL characters or broken Unicode.'),
    z.refine((value) => JSON.stringify(value).length <= max, `At most ${max} characters when written as JSON.`),
  ) as unknown as z.ZodMiniType<JsonObject, JsonObject>;

/** A whole number in a query string. */
const wholeNumber = (min: number, max: number) =>
  z.pipe(
    z.string().check(z.regex(/^-?\d{1,10}$/, 'Must be a whole number.')),
    z.pipe(
      z.transform((value: string) => Number(value)),
      z.number().check(z.gte(min, `At least ${min}.`), z.lte(max, `At most ${max}.`)),
    ),
  );

export const sequenceParameter = () => wholeNumber(0, 2_147_483_647);
export const limitParameter = () => z._default(wholeNumber(1, limits.pageSizeMax), limits.pageSizeDefault);

/** The query of every list. */
export const pageQuery = { limit: limitParameter(), cursor: z.optional(z.string().check(z.maxLength(400))) };

/** A page of a list: hand `nextCursor` back as `cursor` for the next one; null on the last. */
export const pageOf = <T extends z.ZodMiniType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.nullable(z.string()) });
