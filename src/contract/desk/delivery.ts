/** What the record says to a delivered desk capture: the official answer, kept on the outbox row. */
import type { Reason } from '../reasons.ts';
import type { CardJudgement, LivenessJudgement, MatchJudgement } from '../verdicts.ts';
import type { KycTier, VerificationMethod, VerificationStatus } from '../vocabulary.ts';

export interface DeskDelivery {
  readonly captureId: string;
  readonly nonce: string;
  /** May differ from the draft's id when the NIK was known already. */
  readonly customerId: string;
  readonly verifications: readonly {
    readonly id: string;
    readonly method: VerificationMethod;
    readonly status: VerificationStatus;
    readonly score: number | null;
  }[];
  readonly kycLevel: KycTier;
  readonly card: CardJudgement | null;
  readonly liveness: LivenessJudgement | null;
  readonly match: MatchJudgement | null;
  readonly reasons: readonly Reason[];
  readonly reviewCaseId: string | null;
  /** The organisation asks civil registries: the desk asks about this customer and posts the verdict. */
  readonly registryCheck?: boolean;
  /** True when this nonce had been delivered before: the original answer again. */
  readonly replayed: boolean;
}
