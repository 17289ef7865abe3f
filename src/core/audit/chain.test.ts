import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  auditHash,
  createChainVerifier,
  genesisHash,
  genesisHead,
  verifyChain,
  type AuditRow,
  type ChainedAuditRow,
} from './chain.ts';

const rowArbitrary: fc.Arbitrary<Omit<AuditRow, 'seq'>> = fc.record({
  id: fc.uuid(),
  org_id: fc.constantFrom('org_a', 'org_b'),
  event: fc.constantFrom('customer.created', 'ktp.captured'),
  actor_kind: fc.constantFrom('user', 'system'),
  actor_id: fc.option(fc.string()),
  subject: fc.option(fc.string()),
  object_id: fc.option(fc.string()),
  detail: fc.json(),
  occurred_at: fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
});

function chain(bodies: readonly Omit<AuditRow, 'seq'>[]): ChainedAuditRow[] {
  const rows: ChainedAuditRow[] = [];
  for (const body of bodies) {
    const row = { ...body, seq: rows.length + 1 };
    const prev_hash = rows.at(-1)?.hash ?? genesisHash;
    rows.push({ ...row, prev_hash, hash: auditHash(prev_hash, row) });
  }
  return rows;
}

const chains = fc.array(rowArbitrary, { minLength: 2, maxLength: 12 }).map(chain);
const members = [
  'id',
  'org_id',
  'event',
  'actor_kind',
  'actor_id',
  'subject',
  'object_id',
  'detail',
  'occurred_at',
] as const;

describe('audit chain', () => {
  it('hashes the documented bytes: domain line, then RFC 8785 JSON of the row with the previous hash', () => {
    const row: AuditRow = {
      seq: 1,
      id: 'aud_1',
      org_id: 'org_1',
      event: 'organisation.created',
      actor_kind: 'system',
      actor_id: null,
      subject: null,
      object_id: 'org_1',
      detail: '{"name":"é"}',
      occurred_at: '2026-01-02T03:04:05.678Z',
    };
    const bytes =
      'loket.audit.v1\n{"actor_id":null,"actor_kind":"system","detail":"{\\"name\\":\\"é\\"}","event":"organisation.created",' +
      `"id":"aud_1","object_id":"org_1","occurred_at":"2026-01-02T03:04:05.678Z","org_id":"org_1","prev":"${genesisHash}","seq":1,"subject":null}`;
    expect(auditHash(genesisHash, row)).toBe(createHash('sha256').update(bytes, 'utf8').digest('hex'));
    expect(genesisHash).toBe(createHash('sha256').update('loket.audit.v1\n').digest('hex'));
  });

  it('finds an untouched chain intact and counts its rows', () => {
    fc.assert(
      fc.property(chains, (rows) => {
        const head = { seq: rows.length, hash: rows.at(-1)?.hash };
        expect(verifyChain(rows)).toEqual({ intact: true, rows: rows.length, head });
      }),
    );
    expect(verifyChain([])).toEqual({ intact: true, rows: 0, head: genesisHead });
  });

  it('ignores columns that are not part of the row', () => {
    const [row] = chain([fc.sample(rowArbitrary, 1)[0] as Omit<AuditRow, 'seq'>]) as [ChainedAuditRow];
    expect(auditHash(genesisHash, { ...row, extra: 1 } as AuditRow)).toBe(row.hash);
  });

  it('names the first row in which any member was changed', () => {
    fc.assert(
      fc.property(chains, fc.nat(), fc.constantFrom(...members), (rows, pick, member) => {
        const at = pick % rows.length;
        const changed = rows.map((row, index) => (index === at ? { ...row, [member]: `${row[member] ?? ''}!` } : row));
        expect(verifyChain(changed)).toMatchObject({
          intact: false,
          brokenAt: at + 1,
          problem: 'content',
          rows: at + 1,
        });
      }),
    );
  });

  it('names the row after a dropped one, even when its own hash is made to fit', () => {
    fc.assert(
      fc.property(chains, fc.nat(), (rows, pick) => {
        const at = pick % (rows.length - 1);
        const dropped = rows.filter((_, index) => index !== at);
        expect(verifyChain(dropped)).toMatchObject({ intact: false, brokenAt: at + 2, problem: 'link' });
      }),
    );
  });

  it('refuses a changed row whose hash was recomputed, at the row after it', () => {
    const rows = chain(fc.sample(rowArbitrary, 4));
    const forged = { ...(rows[1] as ChainedAuditRow), detail: '{"forged":true}' };
    const patched = rows.with(1, { ...forged, hash: auditHash(forged.prev_hash, forged) });
    expect(verifyChain(patched)).toMatchObject({ intact: false, brokenAt: 3, problem: 'link' });
  });

  it('refuses rows out of order or repeated', () => {
    const rows = chain(fc.sample(rowArbitrary, 3));
    expect(verifyChain([rows[0], rows[0], rows[1]] as ChainedAuditRow[])).toMatchObject({
      intact: false,
      brokenAt: 1,
      problem: 'order',
    });
    expect(verifyChain([...rows].reverse())).toMatchObject({ intact: false, brokenAt: 3, problem: 'link' });
  });

  it('goes on from a checkpoint, and only from the right one', () => {
    const rows = chain(fc.sample(rowArbitrary, 5));
    const from = { seq: 2, hash: (rows[1] as ChainedAuditRow).hash };
    expect(verifyChain(rows.slice(2), { from })).toMatchObject({ intact: true, rows: 3 });
    expect(verifyChain(rows.slice(2))).toMatchObject({ intact: false, brokenAt: 3, problem: 'link' });
    expect(verifyChain(rows.slice(3), { from })).toMatchObject({ intact: false, brokenAt: 4, problem: 'link' });
  });

  it('notices a cut-off tail through a head that was noted elsewhere', () => {
    const rows = chain(fc.sample(rowArbitrary, 5));
    const mustContain = { seq: 5, hash: (rows[4] as ChainedAuditRow).hash };
    expect(verifyChain(rows, { mustContain }).intact).toBe(true);
    expect(verifyChain(rows.slice(0, 4))).toMatchObject({ intact: true });
    expect(verifyChain(rows.slice(0, 4), { mustContain })).toMatchObject({
      intact: false,
      brokenAt: 5,
      problem: 'head_missing',
    });
    expect(verifyChain([], { mustContain: genesisHead }).intact).toBe(true);
  });

  it('stays broken once broken', () => {
    const rows = chain(fc.sample(rowArbitrary, 3));
    const verifier = createChainVerifier();
    expect(verifier.push(rows[1] as ChainedAuditRow)).toBe(false);
    expect(verifier.push(rows[0] as ChainedAuditRow)).toBe(false);
    expect(verifier.report()).toMatchObject({ intact: false, rows: 1, brokenAt: 2 });
  });
});
