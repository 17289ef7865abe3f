/** `customers.*` and `dashboard.*`: one customer with all that is kept of him, and the branch in plots. */
import { Type } from 'typebox';
import type { CustomerView } from './answers.ts';
import { call, closed, Id, Password } from './call.ts';
import type { AuditLine } from './review-desk.ts';
import type { Reason } from '../reasons.ts';
import type { EnrolmentSource, KycTier, VerificationStatus } from '../vocabulary.ts';

const EraseParams = Type.Object(
  {
    id: Id,
    reason: Type.String({ minLength: 3, maxLength: 200 }),
    /** Who asked: the customer himself, a court, … */
    requestedBy: Type.String({ minLength: 2, maxLength: 100 }),
    /** Left out: the fresh proof by passkey of `auth.proveFinish` is spent. */
    password: Type.Optional(Password),
  },
  closed,
);

export interface CustomerFile extends CustomerView {
  readonly phone: string | null;
  readonly email: string | null;
  readonly externalRef: string | null;
  readonly createdAt: string;
  readonly lastVerifiedAt: string | null;
  readonly references: readonly {
    readonly id: string;
    readonly source: EnrolmentSource;
    readonly active: boolean;
    readonly retireReason: string | null;
    readonly faceWidthPx: number | null;
    readonly modelId: string | null;
    readonly createdAt: string;
  }[];
  /** Absent for those who may not see it; null: never asked. */
  readonly dukcapil?: {
    readonly status: 'verified' | 'failed';
    readonly reason: string | null;
    readonly createdAt: string;
  } | null;
  readonly consents: readonly {
    readonly version: string;
    readonly language: string;
    readonly purposes: readonly string[];
    readonly acceptedAt: string;
    readonly withdrawnAt: string | null;
  }[];
  readonly devices: readonly {
    readonly id: string;
    readonly platform: string;
    readonly name: string | null;
    readonly active: boolean;
    readonly createdAt: string;
    readonly endedAt: string | null;
  }[];
  readonly cases: readonly {
    readonly id: string;
    readonly status: string;
    readonly createdAt: string;
    readonly reasons: readonly Reason[];
  }[];
  readonly audit: readonly AuditLine[];
  readonly erasure: {
    readonly state: 'restricted' | 'erased';
    readonly requestedAt: string;
    readonly holdUntil: string | null;
    readonly erasedAt: string | null;
  } | null;
}

const DashboardParams = Type.Object(
  {
    days: Type.Integer({ minimum: 1, maximum: 366 }),
    deskId: Type.Optional(Id),
  },
  closed,
);

/** Scores 0–100 in steps of five; `from` is the lower edge. */
export interface ScoreBucket {
  readonly from: number;
  readonly verified: number;
  readonly pending: number;
  readonly failed: number;
}

export interface Distribution {
  readonly buckets: readonly ScoreBucket[];
  readonly total: number;
  /** Where the rules draw a line now, on the same scale. */
  readonly ticks: readonly { readonly name: 'match' | 'match_high' | 'match_review' | 'voters'; readonly at: number }[];
}

export interface DashboardView {
  readonly from: string;
  readonly to: string;
  readonly desks: readonly { readonly id: string; readonly name: string }[];
  /** Customers first seen in the period, and how far they have come by now. */
  readonly funnel: readonly { readonly tier: KycTier; readonly customers: number }[];
  /** Of what was decided by people: why. */
  readonly decisions: readonly {
    readonly decision: 'approve' | 'reject' | 'escalate';
    readonly reasonCode: string;
    readonly cases: number;
  }[];
  /** What sent captures to review. */
  readonly causes: readonly { readonly code: string; readonly cases: number }[];
  readonly casesOpened: number;
  readonly liveness: Distribution;
  readonly match: Distribution;
  readonly outcomes: readonly {
    readonly method: string;
    readonly status: VerificationStatus;
    readonly count: number;
  }[];
  readonly queue: {
    readonly slaMinutes: number;
    /** Opening minutes, `to` exclusive; the last has none. */
    readonly buckets: readonly { readonly from: number; readonly to: number | null; readonly cases: number }[];
    readonly waiting: number;
    readonly overdue: number;
    /** Opening minutes from opening to decision, of what was decided in the period; null: nothing was. */
    readonly medianMinutes: number | null;
  };
  readonly activity: readonly {
    readonly desk: string;
    readonly captures: number;
    readonly customers: number;
    readonly cases: number;
  }[];
  readonly perDay: readonly { readonly day: string; readonly captures: number }[];
}

export const customerCalls = {
  'customers.file': call<CustomerFile>()(Type.Object({ id: Id }, closed), 'signed-in'),
  'customers.erase': call<CustomerFile>()(EraseParams, ['compliance', 'admin']),
  'dashboard.view': call<DashboardView>()(DashboardParams, ['supervisor', 'analyst', 'compliance', 'admin']),
} as const;
