import { expect, test } from 'vitest';
import { diagnoseConnectionError } from './connection-errors.ts';

const url = 'postgres://ann:s3cret@db.example/confab';

function fault(code: string | undefined, message = 'x'): Error {
  return Object.assign(new Error(message), code === undefined ? {} : { code });
}

test.each([
  [fault('ECONNREFUSED'), /No Postgres answers at db\.example:5432\/confab.*docker compose up/],
  [fault('ENOTFOUND'), /"db\.example".*ENOTFOUND/],
  [fault('EAI_AGAIN'), /not known here/],
  [fault('ETIMEDOUT'), /no answer.*firewall/],
  [fault(undefined, 'timeout expired'), /no answer/],
  [fault(undefined, 'timeout exceeded when trying to connect'), /no answer/],
  [fault(undefined, 'Connection terminated due to connection timeout'), /no answer/],
  [fault('EHOSTUNREACH'), /no way/],
  [fault('ECONNRESET'), /closed the connection/],
  [fault(undefined, 'Connection terminated unexpectedly'), /closed the connection/],
  [fault('28P01', 'password authentication failed for user "ann"'), /"ann" or its password is refused/],
  [fault('28000', 'role "ann" does not exist'), /role "ann" does not exist/],
  [fault('28000', 'no pg_hba.conf entry for host "x", user "ann", no encryption'), /without TLS.*sslmode/],
  [fault('3D000'), /CREATE DATABASE "confab"/],
  [fault('42501'), /GRANT/],
  [fault('53300'), /max_connections/],
  [fault('57P03', 'the database system is starting up'), /starting up.*try again/],
  [fault('DEPTH_ZERO_SELF_SIGNED_CERT'), /sslrootcert/],
  [fault('SELF_SIGNED_CERT_IN_CHAIN'), /sslrootcert/],
  [fault('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), /sslrootcert/],
  [fault('CERT_HAS_EXPIRED'), /expired/],
  [fault('ERR_TLS_CERT_ALTNAME_INVALID'), /not made out to "db\.example"/],
  [fault(undefined, 'The server does not support SSL connections'), /no TLS.*sslmode=disable/],
  [
    fault(undefined, 'SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a non-empty string'),
    /asks for a password/,
  ],
  [fault('08P01', 'no such database: confab'), /CREATE DATABASE/],
  [fault('08P01', 'unsupported startup parameter: options'), /options=/],
  [new AggregateError([fault('ECONNREFUSED'), fault('ECONNREFUSED')]), /No Postgres answers/],
  [Object.assign(new Error('Failed query'), { cause: fault('3D000') }), /CREATE DATABASE/],
  [fault('XX000', 'something else.'), /Connecting to db\.example:5432\/confab failed: something else \(XX000\)\./],
  ['a string', /failed: a string\./],
])('%s is explained in one sentence without the password', (error, expected) => {
  const sentence = diagnoseConnectionError(error, url);
  expect(sentence).toMatch(expected);
  expect(sentence).toMatch(/^[A-Z][^\n]*[.;]$/);
  expect(sentence).not.toContain('s3cret');
});

test('a fault of the URL itself is told as it is', () => {
  expect(diagnoseConnectionError(fault('ENOTFOUND'), 'mysql://x')).toMatch(/other than Postgres/);
});

test('a Unix socket that is not there is named', () => {
  const socketUrl = 'postgres://ann@/confab?host=/cloudsql/p:r:i';
  expect(diagnoseConnectionError(fault('ENOENT'), socketUrl)).toMatch(/\/cloudsql\/p:r:i\/\.s\.PGSQL\.5432/);
});
