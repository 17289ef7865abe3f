/** When a measured flash response counts as the answer to its challenge. */
import type { Fact, FlashResponse } from '../../contract/facts.ts';
import { absentBallot, castBallot, type Ballot } from '../fusion/fuse.ts';

/**
 * Limits, set on generated streams (`npm run accuracy:face`: delays of 30–230 ms, 10–30 frames/s, cross-talk, white balance
 * drift): 1,000 wrong challenges and 1,000 without light never accepted, right ones never refused; with strong cross-talk and
 * a white balance of 0.3–1.5 s some right ones are in doubt. A real branch camera has yet to confirm them.
 */
export const flashLimits = {
  correlation: 0.75,
  /** Over the best wrong order of the same colours. */
  orderMargin: 0.03,
  /**
   * Over the best sequence with one colour exchanged. Neighbours in chroma tie in noise and cross-talk, so a very good fit
   * may fall a little short; a fair one may not, or a challenge that differs in one colour would pass for this one.
   */
  colourMargin: 0,
  closeColourMargin: -0.01,
  closeCorrelation: 0.93,
  signalToNoise: 3,
  /** Face over background. A flat picture that fills the frame answers like its own background (1.0). */
  depthRatio: 1.15,
  /**
   * Difference of the answer among forehead, cheeks and nose. Drawn heads in 3D 0.17–0.24, flat, bent and cut-out prints of
   * them 0.01–0.05 (physical simulator): paper answers alike all over, whichever way it is bent. Of three relit portraits one
   * fell to 0.04 and is sent to review: the limit has to be set again on the branch camera.
   */
  shading: 0.07,
  /** Another order explains the light this much better: a replay, not a weak reflection. */
  strongOrderMargin: -0.3,
  strongSignalToNoise: 8,
} as const;

/**
 * The `flash_reflectance` ballot. Absent when there is no response, or it is below the noise. `depth`: also asks for
 * more light on the surface than behind it where that was measured (faces; a card has no background of its own).
 */
export function castFlashBallot(
  fact: Fact<FlashResponse>,
  options: { readonly depth: boolean; readonly weight?: number },
): Ballot<'flash_reflectance'> {
  const weight = options.weight ?? 1;
  if (!fact.available) return absentBallot('flash_reflectance', weight, fact.reason);
  const response = fact.value;
  const still = response.signalToNoise === 0 && response.correlation === 0;
  if (!still && !(response.signalToNoise >= flashLimits.signalToNoise)) {
    return absentBallot('flash_reflectance', weight, 'flash_too_bright');
  }
  const ballot = castBallot({
    name: 'flash_reflectance',
    value: response.correlation,
    threshold: flashLimits.correlation,
    direction: 'at_least',
    weight,
    failReason: 'flash_wrong',
  });
  if (ballot.passed === null) return ballot;
  const answered = ballot.passed && marginsFit(response);
  if (answered && !options.depth) return ballot;
  if (answered) return castDepth(ballot, response);
  return {
    ...ballot,
    passed: false,
    reason: weight === 0 ? 'voter_not_validated' : 'flash_wrong',
    strong: isStrong(response, still),
  };
}

/**
 * The light fits: does it fall as on a head before a wall? A face that fills the picture hides the background: flat or not
 * cannot be told. Client samples of the face alone carry no depth; with the background's means in them they do.
 */
function castDepth(ballot: Ballot<'flash_reflectance'>, response: FlashResponse): Ballot<'flash_reflectance'> {
  const { depthRatio, shading, source } = response;
  if (depthRatio === null && source === 'samples') return ballot;
  if (depthRatio === null) return absentBallot('flash_reflectance', ballot.weight, 'face_too_near');
  if (shading === null && source === 'frames') {
    return absentBallot('flash_reflectance', ballot.weight, 'not_measured');
  }
  const deep = depthRatio >= flashLimits.depthRatio && (shading === null || shading >= flashLimits.shading);
  if (deep) return ballot;
  return {
    ...ballot,
    passed: false,
    reason: ballot.weight === 0 ? 'voter_not_validated' : 'flash_flat',
    strong: false,
  };
}

function marginsFit(response: FlashResponse): boolean {
  const colourMargin =
    response.correlation >= flashLimits.closeCorrelation ? flashLimits.closeColourMargin : flashLimits.colourMargin;
  return response.orderMargin >= flashLimits.orderMargin && response.colourMargin >= colourMargin;
}

function isStrong(response: FlashResponse, still: boolean): boolean {
  // Rounded client means may stand still in a bright room; frames of a living camera never do.
  if (still) return response.source === 'frames';
  return (
    response.signalToNoise >= flashLimits.strongSignalToNoise &&
    response.correlation < flashLimits.correlation / 2 &&
    response.orderMargin <= flashLimits.strongOrderMargin
  );
}
