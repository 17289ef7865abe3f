/** A backup while the counter works: a consistent copy of the encrypted database with all it needs, proved after writing. */
import { copyFileSync, existsSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { sql } from 'kysely';
import { fail, ok, type Result } from '../../contract/result.ts';
import { readInstallationValue, writeInstallationValue } from '../../store/installation-values.ts';
import { openStore, type Store } from '../../store/open-store.ts';
import { listOrganisations } from '../../store/repositories/organisations.ts';
import { StoreError, storeFailure } from '../../store/store-error.ts';
import { canonicalBytes } from '../../vault/bundle-signing.ts';
import { installationPath } from '../../vault/data-directory.ts';
import { hashFile } from '../../vault/file-hash.ts';
import { instant, systemActor, type ServiceContext } from '../context.ts';
import { backupFoldersKey, journalName, mirrorJournal } from '../journal/erasure-journal.ts';
import { recordAudit } from '../record-audit.ts';
import { checkBackupFile, memberNames, writeBackupFile, type BackupManifest, type MemberName } from './backup-file.ts';

export interface BackupReport {
  readonly file: string;
  readonly size: number;
  readonly createdAt: string;
  readonly auditRows: number;
  readonly journalLines: number;
}

/** Kept: the folders of the last backups, so that later erasures reach the journals beside them. */
const foldersKept = 8;

/**
 * Errors: `file_exists`, `backup_elsewhere` (the records are on a server), `unavailable`, `backup_damaged` (what was
 * written is not what was meant), `store_*`. Whatever fails leaves no file.
 */
export async function createBackup(ctx: ServiceContext, out: string): Promise<Result<BackupReport>> {
  const { dataDirectory } = ctx;
  if (ctx.store.engine !== 'sqlite' || dataDirectory === undefined)
    return fail('backup_elsewhere', 'The records are on PostgreSQL: back them up with its own tools (pg_dump).');
  const file = resolve(out);
  if (existsSync(file)) return fail('file_exists', 'A file of this name is there already: name another one.');
  let folder: string | undefined;
  try {
    folder = mkdtempSync(`${file}.part-`);
    const made = await write(ctx, dataDirectory, file, folder);
    if (!made.ok) return made;
    await remember(ctx, dirname(file), made.value);
    return made;
  } catch (error) {
    if (error instanceof StoreError) return storeFailure(error.kind, error.driverCode);
    const code = (error as NodeJS.ErrnoException).code;
    if (code === undefined) throw error;
    if (code === 'ENOSPC') return storeFailure('disk_full');
    return fail('unavailable', `The backup could not be written (${code}). Name a writable folder with enough room.`);
  } finally {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  }
}

async function write(
  ctx: ServiceContext,
  dataDirectory: string,
  file: string,
  folder: string,
): Promise<Result<BackupReport>> {
  const paths = Object.fromEntries(memberNames.map((name) => [name, join(folder, name)])) as Record<MemberName, string>;
  await sql`vacuum into ${paths['loket.db']}`.execute(ctx.store.db);
  copyFileSync(installationPath(dataDirectory), paths['installation.json']);
  const lines = await ctx.store.db.selectFrom('erasure_journal').select('line').orderBy('seq').execute();
  writeFileSync(paths['erasures.journal'], lines.map((row) => `${row.line}\n`).join(''), { mode: 0o600 });
  const facts = await proveCopy(ctx, paths['loket.db']);
  if (!facts.ok) return facts;
  const members = [];
  for (const name of memberNames)
    members.push({ name, size: statSync(paths[name]).size, sha256: await hashFile(paths[name]) });
  const unsigned: Omit<BackupManifest, 'signature'> = {
    format: 'loket-backup',
    version: 1,
    createdAt: instant(ctx),
    installationId: ctx.vault.installationId,
    programVersion: ctx.version,
    ...facts.value,
    journalLines: lines.length,
    members,
    publicKey: ctx.vault.desk.publicKey,
  };
  const part = join(folder, 'backup');
  const manifest = { ...unsigned, signature: ctx.vault.desk.sign(canonicalBytes(unsigned)) };
  await writeBackupFile(part, manifest, paths);
  const checked = await checkBackupFile(part);
  if (!checked.ok) return checked;
  renameSync(part, file);
  const { createdAt, audit, journalLines } = manifest;
  return ok({ file, size: statSync(file).size, createdAt, auditRows: audit.seq, journalLines });
}

/** The copy opens with the key, every page of it holds, and its log ends where its note says. */
async function proveCopy(ctx: ServiceContext, path: string): Promise<Result<Pick<BackupManifest, 'schema' | 'audit'>>> {
  const [keyHex, ...otherKeysHex] = ctx.vault.databaseKeysHex();
  const copy = await openStore({ path, keyHex: keyHex ?? '', otherKeysHex, clock: ctx.clock, readOnly: true });
  if (!copy.ok) return copy;
  try {
    const integrity = await sql<{ integrity_check: string }>`pragma integrity_check(1)`.execute(copy.value.db);
    if (integrity.rows[0]?.integrity_check !== 'ok') return storeFailure('corrupted');
    return ok(await factsOf(copy.value));
  } finally {
    await copy.value.close();
  }
}

async function factsOf(store: Store): Promise<Pick<BackupManifest, 'schema' | 'audit'>> {
  const schema = await sql<{ id: number }>`select max(id) as id from schema_migrations`.execute(store.db);
  const last = await store.db
    .selectFrom('audit_log')
    .select(['seq', 'hash'])
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return { schema: schema.rows[0]?.id ?? 1, audit: last ?? { seq: 0, hash: '0'.repeat(64) } };
}

async function remember(ctx: ServiceContext, folder: string, made: BackupReport): Promise<void> {
  const [first] = await listOrganisations(ctx.store.db);
  await ctx.store.transaction(async (trx) => {
    const known = (await readInstallationValue<string[]>(trx, backupFoldersKey)) ?? [];
    const folders = [folder, ...known.filter((one) => one !== folder)].slice(0, foldersKept);
    await writeInstallationValue(trx, backupFoldersKey, folders);
    if (first === undefined) return;
    const detail = { size: made.size, auditRows: made.auditRows, journalLines: made.journalLines };
    await recordAudit(ctx, trx, systemActor(first.id), { event: 'backup.created', detail });
  });
  // Beside the backup even while nobody was erased: a restore must be able to tell "nobody" from "lost".
  const journal = join(folder, journalName);
  if (!existsSync(journal)) writeFileSync(journal, '', { mode: 0o600 });
  await mirrorJournal(ctx);
}
