/** The house as the onboarding sees it, in memory, with everything a test wants to turn. */
import type { CameraIdentity } from '../../../contract/bundle.ts';
import type { OnboardingView } from '../../../contract/desk/answers.ts';
import type { DeskDelivery } from '../../../contract/desk/delivery.ts';
import {
  known,
  unknownFact,
  type CardFacts,
  type Fact,
  type FaceFacts,
  type FaceTemplate,
} from '../../../contract/facts.ts';
import { ok, type Result } from '../../../contract/result.ts';
import type { ReasonCode } from '../../../contract/reasons.ts';
import { defaultOrgSettings, type OrgSettings } from '../../../contract/settings.ts';
import type { CardJudgement, LivenessJudgement, MatchJudgement } from '../../../contract/verdicts.ts';
import { ktpFieldNames, type KtpFieldName, type KtpFieldValues } from '../../../contract/vocabulary.ts';
import { makeFlashSequence } from '../../../core/flash/challenge.ts';
import { compareNikWithCard, decodeNik } from '../../../core/nik/decode-nik.ts';
import type { RegionTable } from '../../../core/nik/regions.ts';
import { deriveTier } from '../../../core/tiers/derive-tier.ts';
import type { CardEvaluation } from '../../../services/evaluate-card.ts';
import type { FaceEvaluation } from '../../../services/evaluate-face.ts';
import type { Scan } from '../../scanner/scanner-driver.ts';
import type { KnownCustomer } from '../draft.ts';
import { decodeDraft, encodeDraft } from '../draft.ts';
import type { BundleState, CustomerStanding, OnboardingPorts, SealRequest } from '../ports.ts';

export const specimen: KtpFieldValues = {
  province: 'DKI JAKARTA',
  regency: 'JAKARTA PUSAT',
  nik: '3171014101900001',
  fullName: 'SARI DEWI',
  birthDate: '1990-01-01',
  sex: 'PEREMPUAN',
};

export const realCamera: CameraIdentity = {
  label: 'Logitech BRIO',
  fingerprint: 'ab'.repeat(32),
  width: 1280,
  height: 720,
  frameRate: 30,
  pinned: false,
  simulated: false,
};

const template: FaceTemplate = {
  modelId: 'test-model',
  vector: new Float32Array([1, 0]),
  faceWidthPx: 200,
  framesUsed: [0],
};
const noRegions: RegionTable = {
  regulation: 'none',
  province: () => 'DKI Jakarta',
  regency: (code) => ({ code, name: 'Kota Administrasi Jakarta Pusat' }),
  district: (code) => ({ code, name: 'Gambir' }),
  provinces: () => [],
  regencies: () => [],
  districts: () => [],
  namesOf: () => [],
  laterProvinces: () => [],
};

export interface FakeHouse {
  readonly ports: OnboardingPorts;
  readonly sealed: SealRequest[];
  readonly changes: (OnboardingView | null)[];
  readonly stored: Map<string, Uint8Array>;
  settings: OrgSettings;
  customers: Map<string, KnownCustomer>;
  reading: Fact<KtpFieldValues>;
  frameProblem: ReasonCode | null;
  face: Fact<FaceTemplate>;
  ktp: CardJudgement;
  liveness: LivenessJudgement;
  match: MatchJudgement;
  /** What the record answers; null = not reachable. */
  deliver: ((request: SealRequest) => Partial<DeskDelivery>) | null;
  sealFails: Result<never> | null;
  now: number;
  /** Readings a scanner has made. */
  readonly reader: Scan[];
  /** Pictures the desk has put away. */
  readonly released: string[];
  /** What is on record of a known customer. */
  standing: CustomerStanding;
  /** Rows of the audit log: event and person. */
  readonly recorded: string[];
}

export const cardJudgement = (
  verdict: CardJudgement['verdict'],
  reasons: CardJudgement['reasons'] = [],
): CardJudgement => ({
  verdict,
  assuranceTier: verdict === 'passed' ? 'high' : 'low',
  score: verdict === 'passed' ? 90 : 40,
  antiSpoof: {
    fused: verdict === 'passed' ? 'live' : 'unclear',
    assuranceTier: 'standard',
    voters: [],
    passed: 4,
    present: 5,
  },
  tamper: { fused: 'authentic', assuranceTier: 'standard', voters: [], passed: 3, present: 3 },
  reasons,
});

export const livenessJudgement = (
  fused: LivenessJudgement['fused'],
  present = 5,
  reasons: LivenessJudgement['reasons'] = [],
): LivenessJudgement => ({
  fused,
  assuranceTier: fused === 'live' ? 'high' : 'low',
  voters: [],
  passed: fused === 'live' ? 5 : 1,
  present,
  score: fused === 'live' ? 95 : 20,
  reasons,
});

export const matchJudgement = (verdict: MatchJudgement['verdict'], similarity: number | null): MatchJudgement => ({
  verdict,
  similarity,
  threshold: 0.45,
  modelId: similarity === null ? null : 'test-model',
  score: similarity === null ? 0 : Math.round(similarity * 100),
  reasons:
    verdict === 'match' ? [] : [{ code: similarity === null ? 'match_unavailable' : 'match_low', gate: 'match' }],
});

/** A green counter: everything read, live, matching, and a record that agrees. */
export function fakeHouse(): FakeHouse {
  const house = {
    sealed: [] as SealRequest[],
    changes: [] as (OnboardingView | null)[],
    reader: [] as Scan[],
    released: [] as string[],
    recorded: [] as string[],
    standing: { missing: [], mayStepUp: true } as CustomerStanding,
    stored: new Map<string, Uint8Array>(),
    settings: structuredClone(defaultOrgSettings),
    customers: new Map<string, KnownCustomer>(),
    reading: known(specimen) as Fact<KtpFieldValues>,
    frameProblem: null as ReasonCode | null,
    face: known(template) as Fact<FaceTemplate>,
    ktp: cardJudgement('passed'),
    liveness: livenessJudgement('live'),
    match: matchJudgement('match', 0.7),
    deliver: (() => ({})) as FakeHouse['deliver'],
    sealFails: null as Result<never> | null,
    now: Date.parse('2026-03-02T03:00:00.000Z'),
  };
  return Object.assign(house, { ports: portsOf(house) });
}

type House = Omit<FakeHouse, 'ports'>;

function portsOf(house: House): OnboardingPorts {
  let counter = 0;
  const clock = () => new Date(house.now);
  const states = (nonces: readonly string[]): BundleState[] => nonces.map((nonce) => bundleState(house, nonce));
  return {
    clock,
    newId: (prefix) => `${prefix}_${++counter}`,
    appVersion: '0.1.0-test',
    simulation: false,
    consent: {
      version: '1',
      hash: 'c'.repeat(64),
      text: [
        { purpose: 'identity', required: true, id: 'Ya', en: 'Yes' },
        { purpose: 'marketing', required: false, id: 'Ya', en: 'Yes' },
      ],
    },
    sources: {
      takeReading: () => house.reader.splice(0)[0] ?? null,
      forgetReading: () => void house.reader.splice(0),
      release: (hashes) => Promise.resolve(void house.released.push(...hashes)),
    },
    drafts: {
      load: (_org, operatorId) =>
        Promise.resolve(
          house.stored.has(operatorId) ? decodeDraft(house.stored.get(operatorId) ?? new Uint8Array()) : null,
        ),
      offered: () =>
        Promise.resolve(
          [...house.stored.values()]
            .flatMap((bytes) => decodeDraft(bytes) ?? [])
            .filter((draft) => draft.offeredAt !== undefined),
        ),
      save: (draft) => {
        for (const [key, bytes] of house.stored) if (decodeDraft(bytes)?.id === draft.id) house.stored.delete(key);
        house.stored.set(draft.operatorId, encodeDraft(draft));
        return Promise.resolve();
      },
      wipe: (draft) => Promise.resolve(void house.stored.delete(draft.operatorId)),
    },
    challengeSource: () => ({
      deskId: 'desk_1',
      sign: () => 'signature',
      nonce: () => `nonce-nonce-nonce-${++counter}`,
      randomInt: (max) => counter % max,
      makeSequence: makeFlashSequence,
      nextCounter: () => Promise.resolve(++counter),
      clock,
    }),
    settings: () => Promise.resolve(house.settings),
    findByNik: (_org, nik) => Promise.resolve(house.customers.get(nik) ?? null),
    standing: () => Promise.resolve(house.standing),
    personName: (userId) => Promise.resolve(`Petugas ${userId}`),
    recordSession: (operator, event) => Promise.resolve(void house.recorded.push(`${event} ${operator.id}`)),
    decodeNik: (nik) => decodeNik(nik, noRegions, '2026-03-02'),
    compareNik: compareNikWithCard,
    evaluateCard: (input) => Promise.resolve(cardEvaluation(house, input.frames.length)),
    evaluateFace: (input) => Promise.resolve(faceEvaluation(house, input.frames.length)),
    enrolledTemplate: () => Promise.resolve(null),
    judgeMatch: (probe) => (probe.available ? house.match : matchJudgement('unclear', null)),
    deriveTier: (history) => deriveTier(history, '2026-03-02').tier,
    atomically: async (work) => {
      const before = house.sealed.length;
      try {
        return await work();
      } catch (error) {
        house.sealed.length = before;
        throw error;
      }
    },
    seal(request) {
      if (house.sealFails !== null) return Promise.resolve(house.sealFails);
      house.sealed.push(request);
      return Promise.resolve(ok({ nonce: nonceOf(request), bundleHash: 'e'.repeat(64) }));
    },
    awaitAnswers: (_org, nonces) => Promise.resolve(states(nonces)),
    bundleStates: (_org, nonces) => Promise.resolve(states(nonces)),
    receipt: () => Promise.resolve(ok({ fileName: 'receipt.pdf', pdf: new Uint8Array([1]) })),
    changed: (view) => void house.changes.push(view),
  };
}

const nonceOf = (request: SealRequest): string =>
  request.manifest.flashChallengeNonce ?? `hash-${request.manifest.frames[0]}`;

function bundleState(house: House, nonce: string): BundleState {
  const request = house.sealed.find((candidate) => nonceOf(candidate) === nonce);
  if (request === undefined || house.deliver === null) return { nonce, state: 'pending', delivery: null };
  const delivery: DeskDelivery = {
    captureId: 'cap_1',
    nonce,
    customerId: request.customerId,
    verifications: [
      {
        id: `ver_${request.kind}`,
        method: request.kind === 'ktp' ? 'ktp_capture' : 'face_liveness',
        status: 'verified',
        score: 90,
      },
    ],
    kycLevel: request.kind === 'ktp' ? 'standard' : 'premium',
    card: request.kind === 'ktp' ? house.ktp : null,
    liveness: request.kind === 'face' ? house.liveness : null,
    match: request.kind === 'face' ? house.match : null,
    reasons: [],
    reviewCaseId: null,
    replayed: false,
    ...house.deliver(request),
  };
  return { nonce, state: 'delivered', delivery };
}

function frames(house: House, count: number): CardFacts['frames'] {
  const numbers = { width: 800, height: 600, sharpness: 200, brightness: 0.5, contrast: 0.2, glare: 0 };
  return Array.from({ length: count }, (_, index) => ({
    index,
    sha256: '0'.repeat(64),
    ...numbers,
    ...(house.frameProblem === null ? {} : { problem: house.frameProblem }),
  }));
}

function cardEvaluation(house: House, count: number): CardEvaluation {
  const values = house.reading.available ? house.reading.value : {};
  const reading: CardFacts['reading'] = house.reading.available
    ? known({ width: 1000, height: 630, frameIndex: 0, lines: [], nikCandidates: [] })
    : house.reading;
  const facts: CardFacts = {
    frames: frames(house, count),
    outline: unknownFact('card_not_found'),
    cardCount: 1,
    reading,
    portrait: known({ box: { x: 0, y: 0, width: 100, height: 130 }, faceWidthPx: 80, template: known(template) }),
    measurements: [],
    flash: unknownFact('flash_missing'),
    models: [{ role: 'ocr_recogniser', id: 'ppocr', sha256: 'd'.repeat(64) }],
    renditions: { card: new Uint8Array([0xff, 0xd8]) },
    durationsMs: { total: 10 },
  };
  const field = (name: KtpFieldName) => ({
    value: values[name] ?? null,
    confidence: values[name] === undefined ? 0 : 0.95,
    raw: values[name] ?? null,
    box: { x: 100, y: 63, width: 200, height: 21 },
  });
  return {
    facts,
    fields: Object.fromEntries(ktpFieldNames.map((name) => [name, field(name)])) as CardEvaluation['fields'],
    nik: null,
    judgement: house.ktp,
    values,
    confidence: {},
    corrections: [],
  };
}

function faceEvaluation(house: House, count: number): FaceEvaluation {
  const facts: FaceFacts = {
    frames: frames(house, count).map((frame) => ({ ...frame, faces: [], pose: null, passive: null, expression: null })),
    template: house.face,
    sameFace: known(0.9),
    flash: unknownFact('flash_missing'),
    stream: unknownFact('too_few_frames'),
    rppg: unknownFact('too_short'),
    measurements: [],
    models: [],
    renditions: {},
    durationsMs: { total: 12 },
  };
  return { facts, judgement: house.liveness };
}
