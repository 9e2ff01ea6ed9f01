import { afterAll, describe, expect, test } from 'vitest';
import { recordStatements } from '../../testing/record-statements.ts';
import catalog from '../database/schema-catalog.json' with { type: 'json' };
import { citusExceptions, exceptionOf } from './citus-exceptions.ts';
import { statementFaults } from './citus-rules.ts';
import { databaseHarness } from './database-harness.ts';
import { describeStorage } from './describe-storage.ts';
import { isUnscopedOnPurpose, unscopedOnPurpose, unscopedTables } from './unscoped-sql.ts';

const recording = recordStatements();
afterAll(recording.stop);

describeStorage('DatabaseStorage on pg', databaseHarness());

// Last in this file: by now every method has been called in every way that the suite knows.
describe('of all statements that reached the driver', () => {
  const texts = () => [...new Set(recording.statements.map(({ text }) => text))];

  test('none can touch the rows of another client', () => {
    expect(texts().length).toBeGreaterThan(50);
    const faults = texts()
      .filter((text) => !isUnscopedOnPurpose(text))
      .flatMap((text) => unscopedTables(text).map((fault) => `${fault} in ${text}`));
    expect(faults).toEqual([]);
  });

  test('each exception that is listed was made', () => {
    const unused = unscopedOnPurpose.filter(
      (exception) => !texts().some((text) => isUnscopedOnPurpose(text, [exception])),
    );
    expect(unused).toEqual([]);
  });

  test('each can be sent to the one machine of a distributed Postgres that has the client’s rows, or is listed', () => {
    const tables = Object.keys(catalog);
    const faulty = texts().filter((text) => statementFaults(text, tables).length > 0);
    expect(faulty.filter((text) => exceptionOf(text) === undefined)).toEqual([]);
    const made = new Set(faulty.map(exceptionOf));
    expect(citusExceptions.filter((exception) => !made.has(exception))).toEqual([]);
  });
});
