/** What the onboarding needs of the house, one narrow door per need: wired in `wire-onboarding.ts`, faked in tests. */
import type { BundleManifest, CameraIdentity, CaptureBundle } from '../../contract/bundle.ts';
import type { OnboardingResult, OnboardingView, ReceiptAnswer } from '../../contract/desk/answers.ts';
import type { AuditEvent } from '../../contract/audit-events.ts';
import type { FoundCustomer } from '../../contract/desk/counter-calls.ts';
import type { Fact, FaceTemplate } from '../../contract/facts.ts';
import type { Reason } from '../../contract/reasons.ts';
import type { Result } from '../../contract/result.ts';
import type { OrgSettings } from '../../contract/settings.ts';
import type { ReferenceSource } from '../../core/match/threshold-for.ts';
import type { MatchJudgement } from '../../contract/verdicts.ts';
import type {
  CaptureKind,
  KtpFieldValues,
  KycTier,
  RiskLevel,
  VerificationMethod,
  VerificationStatus,
} from '../../contract/vocabulary.ts';
import type { NikDecode } from '../../core/nik/decode-nik.ts';
import type { CardEvaluation, CardInput } from '../../services/evaluate-card.ts';
import type { FaceEvaluation, FaceInput } from '../../services/evaluate-face.ts';
import type { BundleState as OutboxBundleState } from '../sync/outbox-views.ts';
import type { Scan } from '../scanner/scanner-driver.ts';
import type { ChallengeSource } from './desk-challenge.ts';
import type { Draft, KnownCustomer } from './draft.ts';

export type { CardEvaluation, FieldReading } from '../../services/evaluate-card.ts';
export type { FaceEvaluation } from '../../services/evaluate-face.ts';

export interface ConsentText {
  readonly version: string;
  /** SHA-256 (hex) of the text as shown. */
  readonly hash: string;
  readonly text: readonly {
    readonly purpose: string;
    readonly required: boolean;
    readonly id: string;
    readonly en: string;
  }[];
}

export interface SealRequest {
  readonly orgId: string;
  readonly operatorId: string;
  readonly customerId: string;
  readonly kind: CaptureKind;
  /** Of a step-up. */
  readonly riskLevel?: RiskLevel;
  readonly manifest: BundleManifest;
  readonly frames: CaptureBundle['frames'];
}

/** What became of a sealed bundle. `delivery` is the record's official answer. */
export type BundleState = Pick<OutboxBundleState, 'nonce' | 'state' | 'delivery'>;

/** What a bundle's own gates said at the counter. */
export interface ToldOutcome {
  readonly nonce: string;
  readonly outcome: OnboardingResult['outcome'];
}

/** `found`: a search by NIK, `sessionId` being the customer's. */
export type SessionEvent = Extract<
  AuditEvent,
  'session.offered' | 'session.taken_over' | 'session.cancelled' | 'search.performed'
>;

export type CustomerStanding = Pick<FoundCustomer, 'missing' | 'mayStepUp'>;

export interface DraftStore {
  /** The operator's open draft, or null. */
  load(orgId: string, operatorId: string): Promise<Draft | null>;
  /** Everybody's drafts that were left to a colleague. */
  offered(orgId: string): Promise<readonly Draft[]>;
  save(draft: Draft): Promise<void>;
  wipe(draft: Draft): Promise<void>;
}

/** Where a card may come from besides a camera. */
export interface CardSources {
  /** The latest barcode or card reading since then; given once. */
  takeReading(since: string): Scan | null;
  forgetReading(): void;
  /** These pictures are evidence now, or their customer left: away with their files. */
  release(hashes: readonly string[]): Promise<void>;
}

export const noSources: CardSources = {
  takeReading: () => null,
  forgetReading: () => undefined,
  release: () => Promise.resolve(),
};

export interface OnboardingPorts {
  readonly clock: () => Date;
  readonly newId: (prefix: 'cus' | 'ses') => string;
  readonly appVersion: string;
  /** The station runs on a simulated camera: every capture is marked so. */
  readonly simulation: boolean;
  readonly drafts: DraftStore;
  readonly sources: CardSources;
  readonly consent: ConsentText;
  readonly challengeSource: (orgId: string, operatorId: string) => ChallengeSource;
  settings(orgId: string): Promise<OrgSettings>;
  findByNik(orgId: string, nik: string): Promise<KnownCustomer | null>;
  /** What a customer on record still lacks, and whether there is a face to compare with. */
  standing(orgId: string, customerId: string): Promise<CustomerStanding>;
  personName(userId: string): Promise<string>;
  /** One row of the audit log about a session (null: none is open yet); joins `atomically`. */
  recordSession(
    operator: { readonly id: string; readonly orgId: string },
    event: SessionEvent,
    sessionId: string | null,
    customerId: string | null,
  ): Promise<void>;
  decodeNik(nik: string): NikDecode;
  compareNik(decode: NikDecode, fields: KtpFieldValues): readonly Reason[];
  evaluateCard(input: CardInput): Promise<CardEvaluation>;
  evaluateFace(input: FaceInput): Promise<FaceEvaluation>;
  /** The known customer's reference, best source first; null when there is none. */
  enrolledTemplate(orgId: string, customerId: string): Promise<FaceTemplate | null>;
  judgeMatch(
    probe: Fact<FaceTemplate>,
    reference: FaceTemplate | null,
    settings: OrgSettings,
    source?: ReferenceSource,
    risk?: RiskLevel,
  ): MatchJudgement;
  deriveTier(
    verifications: readonly { method: VerificationMethod; status: VerificationStatus; createdAt: string }[],
  ): KycTier;
  /** All of `work`'s writes or none: bundles and the draft that knows of them. */
  atomically<T>(work: () => Promise<T>): Promise<T>;
  seal(request: SealRequest): Promise<Result<{ readonly nonce: string; readonly bundleHash: string }>>;
  /** Sends what waits and answers when these bundles have an answer, or after `timeoutMs`. */
  awaitAnswers(orgId: string, nonces: readonly string[], timeoutMs: number): Promise<readonly BundleState[]>;
  bundleStates(orgId: string, nonces: readonly string[]): Promise<readonly BundleState[]>;
  receipt(draft: Draft): Promise<Result<ReceiptAnswer>>;
  /** The selfie's camera as this desk knows it, set at first use; absent: a command, which has no camera of its own. */
  ownCamera?(
    operator: { readonly id: string; readonly orgId: string },
    camera: CameraIdentity,
  ): Promise<CameraIdentity>;
  /** Why this desk must not begin with another customer now; absent or empty: it may. */
  mayBegin?(orgId: string): Promise<readonly Reason[]>;
  /** Keeps what the counter tells the customer, bundle by bundle, to be compared with the official answer. Joins `atomically`. */
  noteOutcomes?(draft: Draft, outcomes: readonly ToldOutcome[]): Promise<void>;
  /** Keeps the session's line of the day; joins `atomically`. */
  noteVisit?(draft: Draft): Promise<void>;
  /** Tells the operator's stations; never throws. */
  changed(view: OnboardingView | null, operatorId: string): void;
}
