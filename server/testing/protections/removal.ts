/**
 * How a protection is taken out: the smallest edit of the sources after which it does not hold any more. The test that
 * the row of `docs/security.md` names must fail then, or the protection could go unnoticed.
 */
export interface Removal {
  /** The cell of the row, and the title of its test. */
  requirements: string;
  test: string;
  /** What is edited, from the project's folder. */
  file: string;
  /** Occurs exactly once in the file. */
  find: string;
  replace: string;
}
