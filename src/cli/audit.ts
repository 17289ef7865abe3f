/** `loket audit verify`: an auditor's check of the log, without starting anything and without writing anything. */
import { Command } from 'commander';
import type { ChainReport } from '../core/audit/chain.ts';
import type { Result } from '../contract/result.ts';
import { verifyAudit } from '../services/verify-audit.ts';
import { openStore } from '../store/open-store.ts';
import { StoreError, storeFailure } from '../store/store-error.ts';
import { databasePath } from '../vault/data-directory.ts';
import { chooseKeyProvider } from '../vault/key-providers/choose-key-provider.ts';
import { openVault } from '../vault/open-vault.ts';

/** Exit status: 0 intact, 1 broken (the first bad row is named), 2 unusable input. */
export function auditCommand(): Command {
  const audit = new Command('audit').description('the audit log');
  audit
    .command('verify')
    .description('check the hash chain of the audit log; exit 0 intact, 1 broken, 2 unusable input')
    .requiredOption('--data <dir>', 'data directory of the installation')
    .option('--json', 'one JSON document on stdout')
    .action(async (options: { data: string; json?: boolean }) => {
      const report = await verifyDirectory(options.data);
      process.exitCode = report.ok ? (report.value.intact ? 0 : 1) : 2;
      if (!report.ok) {
        process.stderr.write(`${report.error.code}: ${report.error.message}\n`);
        return;
      }
      process.stdout.write(`${options.json === true ? JSON.stringify(report.value) : inWords(report.value)}\n`);
    });
  return audit;
}

async function verifyDirectory(dataDirectory: string): Promise<Result<ChainReport>> {
  const vault = await openVault({ dataDirectory, keyProvider: chooseKeyProvider(), create: false });
  if (!vault.ok) return vault;
  const store = await openStore({
    path: databasePath(dataDirectory),
    keyHex: vault.value.databaseKeyHex(),
    clock: () => new Date(),
    readOnly: true,
  });
  if (!store.ok) return store;
  try {
    return { ok: true, value: await verifyAudit(store.value) };
  } catch (error) {
    if (error instanceof StoreError) return storeFailure(error.kind, error.driverCode);
    throw error;
  } finally {
    await store.value.close();
  }
}

const problems: Readonly<Record<NonNullable<ChainReport['problem']>, string>> = {
  order: 'is out of order',
  link: 'does not follow the row before it',
  content: 'was changed',
  head_missing: 'is missing: the log was cut off',
};

function inWords(report: ChainReport): string {
  if (report.intact) return `intact: ${report.rows} rows, head ${report.head.hash}`;
  return `BROKEN: row ${report.brokenAt ?? '?'} ${report.problem === undefined ? 'does not fit' : problems[report.problem]}`;
}
