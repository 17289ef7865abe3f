import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
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

/** The exit status; the test process's own is put back. */
async function run(...args: string[]): Promise<number | string | null | undefined> {
  const before = process.exitCode;
  await auditCommand().parseAsync(['verify', '--data', place.dataDirectory, ...args], { from: 'user' });
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
