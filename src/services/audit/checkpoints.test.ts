import { hexToBytes } from '@noble/hashes/utils.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { auditHash, type ChainedAuditRow } from '../../core/audit/chain.ts';
import { auditLeaf } from '../../core/audit/audit-leaf.ts';
import { readCheckpoint } from '../../core/audit/checkpoint.ts';
import { createTreeBuilder, verifyConsistency, verifyInclusion } from '../../core/audit/merkle.ts';
import { appendAudit } from '../../store/audit-log.ts';
import { temporaryInstallation, type TemporaryInstallation } from '../../store/testing/temporary-installation.ts';
import { verifyNote } from '../../vault/signed-note.ts';
import { verifyAudit } from '../verify-audit.ts';
import { logKeys, makeCheckpoint, proveConsistency, proveInclusion } from './checkpoints.ts';
import { dumpAudit, verifyDump } from './dump.ts';

let place: TemporaryInstallation;
const clock = (): Date => new Date('2026-11-20T03:00:00.000Z');
beforeEach(async () => void (place = await temporaryInstallation(clock)));
afterEach(() => place.remove());

const ctx = () => ({ store: place.store, vault: place.vault, clock });
const append = (count: number) =>
  place.store.transaction(async (trx) => {
    for (let index = 0; index < count; index += 1) {
      await appendAudit(trx, {
        orgId: 'org',
        event: 'auth.login',
        actor: { kind: 'user', id: 'usr' },
        detail: { index },
        occurredAt: clock(),
      });
    }
  });
const rows = () => place.store.db.selectFrom('audit_log').selectAll().orderBy('seq').execute();
async function checkpoint() {
  const made = await makeCheckpoint(ctx());
  return made.ok ? made.value : expect.fail(made.error.code);
}

describe('a checkpoint', () => {
  it('signs the root over all rows, grows with them, and is made once for a size', async () => {
    expect(await makeCheckpoint(ctx())).toMatchObject({ ok: false, error: { code: 'not_found' } });
    const builder = createTreeBuilder();
    for (const count of [3, 1, 300, 7]) {
      await append(count);
      const made = await checkpoint();
      for (const { hash } of (await rows()).slice(builder.size)) builder.push(auditLeaf(hash));
      const signed = verifyNote(made.note, logKeys(place.vault)) ?? expect.fail('not signed');
      expect(readCheckpoint(signed.note.text)).toMatchObject({ size: builder.size, root: builder.root() });
      expect(await checkpoint()).toEqual(made);
    }
    expect(await verifyAudit(place.store, { keys: logKeys(place.vault) })).toMatchObject({
      intact: true,
      rows: 311,
      checkpoints: 4,
      signedRows: 311,
    });
  });

  it('proves rows and growth', async () => {
    await append(5);
    const first = await checkpoint();
    await append(600);
    const second = await checkpoint();
    for (const seq of [1, 5, 256, 257, 605]) {
      const proof = await proveInclusion(ctx(), seq);
      if (!proof.ok) return expect.fail(proof.error.code);
      const { hash, size, path, root } = proof.value;
      expect(root).toBe(second.root);
      expect(
        verifyInclusion({
          leaf: auditLeaf(hash),
          index: seq - 1,
          size,
          path: path.map(hexToBytes),
          root: hexToBytes(root),
        }),
      ).toBe(true);
    }
    const grown = await proveConsistency(ctx(), first.size, second.size);
    if (!grown.ok) return expect.fail(grown.error.code);
    const { from, to, path, oldRoot, root } = grown.value;
    expect([oldRoot, root]).toEqual([first.root, second.root]);
    const proof = {
      oldSize: from,
      size: to,
      path: path.map(hexToBytes),
      oldRoot: hexToBytes(oldRoot),
      root: hexToBytes(root),
    };
    expect(verifyConsistency(proof)).toBe(true);
    for (const [a, b] of [
      [0, 5],
      [6, 5],
      [5, 606],
    ] as const)
      expect(await proveConsistency(ctx(), a, b)).toMatchObject({ ok: false, error: { code: 'not_found' } });
    expect(await proveInclusion(ctx(), 606)).toMatchObject({ ok: false, error: { code: 'not_found' } });
  });
});

/** Rewrites row `seq` and every hash after it, as someone would who has the database's key and reads our code. */
async function rewrite(seq: number): Promise<void> {
  const all = (await rows()) as ChainedAuditRow[];
  let previous = all[seq - 2]?.hash ?? '';
  const statements: string[] = [];
  for (const row of all.slice(seq - 1)) {
    const changed = { ...row, ...(row.seq === seq ? { actor_id: 'nobody' } : {}), prev_hash: previous };
    const hash = auditHash(previous, changed);
    // Twice, because hashes are unique: first out of the way.
    statements.push(
      `update audit_log set actor_id='${changed.actor_id}', prev_hash='${previous}', hash='${hash}' where seq=${row.seq}`,
    );
    previous = hash;
  }
  const last = all.at(-1)?.seq ?? 0;
  statements.push(`update installation set value='{"seq":${last},"hash":"${previous}"}' where key='audit.head'`);
  await place.tamper(statements.join(';'));
}

describe('verification finds', () => {
  it('rows rewritten together with their chain, which the chain alone cannot show', async () => {
    await append(4);
    await checkpoint();
    await append(2);
    await rewrite(3);
    expect(await verifyAudit(place.store)).toMatchObject({
      intact: false,
      problem: 'tree',
      brokenAt: 4,
      checkpoints: 0,
    });
  });

  it('rows after the last checkpoint only by their chain: they are not signed yet', async () => {
    await append(4);
    await checkpoint();
    await append(2);
    await rewrite(6);
    expect(await verifyAudit(place.store)).toMatchObject({ intact: true, rows: 6, signedRows: 4 });
  });

  it('a log cut off together with the head noted beside it', async () => {
    await append(4);
    const { note } = await checkpoint();
    const [, second] = await rows();
    await place.tamper(
      `delete from audit_log where seq > 2; update installation set value='{"seq":2,"hash":"${second?.hash ?? ''}"}' where key='audit.head'`,
    );
    expect(await verifyAudit(place.store)).toMatchObject({ intact: false, problem: 'cut_off', brokenAt: 4 });
    // Even when the checkpoint was removed as well, one kept on a receipt tells.
    await place.tamper('delete from audit_checkpoints');
    expect(await verifyAudit(place.store)).toMatchObject({ intact: true, rows: 2 });
    expect(await verifyAudit(place.store, { notes: [note], keys: logKeys(place.vault) })).toMatchObject({
      intact: false,
      problem: 'cut_off',
    });
  });

  it('a checkpoint signed by nobody known', async () => {
    await append(2);
    await checkpoint();
    const stranger = await temporaryInstallation(clock);
    const keys = logKeys(stranger.vault);
    await stranger.remove();
    expect(await verifyAudit(place.store, { keys })).toMatchObject({ intact: false, problem: 'signature' });
  });

  it('a removed row before any checkpoint is made', async () => {
    await append(4);
    await place.tamper('delete from audit_log where seq = 2');
    expect(await makeCheckpoint(ctx())).toMatchObject({ ok: false, error: { code: 'audit_broken' } });
  });
});

describe('the exported file', () => {
  async function dump(): Promise<string[]> {
    const { size, note, key } = await checkpoint();
    const header = { origin: 'loket/x', keys: [key], exportedAt: clock().toISOString(), rows: size, checkpoint: note };
    const lines: string[] = [];
    for await (const line of dumpAudit(place.store, header)) lines.push(line.trimEnd());
    return lines;
  }
  const check = async (lines: readonly string[], options = {}) =>
    verifyDump(
      (async function* () {
        yield* lines;
      })(),
      options,
    );
  const change = (lines: readonly string[], at: number, edit: (row: Record<string, unknown>) => void): string[] =>
    lines.map((line, index) => {
      if (index !== at) return line;
      const value = JSON.parse(line) as { row: Record<string, unknown> };
      edit(value.row);
      return JSON.stringify(value);
    });

  it('is intact as written, and says whose word the keys are', async () => {
    await append(3);
    await checkpoint();
    await append(5);
    const lines = await dump();
    expect(lines).toHaveLength(1 + 8 + 2 + 1);
    expect(await check(lines)).toMatchObject({
      ok: true,
      value: { intact: true, rows: 8, checkpoints: 3, keysFrom: 'file' },
    });
    const keys = logKeys(place.vault);
    expect(await check(lines, { keys })).toMatchObject({ ok: true, value: { intact: true, keysFrom: 'given' } });
  });

  it('shows rows edited, removed, reordered and cut off', async () => {
    await append(8);
    const lines = await dump();
    const swapped = lines.map((line, index) => (index === 3 ? lines[4] : index === 4 ? lines[3] : line) ?? '');
    expect(await check(change(lines, 3, (row) => (row['actor_id'] = 'x')))).toMatchObject({
      value: { intact: false, brokenAt: 3 },
    });
    expect(await check(lines.filter((_, index) => index !== 3))).toMatchObject({
      value: { intact: false, brokenAt: 4 },
    });
    expect(await check(swapped)).toMatchObject({ value: { intact: false } });
    expect(await check(lines.slice(0, -4))).toMatchObject({ value: { intact: false, problem: 'cut_off' } });
    expect(await check(lines.slice(0, -1))).toMatchObject({ ok: false, error: { code: 'payload_unreadable' } });
    expect(await check([])).toMatchObject({ ok: false });
    expect(await check(['{"row":{}}'])).toMatchObject({ ok: false });
    expect(await check([...lines, '{"row":{}}'])).toMatchObject({ ok: false });
  });

  it('is refused where the auditor brings another key, or a checkpoint the log does not contain', async () => {
    await append(4);
    const lines = await dump();
    await append(2);
    const { note } = await checkpoint();
    expect(await check(lines, { notes: [note] })).toMatchObject({
      ok: true,
      value: { intact: false, problem: 'cut_off' },
    });
    const stranger = await temporaryInstallation(clock);
    const keys = logKeys(stranger.vault);
    await stranger.remove();
    expect(await check(lines, { keys })).toMatchObject({ ok: true, value: { intact: false, problem: 'signature' } });
  });

  it('begins where retention ended, and still fits every later checkpoint', async () => {
    await append(5);
    await checkpoint();
    await append(4);
    await checkpoint();
    const third = (await rows())[2];
    await place.tamper(
      `delete from audit_log where seq <= 3; insert into installation values ('audit.purged', '{"seq":3,"hash":"${third?.hash ?? ''}"}')`,
    );
    const keys = logKeys(place.vault);
    expect(await verifyAudit(place.store, { keys })).toMatchObject({ intact: true, rows: 6, checkpoints: 2 });
    const lines = await dump();
    expect(await check(lines, { keys })).toMatchObject({ ok: true, value: { intact: true, rows: 6, signedRows: 9 } });
    const forged = JSON.parse(lines[0] ?? '') as { start: { tree: string[] } };
    forged.start.tree[0] = 'ab'.repeat(32);
    expect(await check([JSON.stringify(forged), ...lines.slice(1)], { keys })).toMatchObject({
      value: { intact: false, problem: 'tree' },
    });
  });
});
