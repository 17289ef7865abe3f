/** `review.*`: the queue with its SLA, who a case lies with, several cases at once, and everything on one case. */
import { Type } from 'typebox';
import { call, closed, Id, Password, TakenTo, type TakenText } from './call.ts';
import { oneOf } from '../vocabulary.ts';
import type { ExceptionGround, SignatureInput } from '../bundle.ts';
import type { Reason } from '../reasons.ts';
import type { KtpFieldName, KycTier, Role, VerificationMethod, VerificationStatus } from '../vocabulary.ts';

/** `me`, `nobody`, or a person's id. */
const Whom = Type.String({ minLength: 2, maxLength: 64, pattern: '^[A-Za-z0-9_-]+$' });
const CaseIds = Type.Array(Id, { minItems: 1, maxItems: 20, uniqueItems: true });

const QueueParams = Type.Object(
  {
    status: oneOf(['undecided', 'open', 'escalated', 'decided']),
    reason: Type.Optional(Type.String({ pattern: '^[a-z_]{2,60}$' })),
    deskId: Type.Optional(Id),
    assignee: Type.Optional(Whom),
    overdue: Type.Optional(Type.Boolean()),
  },
  closed,
);

/** `to` left out: released. */
const AssignParams = Type.Object({ ids: CaseIds, to: Type.Optional(Whom) }, closed);

const BatchParams = Type.Object(
  {
    ids: CaseIds,
    decision: oneOf(['approve', 'escalate']),
    reasonCode: Type.String({ minLength: 2, maxLength: 60 }),
    reason: Type.String({ minLength: 3, maxLength: 500 }),
    password: Type.Optional(Password),
  },
  closed,
);

export interface QueueCase {
  readonly id: string;
  readonly customerName: string;
  readonly method: VerificationMethod;
  readonly status: 'open' | 'escalated' | 'approved' | 'rejected';
  readonly reasons: readonly Reason[];
  readonly operator: string | null;
  readonly desk: string | null;
  readonly assignee: { readonly id: string; readonly fullName: string } | null;
  readonly createdAt: string;
  readonly dueAt: string;
  /** In opening time; null once decided. Minutes: left, or late when `overdue`. */
  readonly age: {
    readonly state: 'in_time' | 'soon' | 'overdue';
    readonly minutes: number;
    readonly age: number;
  } | null;
  readonly ownCapture: boolean;
  /** Why it cannot be approved together with others; null when it can. */
  readonly notInBatch: string | null;
}

export interface QueueView {
  readonly rows: readonly QueueCase[];
  /** More than are shown. */
  readonly more: boolean;
  /** Of all undecided cases, whatever is filtered. */
  readonly counts: { readonly undecided: number; readonly overdue: number; readonly mine: number };
  readonly reasons: readonly { readonly code: string; readonly count: number }[];
  readonly desks: readonly { readonly id: string; readonly name: string }[];
  /** Who may be given a case. */
  readonly people: readonly { readonly id: string; readonly fullName: string; readonly role: Role }[];
  readonly slaMinutes: number;
  readonly now: string;
}

export interface BatchAnswer {
  readonly decided: number;
  readonly queue: QueueView;
}

/** One field of the card: as read, as it stands, and who changed it. */
export interface CaseField {
  readonly name: KtpFieldName;
  readonly value: string;
  /** 0–1; null: typed, or nothing was read there. */
  readonly confidence: number | null;
  /** As our own reading had it; null when nothing was read. */
  readonly original: string | null;
  readonly correctedBy: string | null;
  readonly correctedAt: string | null;
}

/** What is out of the ordinary about how the case was captured. */
export type CaseMark =
  | { readonly kind: 'typed_by_hand' }
  | { readonly kind: 'exception'; readonly ground: ExceptionGround }
  | { readonly kind: 'source'; readonly source: 'scanner_folder' | 'file' }
  | {
      readonly kind: 'scan';
      readonly agrees: number;
      readonly differs: readonly KtpFieldName[];
      readonly simulated: boolean;
    }
  | { readonly kind: 'operators'; readonly names: readonly string[] }
  | { readonly kind: 'simulated' }
  | { readonly kind: 'camera'; readonly label: string; readonly pinned: boolean }
  | { readonly kind: 'lone_supervisor' };

/** The same face, or the same NIK, under another customer. */
export interface DuplicateView {
  readonly customerId: string;
  readonly fullName: string;
  readonly nikTail: string | null;
  readonly kycLevel: KycTier;
  readonly by: 'face' | 'nik';
  readonly similarity: number | null;
  readonly threshold: number | null;
  /** Aligned like the case's own faces. */
  readonly crop: Uint8Array | null;
}

export interface AuditLine {
  readonly at: string;
  readonly event: string;
  /** A person's name, a desk's, or the kind of actor. */
  readonly actor: string;
  readonly actorKind: string;
  /** Codes and numbers only; never a name or a NIK. */
  readonly detail: Readonly<Record<string, string | number | boolean | null>>;
}

export interface CaseHistory {
  readonly verifications: readonly {
    readonly id: string;
    readonly method: VerificationMethod;
    readonly status: VerificationStatus;
    readonly recorded: VerificationStatus;
    readonly score: number | null;
    readonly createdAt: string;
    /** Of the capture this case is about. */
    readonly ofThisCase: boolean;
  }[];
  readonly cases: readonly {
    readonly id: string;
    readonly status: string;
    readonly createdAt: string;
    readonly reasons: readonly Reason[];
  }[];
}

/** Faces of equal size with the eyes in the same place; null: no picture, or no face found in it. */
export interface AlignedFaces {
  readonly portrait: Uint8Array | null;
  readonly dukcapil: Uint8Array | null;
  readonly selfie: Uint8Array | null;
}

/** What the customer agreed to before this capture, and how he signed it. */
export interface CaseConsent {
  readonly version: string;
  readonly language: 'id' | 'en';
  readonly purposes: readonly string[];
  readonly acceptedAt: string;
  /** Null: this client takes no signature. `sameText`: signed under the very text the consent names. */
  readonly signature: (SignatureInput & { readonly at: string; readonly sameText: boolean }) | null;
}

export interface CaseDetail {
  /** Null: the capture's client sent none with it. */
  readonly consent: CaseConsent | null;
  readonly assignee: { readonly id: string; readonly fullName: string } | null;
  readonly age: QueueCase['age'];
  readonly slaMinutes: number;
  readonly desk: string | null;
  readonly fields: readonly CaseField[];
  readonly marks: readonly CaseMark[];
  readonly duplicates: readonly DuplicateView[];
  readonly history: CaseHistory;
  readonly audit: readonly AuditLine[];
}

const reviewers = ['supervisor', 'compliance'] as const;

export const reviewDeskCalls = {
  'review.queue': call<QueueView>()(QueueParams, reviewers),
  'review.assign': call<QueueView>()(AssignParams, reviewers),
  'review.batch': call<BatchAnswer>()(BatchParams, reviewers),
  /** What stands around the case of `review.open`: asked for after it, so that the case itself is there at once. */
  'review.detail': call<CaseDetail>()(Type.Object({ id: Id }, closed), reviewers),
  /** The minutes of a case with hits, drafted from the bank's template; on the audit record. Errors: `not_found`, `unavailable`. */
  'review.minutes': call<TakenText>()(Type.Object({ id: Id, to: TakenTo }, closed), reviewers),
} as const;
