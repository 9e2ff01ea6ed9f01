/**
 * The search must be this sure that its passages hold the answer; below, the assistant says that it does not know. See
 * `docs/answers.md`.
 */
export const knownFrom = 0.5;
