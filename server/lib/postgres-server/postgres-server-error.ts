/**
 * A Postgres server could not be found, made, started or adopted. The message is one sentence for the operator: what is
 * wrong and, where there is one, the command or setting that mends it.
 */
export class PostgresServerError extends Error {
  override name = 'PostgresServerError';
}
