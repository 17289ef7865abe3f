/** English: the counter, from purpose to the list at the end of the day. */
import type { idCounter } from './id-counter.ts';

export const enCounter: Readonly<Record<keyof typeof idCounter, string>> = {
  'action.retry': 'Try again',
  'deciding.now': 'Weighing the result…',
  'gateState.pass.byPerson': 'Approved by a person',
  'gateState.review.byPerson': 'Reviewed by a person',
  'gateState.fail.byPerson': 'Rejected by a person',
  'gateState.missing.byPerson': 'Decided by a person',
  'gatePlain.ktp.pass': 'The card is genuine and everything important could be read.',
  'gatePlain.ktp.review': 'The card could be read, but a person should look at something.',
  'gatePlain.ktp.fail': 'What was photographed is not a genuine, whole KTP.',
  'gatePlain.ktp.missing': 'The card could not be judged.',
  'gatePlain.liveness.pass': 'A real person sits before the camera, not a photo or a screen.',
  'gatePlain.liveness.review': 'It is not certain that a real person is before the camera.',
  'gatePlain.liveness.fail': 'What is before the camera looks like a photo, a screen or a mask.',
  'gatePlain.liveness.missing': 'The face could not be judged.',
  'gatePlain.match.pass': 'The face before the camera is the one on the card or on record.',
  'gatePlain.match.review': 'The faces are alike, but not enough to be sure.',
  'gatePlain.match.fail': 'The face before the camera differs from the card or the record.',
  'gatePlain.match.missing': 'There are not two faces to compare yet.',
};
