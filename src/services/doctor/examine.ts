/**
 * `loket doctor`: examines an installation without changing anything, also while it runs, and also one that does not
 * open: then what is wrong is the finding.
 */
import { accessSync, constants, statfsSync } from 'node:fs';
import { sql } from 'kysely';
import type { Result } from '../../contract/result.ts';
import { openPostgresStore, type PostgresPlace } from '../../store/open-postgres-store.ts';
import { openStore, type Store } from '../../store/open-store.ts';
import { lastAuditInstant } from '../../store/repositories/audit-rows.ts';
import { StoreError, storeFailure } from '../../store/store-error.ts';
import { databasePath } from '../../vault/data-directory.ts';
import type { KeyProvider } from '../../vault/key-providers/key-provider.ts';
import { openVault } from '../../vault/open-vault.ts';
import type { Vault } from '../../vault/vault.ts';
import { dayMs, minuteMs } from '../context.ts';
import type { ModelCheck } from '../models/check-models.ts';
import { logKeys } from '../audit/checkpoints.ts';
import { verifyAudit } from '../verify-audit.ts';
import { amber, fine, red, type Finding } from './finding.ts';
import { examineJournal, examineLastBackup } from './examine-backups.ts';

export interface ExamineOptions {
  readonly dataDirectory: string;
  readonly keyProvider: KeyProvider;
  /** Where the records are, when not in the file of the data directory. */
  readonly database?: PostgresPlace & { readonly schema?: string };
  readonly clock: () => Date;
  readonly models: () => Promise<ModelCheck>;
  /** Bytes free where the data are; default: asked of the file system. */
  readonly freeBytes?: (path: string) => number;
}

const mebibyte = 1024 * 1024;
const diskRed = 512 * mebibyte;
const diskAmber = 4_096 * mebibyte;
const clockTolerance = 5 * minuteMs;
const outboxAmber = dayMs;
const outboxRed = 3 * dayMs;
const keyAge = 365 * dayMs;
const retiredAge = 14 * dayMs;

export async function examine(options: ExamineOptions): Promise<readonly Finding[]> {
  const findings: Finding[] = [disk(options), ...writable(options)];
  const vault = await openVault({ ...options, create: false });
  if (!vault.ok) return [...findings, red('keys', vault.error.code, 'The keys do not open.', vault.error.message)];
  findings.push(...keys(vault.value, options));
  findings.push(...(await withStore(options, vault.value)));
  findings.push(await models(options));
  return findings;
}

function disk(options: ExamineOptions): Finding {
  const free = (options.freeBytes ?? freeBytes)(options.dataDirectory);
  const message = `${Math.floor(free / mebibyte)} MiB free`;
  const remedy = 'Free space on the disk of the data directory, or move the installation to a larger one.';
  if (free < diskRed) return red('disk', 'disk_low', message, remedy);
  return free < diskAmber ? amber('disk', 'disk_low', message, remedy) : fine('disk', message);
}

function freeBytes(path: string): number {
  try {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize;
  } catch {
    return 0;
  }
}

function writable({ dataDirectory }: ExamineOptions): Finding[] {
  const remedy = 'Check owner and permissions of the data directory and whether its disk is mounted read-only.';
  try {
    for (const path of [dataDirectory, databasePath(dataDirectory)]) accessSync(path, constants.W_OK);
    return [fine('writable', 'The data directory can be written.')];
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    // A missing file is told by the keys and the database themselves.
    return code === 'ENOENT' ? [] : [red('writable', 'store_read_only', 'The data cannot be written.', remedy)];
  }
}

function keys(vault: Vault, { clock }: ExamineOptions): Finding[] {
  const now = clock().getTime();
  const inventory = vault.inventory();
  const rotate = 'Run `loket keys rotate`';
  const found: Finding[] = [];
  if (inventory.some((key) => key.state === 'next'))
    found.push(
      amber(
        'keys',
        'rotation_unfinished',
        'A rotation of the keys has not ended.',
        `${rotate} while the station is closed.`,
      ),
    );
  const wrapping = inventory.find((key) => key.purpose === 'customer-wrapping' && key.state === 'current');
  if (wrapping !== undefined && now - Date.parse(wrapping.createdAt) > keyAge)
    found.push(
      amber('keys', 'keys_old', `The keys are from ${wrapping.createdAt.slice(0, 10)}.`, `${rotate}: once a year.`),
    );
  const leftover = inventory.filter((key) => key.purpose === 'customer-wrapping' && key.retiredAt !== null);
  if (leftover.some((key) => now - Date.parse(key.retiredAt ?? '') > retiredAge))
    found.push(
      amber('keys', 'keys_retired', 'Retired keys are still kept.', `${rotate}: it forgets what nothing needs.`),
    );
  if (!inventory.some((key) => key.purpose === 'recovery'))
    found.push(
      amber(
        'keys',
        'recovery_missing',
        'There is no recovery key.',
        'Run `loket keys recovery` and give away the three shares.',
      ),
    );
  return found.length > 0 ? found : [fine('keys', `${inventory.length} keys`)];
}

async function withStore(options: ExamineOptions, vault: Vault): Promise<readonly Finding[]> {
  const store = await openToRead(options, vault);
  if (!store.ok) {
    const finding = store.error.code === 'store_older_version' ? amber : red;
    return [finding('database', store.error.code, 'The database does not open.', store.error.message)];
  }
  try {
    return await examineStore(store.value, vault, options);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    const failure = storeFailure(error.kind, error.driverCode);
    const [code, message] = failure.ok ? ['', ''] : [failure.error.code, failure.error.message];
    return [red('database', code, 'The database could not be read.', message)];
  } finally {
    await store.value.close();
  }
}

/** Records to look at, wherever they are kept; nothing is written or brought up to date. Failures: `store_<kind>`. */
export async function openToRead(
  { clock, database, dataDirectory }: Pick<ExamineOptions, 'clock' | 'database' | 'dataDirectory'>,
  vault: Vault,
): Promise<Result<Store>> {
  if (database !== undefined) return openPostgresStore({ ...database, clock, create: false, readOnly: true });
  const [keyHex, ...otherKeysHex] = vault.databaseKeysHex();
  return openStore({ path: databasePath(dataDirectory), keyHex: keyHex ?? '', otherKeysHex, clock, readOnly: true });
}

/** A server watches its own pages (`data_checksums`); a file is read through. */
async function pagesHold(store: Store): Promise<boolean> {
  if (store.engine === 'postgres') return true;
  const integrity = await sql<{ integrity_check: string }>`pragma integrity_check(1)`.execute(store.db);
  return integrity.rows[0]?.integrity_check === 'ok';
}

async function examineStore(store: Store, vault: Vault, options: ExamineOptions): Promise<readonly Finding[]> {
  const schema = await sql<{ id: number }>`select max(id) as id from schema_migrations`.execute(store.db);
  if (!(await pagesHold(store))) {
    const remedy = 'Stop, keep the files as they are, and restore the last backup with `loket restore`.';
    return [red('database', 'store_corrupted', 'Pages of the database are damaged.', remedy)];
  }
  return [
    fine(
      'database',
      `${store.engine === 'postgres' ? 'on a server' : 'every page holds'}, schema ${schema.rows[0]?.id ?? 0}`,
    ),
    await audit(store, vault),
    await clockOf(store, options),
    await outbox(store, options),
    await examineLastBackup(store, options.clock),
    await examineJournal(store, options.dataDirectory),
  ];
}

/** By the keys this installation signs with: whoever can write in the database could name a signer of his own there. */
async function audit(store: Store, vault: Vault): Promise<Finding> {
  const report = await verifyAudit(store, { keys: logKeys(vault) });
  if (report.intact) return fine('audit', `${report.rows} rows, intact`);
  const remedy = 'Keep the files as they are and have `loket audit verify` looked at: rows were changed or removed.';
  return red('audit', 'audit_broken', `The audit log is broken at row ${report.brokenAt ?? '?'}.`, remedy);
}

/** The log is the clock's witness: time does not go back. */
async function clockOf(store: Store, { clock }: ExamineOptions): Promise<Finding> {
  const last = await lastAuditInstant(store.db);
  const ahead = last === null ? 0 : Date.parse(last) - clock().getTime();
  const remedy = 'Set the clock of this machine by a time server, then look again.';
  if (ahead > clockTolerance)
    return red(
      'clock',
      'clock_behind',
      `The clock is ${Math.round(ahead / minuteMs)} min behind the last record.`,
      remedy,
    );
  if (last !== null && -ahead > keyAge)
    return amber('clock', 'clock_ahead', 'More than a year lies between the last record and the clock.', remedy);
  return fine('clock', clock().toISOString());
}

async function outbox(store: Store, { clock }: ExamineOptions): Promise<Finding> {
  const waiting = await store.db
    .selectFrom('outbox')
    .select((e) => [e.fn.countAll<number>().as('count'), e.fn.min('created_at').as('oldest')])
    .where('state', 'in', ['pending', 'sending'])
    .executeTakeFirst();
  const count = Number(waiting?.count ?? 0);
  const age = count === 0 ? 0 : clock().getTime() - Date.parse(waiting?.oldest ?? '');
  const message = `${count} captures wait, the oldest ${Math.round(age / 3_600_000)} h`;
  const remedy =
    'Look at the operations page for the last error, check the network to the hub, or export the captures.';
  if (age > outboxRed) return red('outbox', 'outbox_old', message, remedy);
  return age > outboxAmber ? amber('outbox', 'outbox_old', message, remedy) : fine('outbox', message);
}

async function models(options: ExamineOptions): Promise<Finding> {
  const check = await options.models();
  if (check.complete) return fine('models', `${check.models.filter((one) => one.inUse).length} in use`);
  const missing = check.rolesWithout.join(', ');
  const remedy = 'Run `loket models check`, then `loket models install`.';
  return missing === ''
    ? amber('models', 'models_refused', 'Some weights were refused.', remedy)
    : red('models', 'models_missing', `No weights for: ${missing}.`, remedy);
}
