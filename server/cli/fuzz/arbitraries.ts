import fc from 'fast-check';
import { naughtyTexts } from './naughty.ts';
import type { Schema } from './operations.ts';

/** Values that mostly fit the schema, and sometimes only nearly. */
export function arbitraryOf(schema: Schema | undefined, levels = 6): fc.Arbitrary<unknown> {
  if (schema === undefined || levels === 0) return fc.jsonValue({ maxDepth: 2 });
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return fc.oneof(...choices.map((choice) => arbitraryOf(choice, levels - 1)));
  switch (schema.type) {
    case 'string':
      return text(schema);
    case 'integer':
      return fc.oneof(
        { weight: 5, arbitrary: fc.integer({ min: bound(schema.minimum, 0), max: bound(schema.maximum, 1_000) }) },
        { weight: 1, arbitrary: fc.maxSafeInteger() },
      );
    case 'number':
      return fc.double();
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.array(arbitraryOf(schema.items, levels - 1), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 3, 4),
      });
    case 'object':
      return object(schema, levels);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

function object(schema: Schema, levels: number): fc.Arbitrary<unknown> {
  const { properties = {}, required = [], additionalProperties } = schema;
  const members = Object.entries(properties);
  if (members.length === 0) {
    const names = schema.propertyNames ? arbitraryOf(schema.propertyNames, levels - 1) : fc.string({ maxLength: 20 });
    const value = typeof additionalProperties === 'object' ? additionalProperties : undefined;
    return fc.dictionary(names as fc.Arbitrary<string>, arbitraryOf(value, levels - 1), { maxKeys: 3 });
  }
  return fc.record(Object.fromEntries(members.map(([name, member]) => [name, arbitraryOf(member, levels - 1)])), {
    requiredKeys: required,
  });
}

function text(schema: Schema): fc.Arbitrary<string> {
  const { minLength = 0, maxLength = 200 } = schema;
  const cut = (value: string) => value.slice(0, maxLength);
  const plain = fc.string({ unit: 'grapheme', minLength, maxLength: Math.max(minLength, Math.min(maxLength, 60)) });
  const good = schema.pattern === undefined ? plain : (matching(schema.pattern) ?? plain);
  return fc.oneof(
    { weight: 8, arbitrary: good.map(cut) },
    { weight: 1, arbitrary: fc.constantFrom(...naughtyTexts) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  );
}

/** Undefined for expressions that the generator does not understand. */
function matching(pattern: string): fc.Arbitrary<string> | undefined {
  try {
    return fc.stringMatching(new RegExp(pattern), { maxLength: 60 });
  } catch {
    return undefined;
  }
}

const bound = (value: number | undefined, otherwise: number) =>
  value === undefined || !Number.isSafeInteger(value) ? otherwise : Math.max(-1_000_000, Math.min(value, 1_000_000));
