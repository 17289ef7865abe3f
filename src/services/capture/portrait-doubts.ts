/** Same NIK, other face: the portrait on a card against the faces that its customer has already. */
import type { Fact, PortraitFacts } from '../../contract/facts.ts';
import type { Reason } from '../../contract/reasons.ts';
import type { Db } from '../../store/repositories/types.ts';
import { evaluateMatch } from '../evaluate-face.ts';
import { usableReferences } from '../references.ts';
import type { AcceptedCapture } from './accepted-capture.ts';

/**
 * Asks for a person when the portrait is like none of the customer's faces that the same model made, whether they are
 * confirmed or still wait: the NIK leads to this customer, so either card or an earlier capture shows somebody else.
 * Compared at the thresholds for card portraits; a borderline pair is left to the match of the selfie. Drawn people are left out.
 */
export async function portraitDoubts(
  trx: Db,
  capture: AcceptedCapture,
  captureId: string,
  portrait: Fact<PortraitFacts>,
): Promise<readonly Reason[]> {
  if (!portrait.available || !portrait.value.template.available || capture.simulated) return [];
  const { template } = portrait.value;
  const { id: orgId, settings } = capture.organisation;
  const held = await usableReferences(trx, orgId, capture.customer.id, captureId);
  const judged = held
    .filter((one) => one.template.modelId === template.value.modelId)
    .map((one) => evaluateMatch(template, one.template, settings, 'low', 'ktp_extract'));
  const nearest = [...judged].sort((a, b) => (b.similarity ?? -1) - (a.similarity ?? -1))[0];
  if (nearest === undefined || judged.some(({ verdict }) => verdict !== 'no_match')) return [];
  const { similarity, threshold } = nearest;
  return [
    {
      code: 'face_differs_from_record',
      gate: 'match',
      ...(similarity === null ? {} : { value: similarity }),
      threshold,
    },
  ];
}
