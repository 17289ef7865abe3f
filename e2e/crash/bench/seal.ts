/**
 * A capture of 600 KiB signed, sealed and committed with its outbox and audit rows, beside the same rows and bytes written
 * unsealed into the same encrypted database, turn by turn, `synchronous=FULL`. The ratio is taken pair by pair too, so that
 * a disk that was slow for a while counts on both sides. `cpuMs` is the time of the processors, which a machine that is
 * busy with other work changes less than the time on the wall.
 */
import type { CaptureDraft } from '../../../src/desk/evidence/seal-capture.ts';
import { appendAudit } from '../../../src/store/audit-log.ts';
import { putBlob } from '../../../src/store/blobs.ts';
import { writeInstallationValue } from '../../../src/store/installation-values.ts';
import type { TemporaryInstallation } from '../../../src/store/testing/temporary-installation.ts';
import { benchOf, captureMaker, seal, type Bench } from './captures.ts';
import { quantile, spread } from './figures.ts';

const target = 1.25;
/** Until the engine has compiled what runs once per capture, on both sides: a counter is there after a morning. */
const warmUp = 200;

export async function benchSeal(place: TemporaryInstallation, rounds: number): Promise<object> {
  const bench = benchOf(place);
  const make = captureMaker(3, 204_800);
  const times = { sealed: [] as number[], unsealed: [] as number[] };
  const cpu = { sealed: 0, unsealed: 0 };
  for (let round = -warmUp; round < rounds; round += 1) {
    const draft = make(`bench-${round}`);
    // Turn about, so that neither always pays for the other's checkpoint.
    const order = round % 2 === 0 ? (['sealed', 'unsealed'] as const) : (['unsealed', 'sealed'] as const);
    for (const what of order) {
      const before = process.cpuUsage();
      const start = performance.now();
      await (what === 'sealed' ? seal(bench, draft) : unsealed(bench, draft));
      if (round < 0) continue;
      times[what].push(performance.now() - start);
      const { user, system } = process.cpuUsage(before);
      cpu[what] += (user + system) / 1000 / rounds;
    }
  }
  const sealedMs = spread(times.sealed);
  const unsealedMs = spread(times.unsealed);
  const paired = times.sealed.map((ms, index) => ms / (times.unsealed[index] ?? ms));
  const ratio = (a: number, b: number): number => Number((a / b).toFixed(3));
  const ratioP50 = ratio(sealedMs.p50, unsealedMs.p50);
  const ratioP99 = ratio(sealedMs.p99, unsealedMs.p99);
  const reached = ratioP50 <= target && ratioP99 <= target;
  const cpuMs = {
    sealed: Number(cpu.sealed.toFixed(2)),
    unsealed: Number(cpu.unsealed.toFixed(2)),
    ratio: ratio(cpu.sealed, cpu.unsealed),
  };
  const pairedP50 = quantile(paired, 0.5);
  return { rounds, sealedMs, unsealedMs, ratioP50, ratioP99, pairedP50, cpuMs, target, reached };
}

async function unsealed({ place, clock, next }: Bench, draft: CaptureDraft): Promise<void> {
  const now = clock().toISOString();
  const { orgId, customerId, kind } = draft;
  const nonce = next('plain');
  await place.store.transaction(async (trx) => {
    const id = next('blob');
    await trx.selectFrom('outbox').select('id').where('id', '=', nonce).executeTakeFirst();
    await putBlob(trx, { id, orgId, customerId, purpose: 'plain', bytes: Buffer.concat(draft.frames), createdAt: now });
    const row = { id: nonce, org_id: orgId, customer_id: customerId, kind, blob_id: id, size: 1, attempts: 0 };
    const rest = { next_attempt_at: now, lease_owner: null, lease_until: null, last_error: null, result: null };
    await trx
      .insertInto('outbox')
      .values({ ...row, ...rest, state: 'pending', captured_at: now, created_at: now, delivered_at: null })
      .execute();
    await appendAudit(trx, { orgId, event: 'bundle.sealed', actor: { kind: 'system', id: null }, occurredAt: now });
    await writeInstallationValue(trx, 'bench', { nonce });
  });
}
