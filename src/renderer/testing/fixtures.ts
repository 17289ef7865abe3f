/** Believable answers of a desk, with fictional people. For tests and the gallery only. */
import type {
  CustomerView,
  FieldView,
  NikView,
  OnboardingResult,
  OnboardingView,
  Person,
  ReviewView,
  StationState,
} from '../../contract/desk/answers.ts';
import type { KtpFieldName } from '../../contract/vocabulary.ts';

export const staff: Person = { id: 'usr_rina', fullName: 'Rina Maharani', email: 'rina@contoh.id', role: 'staff' };
export const supervisor: Person = {
  id: 'usr_bagus',
  fullName: 'Bagus Prakoso',
  email: 'bagus@contoh.id',
  role: 'supervisor',
};

export function stationState(part: Partial<StationState> = {}): StationState {
  return {
    setUp: true,
    organisation: { name: 'Bank Contoh', branch: 'KCP Kalideres', environment: 'sandbox' },
    desk: 'Loket 3',
    person: null,
    online: false,
    outbox: { pending: 2, refused: 0 },
    vision: 'ready',
    models: { faceReady: true, evaluationOnly: true },
    simulation: 'demo',
    version: '0.1.0',
    address: 'http://localhost:4173',
    idleSeconds: 180,
    ...part,
  };
}

export const nikView: NikView = {
  nik: '3173051708850004',
  valid: true,
  province: 'DKI Jakarta',
  regency: 'Jakarta Barat',
  district: 'Kalideres',
  birthDate: '1985-08-17',
  sex: 'female',
  reasons: [{ code: 'nik_sex_differs', gate: 'nik' }],
};

const values: Readonly<Record<KtpFieldName, string>> = {
  province: 'DKI JAKARTA',
  regency: 'JAKARTA BARAT',
  nik: '3173051708850004',
  fullName: 'RATNA SEKAR WIJAYANTI',
  birthPlace: 'JAKARTA',
  birthDate: '1985-08-17',
  sex: 'PEREMPUAN',
  bloodType: 'O',
  address: 'JL CONTOH NO 12',
  rtRw: '003/007',
  village: 'KALIDERES',
  district: 'KALIDERES',
  religion: 'ISLAM',
  maritalStatus: 'KAWIN',
  occupation: 'KARYAWAN SWASTA',
  nationality: 'WNI',
  validUntil: 'SEUMUR HIDUP',
};

const uncertain: ReadonlySet<string> = new Set(['address', 'bloodType']);

export const fieldViews: readonly FieldView[] = (Object.keys(values) as KtpFieldName[]).map((name, index) => ({
  name,
  value: name === 'bloodType' ? '' : values[name],
  confidence: uncertain.has(name) ? 0.52 : 0.97,
  uncertain: uncertain.has(name),
  original: name === 'bloodType' ? null : values[name],
  corrected: false,
  box: { x: 0.24, y: 0.2 + (index % 10) * 0.07, width: 0.4, height: 0.06 },
}));

export function onboardingView(part: Partial<OnboardingView> = {}): OnboardingView {
  return {
    id: 'ses_contoh',
    step: 'consent',
    purpose: 'open_account',
    language: 'id',
    faceOnly: false,
    stepUp: null,
    existingCustomer: false,
    customerId: null,
    customerName: null,
    consent: {
      version: '2026-01',
      text: [
        {
          purpose: 'identity',
          required: true,
          id: 'Saya setuju KTP saya difoto dan dibaca untuk memastikan identitas saya.',
          en: 'I agree that my KTP is photographed and read to establish my identity.',
        },
        {
          purpose: 'biometric',
          required: true,
          id: 'Saya setuju wajah saya difoto dan dibandingkan dengan foto pada KTP.',
          en: 'I agree that my face is photographed and compared with the portrait on the KTP.',
        },
        {
          purpose: 'improvement',
          required: false,
          id: 'Saya setuju hasil pemeriksaan dipakai tanpa nama untuk memperbaiki layanan.',
          en: 'I agree that results are used without my name to improve the service.',
        },
      ],
    },
    card: null,
    advice: [],
    attempts: { card: 0, selfie: 0 },
    result: null,
    ...part,
  };
}

const bundles = [
  { id: 'bnd_1', kind: 'ktp', sealed: true, delivered: true, verificationId: 'ver_1' },
  { id: 'bnd_2', kind: 'face', sealed: true, delivered: false, verificationId: null },
] as const;

export const results: Readonly<Record<OnboardingResult['outcome'], OnboardingResult>> = {
  verified: {
    outcome: 'verified',
    tier: 'premium',
    provisional: false,
    gates: [
      { gate: 'ktp', state: 'pass', value: 92, threshold: 70, reasons: [] },
      { gate: 'liveness', state: 'pass', value: 88, threshold: 70, reasons: [] },
      { gate: 'match', state: 'pass', value: 0.63, threshold: 0.45, reasons: [] },
    ],
    reasons: [],
    ktp: null,
    liveness: null,
    match: null,
    bundles: bundles.map((bundle) => ({ ...bundle, delivered: true })),
    reviewCaseId: null,
  },
  review: {
    outcome: 'review',
    tier: 'basic',
    provisional: true,
    gates: [
      { gate: 'ktp', state: 'pass', value: 92, threshold: 70, reasons: [] },
      {
        gate: 'liveness',
        state: 'review',
        value: 41,
        threshold: 70,
        reasons: [{ code: 'flash_too_bright', gate: 'liveness' }],
      },
      {
        gate: 'match',
        state: 'missing',
        value: null,
        threshold: 0.45,
        reasons: [{ code: 'model_missing', gate: 'match' }],
      },
    ],
    reasons: [
      { code: 'flash_too_bright', gate: 'liveness' },
      { code: 'model_missing', gate: 'match' },
    ],
    ktp: null,
    liveness: null,
    match: null,
    bundles,
    reviewCaseId: 'rev_1',
  },
  stopped: {
    outcome: 'stopped',
    tier: 'none',
    provisional: false,
    gates: [
      {
        gate: 'ktp',
        state: 'fail',
        value: 22,
        threshold: 70,
        reasons: [{ code: 'card_spoof_suspected', gate: 'ktp' }],
      },
      { gate: 'liveness', state: 'missing', value: null, threshold: null, reasons: [] },
      { gate: 'match', state: 'missing', value: null, threshold: null, reasons: [] },
    ],
    reasons: [{ code: 'card_spoof_suspected', gate: 'ktp' }],
    ktp: null,
    liveness: null,
    match: null,
    bundles: bundles.slice(0, 1),
    reviewCaseId: 'rev_2',
  },
};

export const customer: CustomerView = {
  id: 'cus_ratna',
  fullName: 'Ratna Sekar Wijayanti',
  nikTail: '0004',
  kycLevel: 'standard',
  updatedAt: '2026-11-20T09:41:00+07:00',
  status: 'active',
  kycExpiresAt: '2027-11-20T09:41:00+07:00',
  verifications: [
    { id: 'ver_1', method: 'ktp_capture', status: 'verified', score: 92, createdAt: '2026-11-20T09:38:00+07:00' },
    { id: 'ver_2', method: 'face_liveness', status: 'pending', score: 41, createdAt: '2026-11-20T09:40:00+07:00' },
    { id: 'ver_3', method: 'face_match', status: 'verified', score: 81, createdAt: '2026-11-20T09:41:00+07:00' },
  ],
  history: [
    { fromTier: 'none', toTier: 'basic', reason: 'nik_format', createdAt: '2026-11-20T09:38:00+07:00' },
    { fromTier: 'basic', toTier: 'standard', reason: 'ktp_capture', createdAt: '2026-11-20T09:41:00+07:00' },
  ],
};

export function reviewView(part: Partial<ReviewView> = {}): ReviewView {
  return {
    id: 'rev_1',
    customerName: customer.fullName,
    method: 'face_liveness',
    status: 'open',
    reasons: results.review.reasons,
    operator: staff.fullName,
    createdAt: '2026-11-20T09:41:00+07:00',
    dueAt: '2026-11-20T10:11:00+07:00',
    ownCapture: false,
    customer,
    screening: {
      frozen: true,
      hits: [
        {
          id: 'hit_1',
          state: 'open',
          score: 93,
          listId: 'dttot',
          topics: ['sanction', 'terrorism'],
          matchedName: 'Siti Rahajoe Lestary',
          names: ['Siti Rahajoe Lestary'],
          tokens: [
            { asked: 'siti', listed: 'siti', how: 'equal', similarity: 1, weight: 0.12 },
            { asked: 'rahayu', listed: 'rahajoe', how: 'spelling', similarity: 0.97, weight: 0.2 },
            { asked: 'lestari', listed: 'lestary', how: 'spelling', similarity: 0.97, weight: 0.18 },
          ],
          facts: [{ fact: 'birth_date', effect: 'unknown', points: 0 }],
          birthDates: [],
          birthPlaces: ['Bantul'],
          countries: ['id'],
          programme: null,
          remarks: 'Nama rekaan untuk pengujian',
        },
      ],
      lists: [{ listId: 'dttot', version: '2026-11-12-0a1b2c3d', entries: 412, ageDays: 3, age: 'green' }],
    },
    fields: values,
    nik: { ...nikView, reasons: [] },
    images: { card: null, portrait: null, selfie: null },
    aligned: { portrait: null, dukcapil: null, selfie: null },
    gates: results.review.gates,
    voters: [
      ...(['flash_reflectance', 'photocopy'] as const).map((name) => ({
        group: 'card' as const,
        name,
        passed: true,
        value: 0.71,
        threshold: 0.4,
        reason: 'within_limits',
        findings: [],
      })),
      { group: 'tamper', name: 'nik_consistency', passed: true, reason: 'within_limits', findings: [] },
      {
        group: 'face',
        name: 'flash_reflectance',
        passed: false,
        value: 0.91,
        threshold: 0.75,
        reason: 'flash_flat',
        findings: [
          { name: 'light_fit', passed: true, value: 0.91, threshold: 0.75, reason: 'within_limits' },
          { name: 'colour_order', passed: true, value: 0.12, threshold: 0.03, reason: 'within_limits' },
          { name: 'relief', passed: false, value: 0.4, threshold: 1, reason: 'flash_flat' },
          { name: 'glow', passed: true, value: 0.02, threshold: 0.3, reason: 'within_limits' },
        ],
      },
      {
        group: 'face',
        name: 'passive_liveness',
        passed: true,
        value: 0.91,
        threshold: 0.75,
        reason: 'within_limits',
        findings: [{ name: 'minifasnet-v2', passed: true, value: 0.91, threshold: 0.75, reason: 'within_limits' }],
      },
      { group: 'face', name: 'rppg', passed: null, reason: 'too_short', findings: [] },
    ],
    decisions: [],
    ...part,
  };
}
