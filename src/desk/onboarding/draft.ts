/** An onboarding in progress, as kept (sealed) between two calls and across a restart. Plain data only. */
import { decode, encode } from '@msgpack/msgpack';
import type {
  CameraIdentity,
  DeskChallenge,
  Evidence,
  ExceptionGround,
  FieldCorrection,
} from '../../contract/bundle.ts';
import type { OnboardingResult } from '../../contract/desk/answers.ts';
import type { Reason } from '../../contract/reasons.ts';
import type { CaptureKind, KtpFieldValues, KycTier, PromptKind, RiskLevel } from '../../contract/vocabulary.ts';
import type { CardScan } from './card-scan.ts';
import { newOnboarding, type OnboardingMachine } from '../../core/onboarding/machine.ts';

export type ConsentEvidence = NonNullable<Evidence['consent']>;

export type SignatureEvidence = NonNullable<Evidence['signature']>;
export type OperatorTurn = NonNullable<Evidence['operators']>[number];

export interface IssuedChallenge {
  readonly challenge: DeskChallenge;
  readonly prompts: readonly PromptKind[];
  readonly consumed: boolean;
}

export interface DraftCard {
  readonly frames: readonly Uint8Array[];
  readonly frameTimesMs: readonly number[] | null;
  /** The challenge it answers; null for stills and for a card typed by hand. */
  readonly nonce: string | null;
  readonly camera: CameraIdentity | null;
  readonly simulated: boolean;
  readonly cameraReasons: readonly Reason[];
  readonly capturedAt: string;
  /** Absent: a camera. */
  readonly source?: 'scanner_folder' | 'file';
  /** What a barcode or card reader said before. */
  readonly scan?: CardScan;
}

export interface ConfirmedFields {
  readonly fields: KtpFieldValues;
  readonly corrections: readonly FieldCorrection[];
}

export interface KnownCustomer {
  readonly id: string;
  readonly fullName: string;
  readonly kycLevel: KycTier;
}

export interface SealedBundle {
  readonly nonce: string;
  readonly kind: CaptureKind;
  /** SHA-256 (hex) of the signed bytes, for the receipt. */
  readonly hash: string;
}

export interface Draft {
  readonly version: 1;
  readonly id: string;
  readonly orgId: string;
  readonly operatorId: string;
  /** Everybody who served in it, the present one last. */
  readonly operators: readonly OperatorTurn[];
  /** Left to a colleague since then; nobody works on it. */
  readonly offeredAt?: string;
  readonly createdAt: string;
  readonly purpose: string;
  readonly language: 'id' | 'en';
  /** Step, tries, advice: moved only by `advance`. */
  readonly machine: OnboardingMachine;
  readonly consent: ConsentEvidence | null;
  readonly signature?: SignatureEvidence;
  /** A customer on record proves himself for an action of this risk. */
  readonly stepUp?: { readonly riskLevel: RiskLevel };
  /** Why it went on without a selfie. */
  readonly exceptionGround?: ExceptionGround;
  readonly existing: KnownCustomer | null;
  /** Id under which the bundles travel: the known customer's, or a fresh one that the record may replace. */
  readonly customerId: string;
  readonly challenges: readonly IssuedChallenge[];
  readonly card: DraftCard | null;
  readonly confirmed: ConfirmedFields | null;
  /** Every bundle sealed so far, in order. */
  readonly sealed: readonly SealedBundle[];
  /** What the desk itself adds to the record's reasons (camera, corrections), once decided. */
  readonly deskReasons: readonly Reason[];
  /** One of them alone calls for a person. */
  readonly doubtful: boolean;
  readonly result: OnboardingResult | null;
  /** SHA-256 of the pictures taken from the scanner's folder, the retaken ones too: they are put away at the end. */
  readonly usedPictures?: readonly string[];
}

export function encodeDraft(draft: Draft): Uint8Array {
  return encode(draft, { ignoreUndefined: true });
}

/** Null when the bytes are of another version: such a draft is wiped, not guessed at. */
export function decodeDraft(bytes: Uint8Array): Draft | null {
  const value = decode(bytes) as Partial<Draft> | null;
  if (value === null || value.version !== 1) return null;
  const draft = value as Draft;
  // A draft of the version before: nobody had handed it over, and its machine knew fewer things.
  const operators = value.operators ?? [{ id: draft.operatorId, from: draft.createdAt }];
  return { ...draft, operators, machine: { ...newOnboarding, ...draft.machine } };
}
