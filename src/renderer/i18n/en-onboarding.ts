import type { idOnboarding } from './id-onboarding.ts';

/** English: ways other than the straight one at the counter. */
export const enOnboarding: Readonly<Record<keyof typeof idOnboarding, string>> = {
  'exception.open': 'Go on without a selfie',
  'exception.title': 'Go on without a selfie?',
  'exception.what': 'The KTP is kept and a supervisor decides. The premium tier cannot be given yet.',
  'exception.ground': 'Reason',
  'exception.ground.camera_unavailable': 'The camera cannot be used',
  'exception.ground.customer_unable': 'The customer cannot be photographed',
  'exception.ground.tries_used_up': 'Tried several times',
  'exception.back': 'Back',
  'review.loading': 'Loading the queue…',
  'exception.go': 'Hand over to a supervisor',
};
