import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { genesisHead } from '../core/audit/chain.ts';
import { writeReference } from '../desk/receipt/receipt-reference.ts';
import { makeCheckpoint } from '../services/audit/checkpoints.ts';
import { appendAudit } from '../store/audit-log.ts';
import { openSqlite } from '../store/sqlite-dialect.ts';
import { temporaryInstallation, type TemporaryInstallation } from '../store/testing/temporary-installation.ts';
import { installationPath } from '../vault/data-directory.ts';
import { auditCommand } from './audit.ts';

let place: TemporaryInstallation;
let output: string;
let errors: string;

beforeEach(async () => {
  place = await temporaryInstallation(undefined, 'sqlite');
  vi.stubEnv('LOKET_KEY_DIR', place.keyDirectory);
  vi.stubEnv('LOKET_PASSPHRASE', '');
  output = '';
  errors = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((output += String(text)), true));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((errors += String(text)), true));
  await place.store.transaction(async (trx) => {
    for (let index = 0; index < 4; index += 1) {
      await appendAudit(trx, {
        orgId: 'org',
        event: 'auth.login',
        actor: { kind: 'user', id: 'u' },
        occurredAt: '2026-11-20T03:00:00.000Z',
      });
    }
  });
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await place.remove();
});

const run = (...args: string[]) => audit('verify', '--data', place.dataDirectory, ...args);

/** The exit status; the test process's own is put back. */
async function audit(...args: string[]): Promise<number | string | null | undefined> {
  const before = process.exitCode;
  process.exitCode = undefined;
  await auditCommand().parseAsync(args, { from: 'user' });
  const status = process.exitCode;
  process.exitCode = before;
  return status;
}

describe('loket audit verify', () => {
  it('ends with 0 on an intact log, also while the station has it open', async () => {
    expect(await run()).toBe(0);
    expect(output).toMatch(/^intact: 4 rows, head [0-9a-f]{64}\n$/);
    output = '';
    expect(await run('--json')).toBe(0);
    expect(JSON.parse(output)).toMatchObject({ intact: true, rows: 4 });
  });

  it('ends with 1 and names the first bad row', async () => {
    const raw = openSqlite({ path: place.store.path, keyHex: place.vault.databaseKeyHex() });
    raw.exec("drop trigger audit_log_no_update; update audit_log set actor_id = 'someone else' where seq = 3");
    raw.close();
    expect(await run()).toBe(1);
    expect(output).toBe('BROKEN: row 3 was changed\n');
    output = '';
    expect(await run('--json')).toBe(1);
    expect(JSON.parse(output)).toMatchObject({ intact: false, brokenAt: 3, problem: 'content' });
  });

  it('ends with 2 and one line where there is nothing to check', async () => {
    vi.stubEnv('LOKET_KEY_DIR', `${place.root}/elsewhere`);
    expect(await run()).toBe(2);
    expect(errors).toMatch(/^key_missing: .+\n$/);
    errors = '';
    rmSync(installationPath(place.dataDirectory));
    expect(await run()).toBe(2);
    expect(errors).toMatch(/^installation_missing: .+\n$/);
    expect(output).toBe('');
  });
});

describe('loket audit export', () => {
  const dump = (): string => join(place.root, 'audit.jsonl');
  const rewrite = (edit: (lines: string[]) => string[]): void =>
    writeFileSync(dump(), `${edit(readFileSync(dump(), 'utf8').trimEnd().split('\n')).join('\n')}\n`);

  it('writes a file that is checked without the installation, and only once', async () => {
    expect(await audit('export', '--data', place.dataDirectory, '--out', dump())).toBeUndefined();
    expect(output).toMatch(/^4 rows, signed by loket\/\S+\+[0-9a-f]{8}\+\S+\n$/);
    const key = output.trim().split(' ').at(-1) ?? '';
    expect(await audit('export', '--data', place.dataDirectory, '--out', dump())).toBe(2);
    output = '';
    expect(await audit('verify', '--file', dump())).toBe(0);
    expect(output).toMatch(
      /^intact: 4 rows, head [0-9a-f]{64}, \d checkpoints up to row 4, keys as the file states them\n$/,
    );
    expect(await audit('verify', '--file', dump(), '--key', key)).toBe(0);
    expect(await audit('verify', '--file', dump(), '--key', key.replace(/.$/, 'A'))).toBe(2);
  });

  it.each<[string, (lines: string[]) => string[], 1 | 2]>([
    [
      'edited',
      (lines) => lines.map((line, at) => (at === 2 ? line.replace('"actor_id":"u"', '"actor_id":"x"') : line)),
      1,
    ],
    ['removed', (lines) => lines.filter((_, at) => at !== 2), 1],
    ['reordered', (lines) => [...lines.slice(0, 2), lines[3] ?? '', lines[2] ?? '', ...lines.slice(4)], 1],
    ['cut off', (lines) => lines.slice(0, 3), 1],
    ['without its end', (lines) => lines.slice(0, -1), 2],
  ])('shows rows %s', async (_what, edit, status) => {
    await audit('export', '--data', place.dataDirectory, '--out', dump());
    rewrite(edit);
    expect(await audit('verify', '--file', dump())).toBe(status);
  });

  it('holds the log against a checkpoint from a receipt', async () => {
    await audit('export', '--data', place.dataDirectory, '--out', dump());
    const ctx = { store: place.store, vault: place.vault, clock: () => new Date() };
    const made = await makeCheckpoint(ctx);
    if (!made.ok) return expect.fail(made.error.code);
    const receipt = join(place.root, 'receipt.txt');
    const reference = { audit: genesisHead, note: made.value.note, bundleHashes: ['ab'.repeat(32)] };
    writeFileSync(receipt, writeReference(reference));
    expect(await audit('verify', '--file', dump(), '--checkpoint', receipt)).toBe(0);
    expect(await run('--checkpoint', receipt)).toBe(0);
    await place.tamper('delete from audit_checkpoints; delete from audit_log where seq = 4');
    const [last] = await place.store.db.selectFrom('audit_log').select('hash').where('seq', '=', 3).execute();
    await place.tamper(`update installation set value='{"seq":3,"hash":"${last?.hash ?? ''}"}' where key='audit.head'`);
    expect(await run()).toBe(0);
    expect(await run('--checkpoint', receipt)).toBe(1);
    expect(output).toContain('BROKEN: row 4 is missing: a signed checkpoint covers it');
  });
});
