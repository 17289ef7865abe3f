/** Why a reviewer decided as he did: a short list to choose from, beside his own sentence. Codes are stored for seven years. */
import type { ReviewDecision } from './review-rules.ts';

export interface DecisionReason {
  readonly id: string;
  readonly en: string;
  /** The decisions it may stand behind. */
  readonly decisions: readonly ReviewDecision[];
}

export const decisionReasons = {
  original_seen: {
    id: 'KTP asli sudah dilihat dan sesuai',
    en: 'The original card was seen and is in order',
    decisions: ['approve'],
  },
  person_matches: {
    id: 'Wajah nasabah sesuai dengan foto KTP',
    en: 'The customer looks like the portrait',
    decisions: ['approve'],
  },
  data_confirmed: {
    id: 'Data sudah dicocokkan dengan kartu',
    en: 'The fields were compared with the card',
    decisions: ['approve'],
  },
  exception_justified: {
    id: 'Pengecualian beralasan (lansia, sakit, disabilitas)',
    en: 'A justified exception (age, illness, disability)',
    decisions: ['approve'],
  },
  card_not_genuine: {
    id: 'Kartu bukan asli atau diubah',
    en: 'The card is not genuine or was altered',
    decisions: ['reject'],
  },
  person_differs: {
    id: 'Wajah nasabah berbeda dari foto KTP',
    en: 'The customer is not the person on the card',
    decisions: ['reject'],
  },
  not_live: { id: 'Selfie bukan orang langsung', en: 'The selfie is not of a live person', decisions: ['reject'] },
  data_differs: {
    id: 'Data tidak sesuai dengan kartu',
    en: 'The fields do not agree with the card',
    decisions: ['reject'],
  },
  images_unusable: {
    id: 'Gambar tidak cukup untuk menilai',
    en: 'The pictures do not suffice to judge',
    decisions: ['reject', 'escalate'],
  },
  customer_withdrew: { id: 'Nasabah membatalkan', en: 'The customer withdrew', decisions: ['reject'] },
  fraud_suspected: { id: 'Dugaan penipuan', en: 'Fraud is suspected', decisions: ['reject', 'escalate'] },
  second_opinion: { id: 'Perlu pendapat kedua', en: 'A second opinion is needed', decisions: ['escalate'] },
  beyond_authority: {
    id: 'Di luar wewenang cabang',
    en: 'Beyond the authority of the branch',
    decisions: ['escalate'],
  },
  other: {
    id: 'Alasan lain (tulis di keterangan)',
    en: 'Another reason (say which)',
    decisions: ['approve', 'reject', 'escalate'],
  },
} as const satisfies Record<string, DecisionReason>;

export type DecisionReasonCode = keyof typeof decisionReasons;
export const decisionReasonCodes = Object.keys(decisionReasons) as DecisionReasonCode[];

export function reasonsFor(decision: ReviewDecision): readonly DecisionReasonCode[] {
  return decisionReasonCodes.filter((code) => reasonFits(code, decision));
}

/** False for an unknown code too. */
export function reasonFits(code: string, decision: ReviewDecision): boolean {
  if (!Object.hasOwn(decisionReasons, code)) return false;
  const reason: DecisionReason = decisionReasons[code as DecisionReasonCode];
  return reason.decisions.includes(decision);
}
