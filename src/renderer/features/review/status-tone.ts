import type { ReviewRow } from '../../../contract/desk/answers.ts';
import type { VerificationStatus } from '../../../contract/vocabulary.ts';
import type { Tone } from '../../ui/notice.tsx';

export const statusTone: Readonly<Record<ReviewRow['status'], Tone>> = {
  open: 'review',
  escalated: 'review',
  approved: 'pass',
  rejected: 'stop',
};

export const checkTone: Readonly<Record<VerificationStatus, Tone>> = {
  verified: 'pass',
  pending: 'review',
  failed: 'stop',
};
