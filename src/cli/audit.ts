/** `loket audit`: an auditor's check of the log, and the file he takes away. Verifying starts nothing and writes nothing. */
import { createReadStream } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Command } from 'commander';
import { readNoteKey, writeNoteKey, type NoteKey } from '../core/audit/checkpoint.ts';
import { fail, ok, type Result } from '../contract/result.ts';
import { readReference } from '../desk/receipt/receipt-reference.ts';
import { logKeys, logName, makeCheckpoint } from '../services/audit/checkpoints.ts';
import { dumpAudit, verifyDump, type DumpReport } from '../services/audit/dump.ts';
import { verifyAudit, type AuditReport } from '../services/verify-audit.ts';
import { StoreError, storeFailure } from '../store/store-error.ts';
import { openToRead } from '../services/doctor/examine.ts';
import { databasePlace } from './database-option.ts';
import { chooseKeyProvider } from '../vault/key-providers/choose-key-provider.ts';
import { openVault } from '../vault/open-vault.ts';
import { withInstallation } from './with-installation.ts';

interface VerifyOptions {
  readonly data?: string;
  readonly file?: string;
  readonly key?: readonly string[];
  readonly checkpoint?: readonly string[];
  readonly json?: boolean;
}

/** Exit status: 0 intact, 1 broken (the first bad row is named), 2 unusable input. */
export function auditCommand(): Command {
  const audit = new Command('audit').description('the audit log');
  audit
    .command('verify')
    .description('check hash chain and signed checkpoints, offline; exit 0 intact, 1 broken, 2 unusable input')
    .option('--data <dir>', 'data directory of the installation')
    .option('--file <dump>', 'file written by `loket audit export`')
    .option('--key <key...>', 'verifier key(s) you trust, NAME+ID+BASE64; without them the file’s own are taken')
    .option('--checkpoint <file...>', 'checkpoint(s) kept elsewhere (receipt code, hub) that the log must contain')
    .option('--json', 'one JSON document on stdout')
    .action(async (options: VerifyOptions) => {
      const report = await verify(options);
      process.exitCode = report.ok ? (report.value.intact ? 0 : 1) : 2;
      if (!report.ok) {
        process.stderr.write(`${report.error.code}: ${report.error.message}\n`);
        return;
      }
      process.stdout.write(`${options.json === true ? JSON.stringify(report.value) : inWords(report.value)}\n`);
    });
  audit
    .command('export')
    .description('write rows, checkpoints and public keys to a file for an auditor (JSON lines)')
    .requiredOption('--data <dir>', 'data directory of the installation')
    .requiredOption('--out <file>', 'must not exist yet')
    .action((options: { data: string; out: string }) => exportTo(options.data, options.out));
  return audit;
}

async function exportTo(dataDirectory: string, path: string): Promise<void> {
  await withInstallation(
    dataDirectory,
    async (ctx) => {
      const checkpoint = await makeCheckpoint(ctx);
      if (!checkpoint.ok) return checkpoint;
      const file = await open(path, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => error.code ?? 'unknown');
      if (typeof file === 'string') return fail('validation_failed', `the file cannot be made (${file})`);
      try {
        const { size, note } = checkpoint.value;
        const keys = logKeys(ctx.vault).map(writeNoteKey);
        const header = {
          origin: logName(ctx.vault.desk.id),
          keys,
          exportedAt: ctx.clock().toISOString(),
          rows: size,
          checkpoint: note,
        };
        let waiting = '';
        for await (const line of dumpAudit(ctx.store, header)) {
          waiting += line;
          if (waiting.length > 1 << 20) {
            await file.write(waiting);
            waiting = '';
          }
        }
        await file.write(waiting);
        await file.sync();
        return ok({ rows: size, keys });
      } finally {
        await file.close();
      }
    },
    ({ rows, keys }) => process.stdout.write(`${rows} rows, signed by ${keys[0] ?? ''}\n`),
  );
}

async function verify(options: VerifyOptions): Promise<Result<AuditReport | DumpReport>> {
  const keys = readKeys(options.key ?? []);
  if (!keys.ok) return keys;
  const notes = await readNotes(options.checkpoint ?? []);
  if (!notes.ok) return notes;
  if (options.data !== undefined && options.file === undefined)
    return verifyDirectory(options.data, keys.value, notes.value);
  if (options.file === undefined || options.data !== undefined)
    return fail('validation_failed', 'name either --data DIR or --file DUMP');
  const input = createReadStream(options.file);
  const opened = await new Promise<boolean>((resolve) => {
    input.once('open', () => resolve(true));
    input.once('error', () => resolve(false));
  });
  if (!opened) return fail('validation_failed', 'the file cannot be opened');
  const lines = createInterface({ input, crlfDelay: Infinity });
  return verifyDump(lines, { notes: notes.value, ...(keys.value.length === 0 ? {} : { keys: keys.value }) });
}

function readKeys(texts: readonly string[]): Result<readonly NoteKey[]> {
  const keys = texts.map(readNoteKey);
  return keys.some((key) => key === null)
    ? fail('validation_failed', 'a --key is no verifier key of the form NAME+ID+BASE64')
    : ok(keys.filter((key) => key !== null));
}

/** A file holds a signed note, or the text of a receipt's code with one inside. */
async function readNotes(paths: readonly string[]): Promise<Result<readonly string[]>> {
  const notes: string[] = [];
  for (const path of paths) {
    const text = await readFile(path, 'utf8').catch(() => null);
    if (text === null) return fail('validation_failed', 'a --checkpoint file cannot be read');
    notes.push(readReference(text)?.note ?? text);
  }
  return ok(notes);
}

async function verifyDirectory(
  dataDirectory: string,
  trusted: readonly NoteKey[],
  notes: readonly string[],
): Promise<Result<AuditReport>> {
  const vault = await openVault({ dataDirectory, keyProvider: chooseKeyProvider(), create: false });
  if (!vault.ok) return vault;
  const place = databasePlace();
  if (!place.ok) return place;
  const store = await openToRead({ dataDirectory, clock: () => new Date(), ...place.value }, vault.value);
  if (!store.ok) return store;
  try {
    const keys = trusted.length === 0 ? logKeys(vault.value) : trusted;
    return ok(await verifyAudit(store.value, { keys, notes }));
  } catch (error) {
    if (error instanceof StoreError) return storeFailure(error.kind, error.driverCode);
    throw error;
  } finally {
    await store.value.close();
  }
}

const problems: Readonly<Record<NonNullable<AuditReport['problem']>, string>> = {
  order: 'is out of order',
  link: 'does not follow the row before it',
  content: 'was changed',
  head_missing: 'is missing: the log was cut off',
  tree: 'or a row before it was rewritten: the signed checkpoint there says otherwise',
  signature: 'has a checkpoint that no key of this log signed',
  cut_off: 'is missing: a signed checkpoint covers it',
};

function inWords(report: AuditReport): string {
  if (!report.intact)
    return `BROKEN: row ${report.brokenAt ?? '?'} ${report.problem === undefined ? 'does not fit' : problems[report.problem]}`;
  const signed = report.checkpoints === 0 ? '' : `, ${report.checkpoints} checkpoints up to row ${report.signedRows}`;
  const word = 'keysFrom' in report && report.keysFrom === 'file' ? ', keys as the file states them' : '';
  return `intact: ${report.rows} rows, head ${report.head.hash}${signed}${word}`;
}
