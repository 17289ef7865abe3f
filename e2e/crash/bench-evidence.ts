/**
 * What sealing costs: a capture of 600 KiB signed, sealed and committed with its outbox and audit rows, beside the same
 * rows and bytes written unsealed into the same encrypted database, turn by turn, `synchronous=FULL`.
 * Usage: node bench-evidence.ts [ROUNDS] [FOLDER]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sealCapture, type CaptureDraft } from '../../src/desk/evidence/seal-capture.ts';
import { sampleDraft } from '../../src/desk/evidence/testing/sample-capture.ts';
import { appendAudit } from '../../src/store/audit-log.ts';
import { putBlob } from '../../src/store/blobs.ts';
import { writeInstallationValue } from '../../src/store/installation-values.ts';
import { openAt } from '../../src/store/testing/temporary-installation.ts';

const rounds = Number(process.argv[2] ?? 200);
const root = mkdtempSync(join(process.argv[3] ?? tmpdir(), 'loket-bench-'));
const clock = (): Date => new Date();
const place = await openAt(root, clock);
let ids = 0;
const next = (prefix: string): string => `${prefix}_${(ids += 1)}`;

async function unsealed(draft: CaptureDraft): Promise<void> {
  const now = clock().toISOString();
  const { orgId, customerId, kind } = draft;
  const nonce = next('plain');
  await place.store.transaction(async (trx) => {
    const id = next('blob');
    await trx.selectFrom('outbox').select('id').where('id', '=', nonce).executeTakeFirst();
    await putBlob(trx, { id, orgId, customerId, purpose: 'plain', bytes: Buffer.concat(draft.frames), createdAt: now });
    const row = {
      id: nonce,
      org_id: orgId,
      customer_id: customerId,
      kind,
      blob_id: id,
      size: 1,
      state: 'pending' as const,
      attempts: 0,
    };
    const rest = { next_attempt_at: now, lease_owner: null, lease_until: null, last_error: null, result: null };
    await trx
      .insertInto('outbox')
      .values({ ...row, ...rest, captured_at: now, created_at: now, delivered_at: null })
      .execute();
    await appendAudit(trx, { orgId, event: 'bundle.sealed', actor: { kind: 'system', id: null }, occurredAt: now });
    await writeInstallationValue(trx, 'bench', { nonce });
  });
}

async function sealed(draft: CaptureDraft): Promise<void> {
  const done = await sealCapture({ store: place.store, vault: place.vault, clock, ids: { next } }, draft);
  if (!done.ok) throw new Error(done.error.code);
}

const times = { sealed: [] as number[], unsealed: [] as number[] };
for (let round = -10; round < rounds; round += 1) {
  const draft = sampleDraft(`bench-${round}`, { frames: 3, frameBytes: 204_800 });
  // Turn about, so that neither always pays for the other's checkpoint.
  const first = round % 2 === 0 ? 'sealed' : 'unsealed';
  for (const what of [first, first === 'sealed' ? 'unsealed' : 'sealed'] as const) {
    const start = performance.now();
    if (what === 'sealed') await sealed(draft);
    else await unsealed(draft);
    if (round >= 0) times[what].push(performance.now() - start);
  }
}
await place.store.close();
rmSync(root, { recursive: true, force: true });

const quantile = (values: number[], share: number): number =>
  Number(([...values].sort((a, b) => a - b)[Math.floor((values.length - 1) * share)] ?? 0).toFixed(2));
const of = (values: number[]): { p50: number; p99: number } => ({
  p50: quantile(values, 0.5),
  p99: quantile(values, 0.99),
});
const result = { rounds, sealedMs: of(times.sealed), unsealedMs: of(times.unsealed) };
console.log(JSON.stringify({ ...result, ratioP50: Number((result.sealedMs.p50 / result.unsealedMs.p50).toFixed(3)) }));
