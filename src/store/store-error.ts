/** What can go wrong with the database, as a closed set; each kind with what to do about it. */
import { fail, type Result } from '../contract/result.ts';

export const storeProblems = {
  wrong_key:
    'The database does not open with the key of this installation, or its first page is damaged. Check the key, else restore a backup.',
  corrupted: 'The database is damaged. Stop, keep the files as they are, and restore the last backup.',
  read_only:
    'The database cannot be written. Check the permissions of the data directory and whether its disk is mounted read-only.',
  busy: 'Another program holds the database. Close it and try again.',
  disk_full: 'The disk is full. Free space; nothing that was stored is lost.',
  newer_version: 'This data was written by a newer Loket. Update this program; the data was not touched.',
  older_version:
    'This data was written by an older Loket and has not been brought up to date yet. Start the station or server once.',
  missing:
    'There is no database in this directory. Restore it from a backup, or run `loket init` for a new installation.',
  unavailable:
    'The database server cannot be reached or refuses this program. Check its address, its sign-in and the network; nothing that was stored is lost.',
  constraint: 'The record would break a rule of the database.',
  unknown: 'The database reported an unexpected problem. See the log for its code.',
} as const;
export type StoreProblem = keyof typeof storeProblems;

/** Thrown by queries. Carries names of columns at most, never values. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly kind: StoreProblem;
  /** The driver's own code, for the log. */
  readonly driverCode: string | null;
  /** For `constraint`: `customers.org_id, customers.nik_index`, `append_only`, `four_eyes`, … as the database names it. */
  readonly constraint: string | null;
  constructor(kind: StoreProblem, driverCode: string | null = null, constraint: string | null = null) {
    super(
      `${storeProblems[kind]}${driverCode === null ? '' : ` (${driverCode})`}${constraint === null ? '' : ` [${constraint}]`}`,
    );
    this.kind = kind;
    this.driverCode = driverCode;
    this.constraint = constraint;
  }
}

const uniqueCodes = new Set(['SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CONSTRAINT_PRIMARYKEY', '23505']);
/** PostgreSQL gave up this transaction in favour of another one: serialization failure, deadlock. */
const transientCodes = new Set(['40001', '40P01']);

/** True when the same transaction, run again, may well succeed. */
export function isTransient(error: unknown): boolean {
  return error instanceof StoreError && error.driverCode !== null && transientCodes.has(error.driverCode);
}

export function isUnavailable(error: unknown): boolean {
  return error instanceof StoreError && error.kind === 'unavailable';
}

/** True when `error` says that a row with this value exists already; `column` as `table.column`. */
export function isUniqueViolation(error: unknown, column?: string): boolean {
  if (!(error instanceof StoreError) || error.kind !== 'constraint') return false;
  const unique = error.driverCode !== null && uniqueCodes.has(error.driverCode);
  return unique && (column === undefined || (error.constraint ?? '').split(', ').includes(column));
}

/** A store failure as a value: code `store_<kind>`. */
export function storeFailure(kind: StoreProblem, driverCode?: string | null): Result<never> {
  return fail(`store_${kind}`, storeProblems[kind], driverCode ? { driverCode } : undefined);
}
