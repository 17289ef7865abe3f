/** What the desk answers. Types only: the station trusts its desk, never the other way round. */
import type { FleetHere } from './fleet-calls.ts';
import type { Box } from '../facts.ts';
import type { Reason, ReasonCode } from '../reasons.ts';
import type { AlignedFaces } from './review-desk.ts';
import type { ScreeningView } from './screening-view.ts';
import type { CardJudgement, LivenessJudgement, MatchJudgement, VoterFinding } from '../verdicts.ts';
import type {
  Environment,
  KtpFieldName,
  KtpFieldValues,
  KycTier,
  PromptKind,
  RiskLevel,
  Role,
  VerificationMethod,
  VerificationStatus,
} from '../vocabulary.ts';

export interface Person {
  readonly id: string;
  readonly fullName: string;
  readonly email: string;
  readonly role: Role;
}

export interface StationState {
  readonly setUp: boolean;
  readonly organisation: { readonly name: string; readonly branch: string; readonly environment: Environment } | null;
  readonly desk: string | null;
  readonly person: Person | null;
  readonly online: boolean;
  readonly outbox: { readonly pending: number; readonly refused: number };
  readonly vision: 'ready' | 'starting' | 'down';
  readonly models: { readonly faceReady: boolean; readonly evaluationOnly: boolean };
  /** `none`: a real camera. `demo` / `file`: the simulated one, and the screen says so. */
  readonly simulation: 'none' | 'demo' | 'file';
  readonly version: string;
  /** Where the API answers, for operators. */
  readonly address: string;
  readonly idleSeconds: number;
}

export interface SetupDone {
  readonly state: StationState;
}

export interface SignedIn {
  readonly person: Person;
  readonly state: StationState;
}

export type OnboardingStep = 'consent' | 'card' | 'fields' | 'selfie' | 'deciding' | 'result';

export interface FieldView {
  readonly name: KtpFieldName;
  readonly value: string;
  /** 0–1. */
  readonly confidence: number;
  readonly uncertain: boolean;
  /** As first read; null when nothing was. */
  readonly original: string | null;
  readonly corrected: boolean;
  /** Filled in from a scanner because the card could not be read there; a person confirms it. */
  readonly prefilled?: boolean;
  /** Where on the straightened card, 0–1 of its size. */
  readonly box: Box | null;
}

export interface NikView {
  readonly nik: string;
  readonly valid: boolean;
  readonly province: string | null;
  readonly regency: string | null;
  readonly district: string | null;
  readonly birthDate: string | null;
  readonly sex: 'male' | 'female' | null;
  readonly reasons: readonly Reason[];
}

export interface GateView {
  readonly gate: 'ktp' | 'liveness' | 'match';
  readonly state: 'pass' | 'review' | 'fail' | 'missing';
  readonly value: number | null;
  readonly threshold: number | null;
  readonly reasons: readonly Reason[];
  /** The state is a person's decision, not what was measured. */
  readonly byPerson?: boolean;
}

export interface OnboardingResult {
  readonly outcome: 'verified' | 'review' | 'stopped';
  readonly tier: KycTier;
  /** True while the hub has not acknowledged. */
  readonly provisional: boolean;
  readonly gates: readonly GateView[];
  readonly reasons: readonly Reason[];
  readonly ktp: CardJudgement | null;
  readonly liveness: LivenessJudgement | null;
  readonly match: MatchJudgement | null;
  readonly bundles: readonly {
    readonly id: string;
    readonly kind: string;
    readonly sealed: boolean;
    readonly delivered: boolean;
    readonly verificationId: string | null;
  }[];
  readonly reviewCaseId: string | null;
}

export interface OnboardingView {
  readonly id: string;
  readonly step: OnboardingStep;
  readonly purpose: string;
  readonly language: 'id' | 'en';
  /** The card stands on record: consent, then the face. */
  readonly faceOnly: boolean;
  /** Risk of the action this is a step-up for. */
  readonly stepUp: RiskLevel | null;
  readonly existingCustomer: boolean;
  readonly customerId: string | null;
  readonly customerName: string | null;
  readonly consent: {
    readonly version: string;
    readonly text: readonly {
      readonly purpose: string;
      readonly required: boolean;
      readonly id: string;
      readonly en: string;
    }[];
  };
  readonly card: {
    readonly fields: readonly FieldView[];
    readonly nik: NikView | null;
    /** JPEG of the straightened card. */
    readonly image: Uint8Array | null;
    readonly reasons: readonly Reason[];
    readonly typedByHand: boolean;
  } | null;
  /** What should be done now, when the last attempt was not good enough. */
  readonly advice: readonly Reason[];
  readonly attempts: { readonly card: number; readonly selfie: number };
  readonly result: OnboardingResult | null;
}

export interface LookupAnswer {
  readonly customer: { readonly id: string; readonly fullName: string; readonly kycLevel: KycTier } | null;
  readonly nik: NikView;
}

export interface ChallengeView {
  readonly nonce: string;
  readonly colors: readonly string[];
  readonly holdMs: readonly number[];
  readonly prompts: readonly PromptKind[];
  readonly expiresAt: string;
}

export interface CoachAnswer {
  /** Ready to capture now. */
  readonly ready: boolean;
  readonly advice: ReasonCode | null;
  readonly lights: { readonly sharp: boolean; readonly bright: boolean; readonly placed: boolean };
  /** Card corners or face box, 0–1 of the frame. */
  readonly outline: readonly { readonly x: number; readonly y: number }[] | null;
  /** Cards only: what the rule for capturing by itself looks at. */
  readonly measured?: { readonly sharpness: number; readonly glare: number; readonly brightness: number };
}

export interface SimulatedFrame {
  readonly jpeg: Uint8Array;
  readonly width: number;
  readonly height: number;
}

export interface ReceiptAnswer {
  readonly fileName: string;
  readonly pdf: Uint8Array;
}

export interface OutboxView {
  readonly online: boolean;
  /** ISO instant since when a person lets it rest; null or absent: it sends. */
  readonly pausedSince?: string | null;
  /** Bytes per second at most towards the hub, null: no ceiling. Absent where nothing goes over a line. */
  readonly bytesPerSecond?: number | null;
  /** Official verdicts that differ from what the counter told the customer, still open. */
  readonly reversals?: readonly {
    readonly nonce: string;
    readonly customerId: string;
    readonly from: OnboardingResult['outcome'];
    readonly to: OnboardingResult['outcome'];
    readonly reasons: readonly Reason[];
    readonly createdAt: string;
  }[];
  readonly pending: number;
  readonly items: readonly {
    readonly id: string;
    readonly kind: string;
    readonly state: 'pending' | 'sending' | 'delivered' | 'refused';
    readonly attempts: number;
    readonly size: number;
    readonly capturedAt: string;
    readonly nextAttemptAt: string | null;
    readonly lastError: string | null;
    /** 0–1, while a large capture goes up piece by piece. */
    readonly progress?: number;
  }[];
}

export interface CustomerRow {
  readonly id: string;
  readonly fullName: string;
  /** Last four digits only. */
  readonly nikTail: string | null;
  readonly kycLevel: KycTier;
  readonly updatedAt: string;
}

export interface CustomerView extends CustomerRow {
  readonly status: string;
  readonly kycExpiresAt: string | null;
  readonly verifications: readonly {
    readonly id: string;
    readonly method: VerificationMethod;
    readonly status: VerificationStatus;
    readonly score: number | null;
    readonly createdAt: string;
  }[];
  readonly history: readonly {
    readonly fromTier: KycTier;
    readonly toTier: KycTier;
    readonly reason: string;
    readonly createdAt: string;
  }[];
}

export interface ReviewRow {
  readonly id: string;
  readonly customerName: string;
  readonly method: VerificationMethod;
  readonly status: 'open' | 'escalated' | 'approved' | 'rejected';
  readonly reasons: readonly Reason[];
  readonly operator: string | null;
  readonly createdAt: string;
  readonly dueAt: string;
  /** The signed-in person captured it and so may not decide. */
  readonly ownCapture: boolean;
}

export interface ReviewView extends ReviewRow {
  readonly customer: CustomerView;
  /** Absent where the answering side does not screen. */
  readonly screening?: ScreeningView;
  readonly fields: KtpFieldValues | null;
  readonly nik: NikView | null;
  readonly images: {
    readonly card: Uint8Array | null;
    readonly portrait: Uint8Array | null;
    readonly selfie: Uint8Array | null;
  };
  readonly aligned: AlignedFaces;
  readonly gates: readonly GateView[];
  readonly voters: readonly {
    readonly group: 'card' | 'tamper' | 'face';
    readonly name: string;
    readonly passed: boolean | null;
    readonly value?: number;
    readonly threshold?: number;
    readonly reason: string;
    /** The single measurements behind the vote. */
    readonly findings: readonly VoterFinding[];
  }[];
  readonly decisions: readonly {
    readonly decision: string;
    readonly reason: string;
    readonly reasonCode: string;
    readonly reviewer: string;
    readonly createdAt: string;
  }[];
}

export interface OperationsView {
  readonly state: StationState;
  readonly models: readonly {
    readonly role: string;
    readonly id: string;
    readonly state: string;
    readonly licence: string;
    readonly evaluationOnly: boolean;
    readonly note?: string;
  }[];
  readonly visionRestarts: number;
  readonly database: { readonly ok: boolean; readonly bytes: number };
  readonly audit: { readonly rows: number; readonly intact: boolean };
  /** Null: this desk belongs to no head office. */
  readonly fleet: FleetHere | null;
}
