import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { genesisHash } from '../core/audit/chain.ts';
import { verifyAudit } from './verify-audit.ts';
import { appendAudit, auditHead, type AuditEntry } from '../store/audit-log.ts';
import { temporaryInstallation, type TemporaryInstallation } from '../store/testing/temporary-installation.ts';

const entry: AuditEntry = {
  orgId: 'org',
  event: 'auth.login',
  actor: { kind: 'user', id: 'usr' },
  occurredAt: '2026-11-20T03:00:00.000Z',
};
let place: TemporaryInstallation;
beforeEach(async () => void (place = await temporaryInstallation()));
afterEach(() => place.remove());

const append = (count: number) =>
  place.store.transaction(async (trx) => {
    for (let index = 0; index < count; index += 1) await appendAudit(trx, { ...entry, detail: { index } });
  });

describe('audit log', () => {
  it('numbers rows without gaps, from the genesis, one chain over many transactions', async () => {
    await Promise.all([append(3), append(2)]);
    const rows = await place.store.db
      .selectFrom('audit_log')
      .select(['seq', 'prev_hash', 'hash'])
      .orderBy('seq')
      .execute();
    expect(rows.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
    expect(rows.map(({ prev_hash }) => prev_hash)).toEqual([genesisHash, ...rows.slice(0, 4).map(({ hash }) => hash)]);
    expect(await verifyAudit(place.store)).toMatchObject({
      intact: true,
      rows: 5,
      head: await auditHead(place.store.db),
    });
  });

  it('is undone with its transaction', async () => {
    await append(1);
    await place.store
      .transaction(async (trx) => {
        await appendAudit(trx, entry);
        throw new Error('no');
      })
      .catch(() => undefined);
    await append(1);
    expect(await verifyAudit(place.store)).toMatchObject({ intact: true, rows: 2 });
  });

  it.each([
    ['changed', "update audit_log set detail = '{}' where seq = 3", 3, 'content'],
    ['dropped', 'delete from audit_log where seq = 3', 4, 'link'],
    ['cut off at the end', 'delete from audit_log where seq > 3', 5, 'head_missing'],
    ['emptied', 'delete from audit_log', 5, 'head_missing'],
  ])('shows when it was %s', async (_what, statement, brokenAt, problem) => {
    await append(5);
    await place.tamper(statement);
    expect(await verifyAudit(place.store)).toMatchObject({ intact: false, brokenAt, problem });
  });

  it('reads a log in slices of any length', async () => {
    await append(7);
    for (const slice of [1, 3, 7, 8]) {
      expect(await verifyAudit(place.store, { slice })).toMatchObject({ intact: true, rows: 7 });
    }
    await place.tamper("update audit_log set actor_id = 'x' where seq = 6");
    expect(await verifyAudit(place.store, { slice: 3 })).toMatchObject({ intact: false, brokenAt: 6 });
  });
});
