/**
 * `npm run bench:dashboard [-- --rows 100000]`: how long the figures, the review queue and a search by telephone take where
 * the record holds so many checks. Rows over 90 days and six desks, every tenth capture in review. The whole service call,
 * audit row included, on an encrypted database of its own. Prints p50 and p95; asserts nothing.
 */
import { parseArgs } from 'node:util';
import type { Actor } from '../../src/services/context.ts';
import { viewDashboard } from '../../src/services/dashboard/view-dashboard.ts';
import { viewQueue } from '../../src/services/review-desk/view-queue.ts';
import { searchCustomers } from '../../src/services/search-customers.ts';
import {
  addOrganisation,
  openTestHouse,
  type TestHouse,
  type TestOrganisation,
} from '../../src/services/testing/test-house.ts';
import type { Row } from '../../src/store/repositories/types.ts';

const { values } = parseArgs({
  options: { rows: { type: 'string', default: '100000' }, rounds: { type: 'string', default: '15' } },
});
const atOnce = 400;
const dayMs = 86_400_000;
const tiers = ['none', 'basic', 'standard', 'premium'];
const codes = ['flash_too_bright', 'field_uncertain', 'match_borderline', 'nik_region_differs'];
/** As large as a judgement with its voters is. */
const detail = JSON.stringify({ kind: 'bench', judgement: { voters: [], note: 'x'.repeat(1500) } });

/** One customer, one capture and two checks for each pair of rows; every tenth with a case, half of those decided. */
function drawn(house: TestHouse, bank: TestOrganisation, n: number, rows: number) {
  const { ids } = house.ctx;
  const at = new Date(house.now.getTime() - Math.floor(((rows - n) / rows) * 90 * dayMs) - 1000).toISOString();
  const org_id = bank.orgId;
  const customerId = ids.next('cus');
  const captureId = ids.next('cap');
  const flagged = n % 10 === 0;
  const shared = { org_id, customer_id: customerId, created_at: at };
  const check = (method: string, score: number): Row<'verifications'> => ({
    ...shared,
    id: ids.next('ver'),
    method,
    status: flagged ? 'pending' : 'verified',
    score,
    reasons: '[]',
    detail,
    capture_id: captureId,
    operator_id: null,
    data_residency: 'id-jkt-1',
  });
  const liveness = check('face_liveness', [100, 75, 50][n % 3] ?? 0);
  const customer: Row<'customers'> = {
    id: customerId,
    org_id,
    full_name: `NASABAH ${n}`,
    nik: null,
    nik_index: null,
    nik_metadata: null,
    email: null,
    phone: `+62812${String(n).padStart(8, '0')}`,
    external_ref: null,
    status: 'active',
    kyc_level: tiers[n % 4] ?? 'none',
    kyc_last_verified_at: at,
    kyc_expires_at: null,
    data_residency: 'id-jkt-1',
    created_at: at,
    updated_at: at,
    erased_at: null,
  };
  const capture: Row<'captures'> = {
    id: captureId,
    org_id,
    customer_id: customerId,
    kind: 'face',
    nonce: `bench-${n}`,
    bundle_hash: 'x',
    signature_alg: 'ed25519',
    desk_id: `dsk_${n % 6}`,
    device_id: null,
    simulated: 0,
    captured_at: at,
    received_at: at,
    retention_class: 'onboarding',
    frames_blob_id: '__retired__',
    frames_stored: 0,
    data_residency: 'id-jkt-1',
  };
  const decided = n % 20 === 0 && n < rows * 0.98;
  const review: Row<'review_cases'> = {
    ...shared,
    id: ids.next('rev'),
    verification_id: liveness.id,
    reasons: JSON.stringify([{ code: codes[n % 4], gate: 'liveness', value: 0.4, threshold: 0.5 }]),
    status: decided || n < rows * 0.98 ? 'approved' : 'open',
    assignee_id: null,
    operator_id: null,
    due_at: at,
    updated_at: at,
  };
  const decision: Row<'review_decisions'> = {
    id: ids.next('rdec'),
    org_id,
    case_id: review.id,
    verification_id: liveness.id,
    decision: 'approve',
    from_status: 'pending',
    to_status: 'verified',
    reason: 'bench',
    reason_code: 'original_seen',
    reviewer_id: bank.people.supervisor.id,
    operator_id: null,
    reauthentication: 'password',
    created_at: at,
  };
  const cases = flagged ? [review] : [];
  return {
    customers: [customer],
    captures: [capture],
    verifications: [liveness, check('face_match', 30 + (n % 60))],
    review_cases: cases,
    review_decisions: cases.filter(({ status }) => status === 'approved').map(() => decision),
  };
}

async function seed(house: TestHouse, bank: TestOrganisation, rows: number): Promise<void> {
  const pairs = Math.floor(rows / 2);
  for (let from = 0; from < pairs; from += atOnce) {
    const made = Array.from({ length: Math.min(atOnce, pairs - from) }, (_, k) => drawn(house, bank, from + k, pairs));
    await house.ctx.store.transaction(async (trx) => {
      for (const table of ['customers', 'captures', 'verifications', 'review_cases', 'review_decisions'] as const) {
        const all = made.flatMap((one) => one[table] as readonly object[]);
        if (all.length > 0)
          await trx
            .insertInto(table)
            .values(all as never)
            .execute();
      }
    });
  }
}

async function timed(name: string, rounds: number, act: () => Promise<unknown>): Promise<void> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const started = performance.now();
    await act();
    times.push(performance.now() - started);
  }
  times.sort((a, b) => a - b);
  const at = (share: number) => (times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0).toFixed(0);
  console.log(`${name.padEnd(34)} p50 ${at(0.5).padStart(5)} ms   p95 ${at(0.95).padStart(5)} ms`);
}

const rows = Number(values.rows);
const rounds = Number(values.rounds);
const house = await openTestHouse();
try {
  const bank = await addOrganisation(house, 'Bank');
  for (let desk = 0; desk < 6; desk += 1)
    await house.ctx.store.db
      .insertInto('desks')
      .values({
        id: `dsk_${desk}`,
        org_id: bank.orgId,
        name: `Loket ${desk}`,
        public_key: `bench-${desk}`,
        status: 'active',
        last_counter: 0,
        created_at: house.now.toISOString(),
        revoked_at: null,
      })
      .execute();
  await seed(house, bank, rows);
  const actor: Actor = bank.actor('supervisor');
  console.log(`${rows} checks on ${house.ctx.store.engine}, ${rounds} rounds`);
  await timed('figures, 90 days', rounds, () => viewDashboard(house.ctx, actor, { days: 90 }));
  await timed('figures, 90 days, one desk', rounds, () =>
    viewDashboard(house.ctx, actor, { days: 90, deskId: 'dsk_3' }),
  );
  await timed('figures, 7 days', rounds, () => viewDashboard(house.ctx, actor, { days: 7 }));
  await timed('review queue', rounds, () => viewQueue(house.ctx, actor, { status: 'undecided' }));
  const part = { by: 'page', page: 1, limit: 50 } as const;
  await timed('search by telephone', rounds, () => searchCustomers(house.ctx, actor, '0812 0000 1234', part));
} finally {
  await house.close();
}
