/** Believable answers for the review desk, the customer page and the dashboards, with fictional people and numbers. */
import type { ReviewView } from '../../contract/desk/answers.ts';
import type { CustomerFile, DashboardView, Distribution } from '../../contract/desk/customer-page.ts';
import type { AuditLine, CaseDetail, QueueCase, QueueView } from '../../contract/desk/review-desk.ts';
import { customer, staff, supervisor } from './fixtures.ts';

const now = '2026-11-20T10:05:00+07:00';
const compliance = { id: 'usr_laras', fullName: 'Laras Kepatuhan', role: 'compliance' } as const;

function row(part: Partial<QueueCase>): QueueCase {
  return {
    id: 'rev_1',
    customerName: customer.fullName,
    method: 'face_liveness',
    status: 'open',
    reasons: [{ code: 'flash_too_bright', gate: 'liveness' }],
    operator: staff.fullName,
    desk: 'Loket 3',
    assignee: null,
    createdAt: '2026-11-20T09:41:00+07:00',
    dueAt: '2026-11-20T10:11:00+07:00',
    age: { state: 'soon', minutes: 6, age: 24 },
    ownCapture: false,
    notInBatch: 'needs_a_look',
    ...part,
  };
}

const region = [{ code: 'nik_region_differs' as const, gate: 'nik' }];

export function queueView(review: ReviewView, status: string): QueueView {
  const rows: readonly QueueCase[] = [
    row({
      id: 'rev_late',
      customerName: 'Putu Ayu Rekaan',
      reasons: region,
      method: 'ktp_capture',
      age: { state: 'overdue', minutes: 95, age: 125 },
      assignee: { id: supervisor.id, fullName: supervisor.fullName },
      notInBatch: null,
    }),
    row({ status: review.status, ...(review.status === 'open' ? {} : { age: null }) }),
    row({
      id: 'rev_own',
      customerName: 'Dewa Made Contoh',
      operator: supervisor.fullName,
      ownCapture: true,
      reasons: [{ code: 'match_borderline', gate: 'match' }],
      age: { state: 'in_time', minutes: 25, age: 5 },
      notInBatch: 'own_capture',
    }),
    row({
      id: 'rev_calm',
      customerName: 'Slamet Percobaan',
      reasons: region,
      method: 'ktp_capture',
      desk: 'Loket 1',
      age: { state: 'in_time', minutes: 28, age: 2 },
      notInBatch: 'not_seen',
    }),
    row({
      id: 'rev_up',
      customerName: 'Maria Contoh Lim',
      status: 'escalated',
      reasons: [{ code: 'record_check', gate: 'ktp' }],
      age: { state: 'overdue', minutes: 12, age: 42 },
      assignee: { id: compliance.id, fullName: compliance.fullName },
      notInBatch: 'not_open',
    }),
  ];
  const shown = rows.filter((one) =>
    status === 'undecided'
      ? one.status === 'open' || one.status === 'escalated'
      : status === 'decided'
        ? one.status === 'approved' || one.status === 'rejected'
        : one.status === status,
  );
  return {
    rows: shown,
    more: false,
    counts: { undecided: 5, overdue: 2, mine: 1 },
    reasons: [
      { code: 'nik_region_differs', count: 2 },
      { code: 'flash_too_bright', count: 1 },
      { code: 'match_borderline', count: 1 },
      { code: 'record_check', count: 1 },
    ],
    desks: [
      { id: 'dsk_1', name: 'Loket 1' },
      { id: 'dsk_3', name: 'Loket 3' },
    ],
    people: [{ id: supervisor.id, fullName: supervisor.fullName, role: 'supervisor' }, compliance],
    slaMinutes: 30,
    now,
  };
}

const audit: readonly AuditLine[] = [
  { at: now, event: 'evidence.viewed', actor: supervisor.fullName, actorKind: 'user', detail: {} },
  {
    at: '2026-11-20T09:52:00+07:00',
    event: 'review.assigned',
    actor: supervisor.fullName,
    actorKind: 'user',
    detail: { to: supervisor.id },
  },
  { at: '2026-11-20T09:41:00+07:00', event: 'review.opened', actor: 'Loket 3', actorKind: 'desk', detail: {} },
  {
    at: '2026-11-20T09:41:00+07:00',
    event: 'face.liveness_checked',
    actor: 'Loket 3',
    actorKind: 'desk',
    detail: { status: 'pending', score: 50, verdict: 'unclear' },
  },
];

export function caseDetail(crop: Uint8Array): CaseDetail {
  const plain = { confidence: 0.97, correctedBy: null, correctedAt: null };
  return {
    assignee: null,
    age: { state: 'soon', minutes: 6, age: 24 },
    slaMinutes: 30,
    desk: 'Loket 3',
    fields: [
      { ...plain, name: 'nik', value: '3173051708850004', original: '3173051708850004' },
      { ...plain, name: 'fullName', value: 'RATNA SEKAR WIJAYANTI', original: 'RATNA SEKAR WIJAYANTI' },
      { ...plain, name: 'birthDate', value: '1985-08-17', original: '1985-08-17' },
      { ...plain, name: 'sex', value: 'PEREMPUAN', original: 'PEREMPUAN' },
      {
        name: 'address',
        value: 'JL CONTOH NO 12',
        original: 'JL C0NTOH N0 I2',
        confidence: 0.52,
        correctedBy: staff.fullName,
        correctedAt: '2026-11-20T09:39:00+07:00',
      },
    ],
    consent: {
      version: '2026-1',
      language: 'id',
      purposes: ['identity_verification', 'biometric_processing', 'evidence_retention'],
      acceptedAt: '2026-11-20T09:36:00+07:00',
      signature: {
        method: 'drawn',
        strokes: [[120, 700, 180, 320, 240, 720, 300, 420, 380, 700, 470, 380, 520, 690, 640, 520, 820, 640]],
        at: '2026-11-20T09:36:00+07:00',
        sameText: true,
      },
    },
    marks: [
      { kind: 'simulated' },
      { kind: 'source', source: 'scanner_folder' },
      { kind: 'operators', names: [staff.fullName, 'Yoga Contoh'] },
    ],
    duplicates: [
      {
        customerId: 'cus_dewa',
        fullName: 'Ratih Sekar Rekaan',
        nikTail: '0021',
        kycLevel: 'basic',
        by: 'face',
        similarity: 0.71,
        threshold: 0.55,
        crop,
      },
    ],
    history: {
      verifications: customer.verifications.map((one) => ({
        ...one,
        recorded: one.status,
        ofThisCase: one.method === 'face_liveness',
      })),
      cases: [{ id: 'rev_0', status: 'rejected', createdAt: '2026-10-02T11:00:00+07:00', reasons: region }],
    },
    audit,
  };
}

export const erased = { state: 'erased', requestedAt: now, holdUntil: null, erasedAt: now } as const;

export function customerFile(part: Partial<CustomerFile> = {}): CustomerFile {
  return {
    ...customer,
    phone: '+62 812 0000 0004',
    email: null,
    externalRef: 'CIF-000412',
    createdAt: '2026-11-20T09:30:00+07:00',
    lastVerifiedAt: '2026-11-20T09:41:00+07:00',
    references: [
      {
        id: 'fe_2',
        source: 'onboarding_selfie',
        active: true,
        retireReason: null,
        faceWidthPx: 212,
        modelId: 'w600k-mbf',
        createdAt: '2026-11-20T09:41:00+07:00',
      },
      {
        id: 'fe_1',
        source: 'ktp_extract',
        active: false,
        retireReason: 'superseded',
        faceWidthPx: 61,
        modelId: 'w600k-mbf',
        createdAt: '2026-11-20T09:38:00+07:00',
      },
    ],
    dukcapil: { status: 'failed', reason: 'Nama tidak sesuai', createdAt: '2026-11-20T09:39:00+07:00' },
    consents: [
      {
        version: '2026-01',
        language: 'id',
        purposes: ['identity', 'biometric'],
        acceptedAt: '2026-11-20T09:31:00+07:00',
        withdrawnAt: null,
      },
    ],
    devices: [
      {
        id: 'dev_1',
        platform: 'rn-android',
        name: 'Telepon nasabah',
        active: true,
        createdAt: '2026-11-20T09:45:00+07:00',
        endedAt: null,
      },
    ],
    cases: [
      {
        id: 'rev_1',
        status: 'open',
        createdAt: '2026-11-20T09:41:00+07:00',
        reasons: [{ code: 'flash_too_bright', gate: 'liveness' }],
      },
    ],
    audit,
    erasure: null,
    ...part,
  };
}

/** A hill around `top`, cut by the limits into outcomes. */
function hill(top: number, review: number, pass: number, ticks: Distribution['ticks']): Distribution {
  const buckets = Array.from({ length: 20 }, (_, index) => {
    const from = index * 5;
    const count = Math.round(90 * Math.exp(-(((from - top) / 14) ** 2))) + (from < 15 ? 6 : 0);
    const verified = from >= pass ? count : 0;
    const pending = from >= review && from < pass ? count : 0;
    return { from, verified, pending, failed: count - verified - pending };
  });
  const total = buckets.reduce((sum, one) => sum + one.verified + one.pending + one.failed, 0);
  return { buckets, total, ticks };
}

export function dashboardView(): DashboardView {
  return {
    from: '2026-10-22T00:00:00+07:00',
    to: now,
    desks: [
      { id: 'dsk_1', name: 'Loket 1' },
      { id: 'dsk_3', name: 'Loket 3' },
    ],
    funnel: [
      { tier: 'none', customers: 412 },
      { tier: 'basic', customers: 398 },
      { tier: 'standard', customers: 351 },
      { tier: 'premium', customers: 322 },
    ],
    decisions: [
      { decision: 'approve', reasonCode: 'original_seen', cases: 31 },
      { decision: 'approve', reasonCode: 'person_matches', cases: 18 },
      { decision: 'reject', reasonCode: 'card_not_genuine', cases: 6 },
      { decision: 'escalate', reasonCode: 'second_opinion', cases: 3 },
    ],
    causes: [
      { code: 'flash_too_bright', cases: 27 },
      { code: 'field_uncertain', cases: 19 },
      { code: 'match_borderline', cases: 11 },
      { code: 'duplicate_face', cases: 2 },
    ],
    casesOpened: 61,
    liveness: {
      ...hill(0, 0, 0, [{ name: 'voters', at: 100 }]),
      total: 402,
      buckets: Array.from({ length: 20 }, (_, index) => ({
        from: index * 5,
        verified: index === 19 ? 352 : 0,
        pending: index === 10 ? 12 : index === 15 ? 33 : 0,
        failed: index === 5 ? 5 : 0,
      })),
    },
    match: hill(66, 28, 45, [
      { name: 'match_review', at: 28 },
      { name: 'match', at: 45 },
      { name: 'match_high', at: 55 },
    ]),
    outcomes: [],
    queue: {
      slaMinutes: 30,
      buckets: [
        { from: 0, to: 10, cases: 2 },
        { from: 10, to: 20, cases: 0 },
        { from: 20, to: 30, cases: 1 },
        { from: 30, to: 60, cases: 1 },
        { from: 60, to: 120, cases: 0 },
        { from: 120, to: null, cases: 1 },
      ],
      waiting: 5,
      overdue: 2,
      medianMinutes: 17,
    },
    activity: [
      { desk: 'Loket 3', captures: 488, customers: 236, cases: 38 },
      { desk: 'Loket 1', captures: 341, customers: 176, cases: 23 },
    ],
    perDay: Array.from({ length: 21 }, (_, index) => ({
      day: new Date(Date.UTC(2026, 9, 22 + index + 2 * Math.floor(index / 5))).toISOString().slice(0, 10),
      captures: 24 + ((index * 17) % 29),
    })),
  };
}
