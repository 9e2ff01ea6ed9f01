import { translateError } from '../../../storage/database/database-errors.ts';
import { StorageUnavailableError } from '../../../storage/errors.ts';
import { type Check, reasonOf, red, yellow } from '../check.ts';

/**
 * Checks that ask the database. While it does not answer, the first says so and what to do; the others say that they
 * cannot know, so that one fault is not told as many.
 */
export function askingDatabase(checks: readonly Check[]): Check[] {
  return checks.map((check, at) => ({
    ...check,
    async run(signal) {
      try {
        return await check.run(signal);
      } catch (error) {
        const translated = translateError(error);
        if (!(translated instanceof StorageUnavailableError)) throw error;
        if (at > 0) return yellow('Cannot be seen while the database does not answer.', 'Ask again when it does.');
        return red(
          `The database does not answer: ${reasonOf(translated.cause ?? translated)}.`,
          'Bring the database back: this server needs no restart and goes on by itself (docs/runbook.md, ConfabStorageAway).',
        );
      }
    },
  }));
}
