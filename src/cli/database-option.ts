/** Where the records are kept: the encrypted file of the data directory, or a PostgreSQL server. */
import { Option } from 'commander';
import { fail, ok, type Result } from '../contract/result.ts';

/** Set, it holds for every command that opens an installation: they must all look at the same records. */
export const databaseVariable = 'LOKET_DATABASE';

export function databaseOption(): Option {
  return new Option(
    '--database <url>',
    'keep the records on a PostgreSQL server (13 or later), e.g. postgres://loket@db.bank.id/loket?sslmode=verify-full; default: the encrypted file of the data directory. Keys stay in the data directory. The password belongs in PGPASSWORD or ~/.pgpass',
  ).env(databaseVariable);
}

const loopback = new Set(['', 'localhost', '127.0.0.1', '[::1]']);

/**
 * What `openInstallation` takes. Errors: `validation_failed` for anything but a PostgreSQL address, and for one beyond this
 * machine without TLS: the records hold names and NIKs in the clear for the server.
 */
export function databasePlace(
  text: string | undefined = process.env[databaseVariable],
): Result<{ readonly database?: { readonly connectionString: string } }> {
  if (text === undefined || text === '') return ok({});
  const url = URL.parse(text);
  if (url === null || !/^postgres(ql)?:$/.test(url.protocol) || url.pathname.length < 2)
    return fail('validation_failed', 'the database is an address like postgres://loket@db.bank.id/loket');
  const tls = url.searchParams.get('sslmode') ?? 'disable';
  if (!loopback.has(url.hostname) && !/^(require|verify-ca|verify-full)$/.test(tls))
    return fail(
      'validation_failed',
      'a database on another machine needs ?sslmode=verify-full (or verify-ca, require)',
    );
  return ok({ database: { connectionString: text } });
}
