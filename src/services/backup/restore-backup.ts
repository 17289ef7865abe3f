/**
 * Puts a backup into an empty directory. Before anybody opens it, the erasure journal is applied: whoever was erased since
 * the backup was made is erased in it too, and the database is written anew. Broken off, the directory stays empty.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fail, ok, type Result } from '../../contract/result.ts';
import { listOrganisations } from '../../store/repositories/organisations.ts';
import { StoreError, storeFailure } from '../../store/store-error.ts';
import { readInstallationFile } from '../../vault/installation-file.ts';
import type { KeyProvider } from '../../vault/key-providers/key-provider.ts';
import { systemActor, type ServiceContext } from '../context.ts';
import { compactDatabase, forgetInFiles } from '../erasure/forget-in-files.ts';
import { journalName, readJournal, type Journal } from '../journal/erasure-journal.ts';
import { noVisionAtAll } from './no-vision.ts';
import { openInstallation } from '../open-installation.ts';
import { recordAudit } from '../record-audit.ts';
import { logKeys } from '../audit/checkpoints.ts';
import { verifyAudit } from '../verify-audit.ts';
import { applyJournal } from './apply-journal.ts';
import { checkBackupFile, extractMember, memberNames, type BackupManifest, type OpenedBackup } from './backup-file.ts';

export interface RestoreOptions {
  readonly file: string;
  readonly dataDirectory: string;
  readonly keyProvider: KeyProvider;
  readonly clock: () => Date;
  /** Default: `erasures.journal` beside the backup. */
  readonly journal?: string;
}

export interface RestoreReport {
  readonly createdAt: string;
  readonly installationId: string;
  readonly auditRows: number;
  /** Lines of the journal that the backup did not know yet. */
  readonly journalLinesNew: number;
  readonly customersErased: number;
}

/**
 * Errors: `not_empty`, those of `checkBackupFile`, `journal_missing`, `journal_damaged`, `journal_older` (it lacks lines
 * the backup has), `audit_broken`, those of `openInstallation`.
 */
export async function restoreBackup(options: RestoreOptions): Promise<Result<RestoreReport>> {
  const target = resolve(options.dataDirectory);
  if (existsSync(target) && readdirSync(target).length > 0)
    return fail('not_empty', 'This directory is not empty. Name a new one: a restore never writes over data.');
  const backup = await checkBackupFile(options.file);
  if (!backup.ok) return backup;
  let folder: string | undefined;
  try {
    mkdirSync(dirname(target), { recursive: true });
    folder = mkdtempSync(`${target}.restoring-`);
    for (const name of memberNames) await extractMember(options.file, backup.value, name, join(folder, name));
    const done = await finish(options, backup.value, folder);
    if (!done.ok) return done;
    if (existsSync(target)) rmdirSync(target);
    renameSync(folder, target);
    return done;
  } catch (error) {
    if (error instanceof StoreError) return storeFailure(error.kind, error.driverCode);
    const code = (error as NodeJS.ErrnoException).code;
    if (code === undefined) throw error;
    return fail('unavailable', `The directory could not be written (${code}). Check its owner, permissions and space.`);
  } finally {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  }
}

async function finish(
  options: RestoreOptions,
  { manifest }: OpenedBackup,
  folder: string,
): Promise<Result<RestoreReport>> {
  const owner = readInstallationFile(folder);
  if (!owner.ok) return owner;
  const { desk, installationId } = owner.value ?? {};
  const keys = [desk?.publicKey, ...(desk?.previous ?? []).map((one) => one.publicKey)];
  if (installationId !== manifest.installationId || !keys.includes(manifest.publicKey))
    return fail('backup_damaged', 'The backup was signed by another desk than the one inside.');
  const journal = newestJournal(options, folder, manifest);
  if (!journal.ok) return journal;
  const opened = await openInstallation({
    dataDirectory: folder,
    keyProvider: options.keyProvider,
    clock: options.clock,
    vision: noVisionAtAll,
  });
  if (!opened.ok) return opened;
  try {
    return await bringUpToDate(opened.value.context, journal.value, manifest);
  } finally {
    await opened.value.close();
  }
}

/** The journal beside the backup (or the named one), which must go on where the one inside ends. */
function newestJournal(options: RestoreOptions, folder: string, manifest: BackupManifest): Result<Journal> {
  const inside = readJournal(join(folder, journalName));
  if (!inside.ok) return inside;
  const outside = readJournal(options.journal ?? join(dirname(resolve(options.file)), journalName));
  if (!outside.ok) return outside;
  const { lines } = inside.value;
  if (lines.length !== manifest.journalLines)
    return fail('journal_damaged', 'The journal inside the backup is cut off.');
  if (lines.some((line, index) => outside.value.lines[index] !== line))
    return fail('journal_older', 'The erasure journal is older than the backup or of another one. Fetch the newest.');
  if (outside.value.entries.some((entry) => entry.installationId !== manifest.installationId))
    return fail('journal_damaged', 'The erasure journal is of another installation.');
  return outside;
}

async function bringUpToDate(
  ctx: ServiceContext,
  journal: Journal,
  manifest: BackupManifest,
): Promise<Result<RestoreReport>> {
  if (!signedByUs(journal, ctx.vault.desk.publicKeys))
    return fail('journal_damaged', 'The erasure journal was not signed by this installation.');
  const checked = await verifyAudit(ctx.store, { keys: logKeys(ctx.vault) });
  if (!checked.intact) return fail('audit_broken', 'The audit log in the backup is broken: take the backup before it.');
  const applied = await applyJournal(ctx, journal);
  await forgetInFiles(ctx);
  await compactDatabase(ctx, { evenLarge: true });
  const [first] = await listOrganisations(ctx.store.db);
  if (first !== undefined) {
    const detail = { backupOf: manifest.createdAt, auditRows: manifest.audit.seq, ...applied };
    await ctx.store.transaction((trx) =>
      recordAudit(ctx, trx, systemActor(first.id), { event: 'backup.restored', detail }),
    );
  }
  const { createdAt, installationId, audit } = manifest;
  return ok({ createdAt, installationId, auditRows: audit.seq, ...applied });
}

/** A key counts once the installation has it, or a line by a key that counts handed over to it. */
function signedByUs(journal: Journal, deskKeys: readonly string[]): boolean {
  const trusted = new Set(deskKeys);
  for (const entry of journal.entries) {
    if (!trusted.has(entry.publicKey)) return false;
    if (entry.nextKey !== null) trusted.add(entry.nextKey);
  }
  return true;
}
