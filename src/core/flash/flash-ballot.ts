/** When a measured flash response counts as the answer to its challenge. */
import type { Fact, FlashRelief, FlashResponse } from '../../contract/facts.ts';
import type { ReasonCode } from '../../contract/reasons.ts';
import type { FaceFindingName } from '../../contract/verdicts.ts';
import { finding, type Finding } from '../fusion/finding.ts';
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
   * may fall a little short; a fair one may not, or a challenge that differs in one colour would pass for this one. Wrong
   * orders never came nearer than −0.05, so that a very good fit needs less of a lead over them as well.
   */
  colourMargin: 0,
  closeOrderMargin: 0.015,
  closeColourMargin: -0.007,
  closeCorrelation: 0.93,
  signalToNoise: 3,
  /** Face over background. A flat picture that fills the frame answers like its own background (1.0). */
  depthRatio: 1.15,
  /**
   * Difference of the answer among forehead, cheeks and nose, or else its fall-off from the middle of the face in both
   * directions (paper is flat, or bent one way). Physical simulator: drawn heads differ by 0.17–0.31, flat, bent and cut-out
   * prints of them by 0.01–0.05; relit portraits fall off by 0.2–0.4 and 0.1–0.3, prints by at most 0.09 and 0.03. To be set
   * again on the branch camera.
   */
  shading: 0.07,
  fallOff: 0.15,
  /** Displays that shine by themselves 0.44–1.19, heads of every skin at most 0.03 and prints at most 0.17 (same simulator). */
  glow: 0.3,
  /** Another order explains the light this much better: a replay, not a weak reflection. */
  strongOrderMargin: -0.3,
  strongSignalToNoise: 8,
} as const;

/**
 * The `flash_reflectance` ballot. Absent when there is no response, or it is below the noise. `depth`: also asks for
 * more light on the surface than behind it and for the shape of a head (faces; a card has neither).
 */
export function castFlashBallot(
  fact: Fact<FlashResponse>,
  options: { readonly depth: boolean; readonly weight?: number },
): Ballot<'flash_reflectance'> {
  const weight = options.weight ?? 1;
  if (!fact.available) return absentBallot('flash_reflectance', weight, fact.reason);
  return { ...judgeResponse(fact.value, weight, options.depth), findings: flashFindings(fact.value, options.depth) };
}

function judgeResponse(response: FlashResponse, weight: number, depth: boolean): Ballot<'flash_reflectance'> {
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
  if (answered && !depth) return ballot;
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
 * cannot be told. Means that a client sends without the frames carry no shape, and nobody but the client saw them: they can
 * show that the answer is wrong, never that a head gave it.
 */
function castDepth(ballot: Ballot<'flash_reflectance'>, response: FlashResponse): Ballot<'flash_reflectance'> {
  const { depthRatio, shading, relief, source } = response;
  const refused = (reason: ReasonCode): Ballot<'flash_reflectance'> => ({
    ...ballot,
    passed: false,
    reason: ballot.weight === 0 ? 'voter_not_validated' : reason,
    strong: false,
  });
  if (depthRatio !== null && !(depthRatio >= flashLimits.depthRatio)) return refused('flash_flat');
  if (source === 'samples') return absentBallot('flash_reflectance', ballot.weight, 'flash_shape_unseen');
  if (depthRatio === null) return absentBallot('flash_reflectance', ballot.weight, 'face_too_near');
  if (shading === null || relief === undefined) {
    return absentBallot('flash_reflectance', ballot.weight, 'not_measured');
  }
  if (!(relief.glow <= flashLimits.glow)) return refused('flash_display');
  return isSolid(shading, relief) ? ballot : refused('flash_flat');
}

function isSolid(shading: number, relief: FlashRelief): boolean {
  return solidity(shading, relief) >= 1;
}

/** How far the light differs over the face, 1 = as little as counts: among its parts, or by its fall-off both ways. */
function solidity(shading: number, { across, down }: FlashRelief): number {
  return Math.max(shading / flashLimits.shading, Math.min(across, down) / flashLimits.fallOff);
}

function leadsAsked(correlation: number): { readonly order: number; readonly colour: number } {
  return correlation >= flashLimits.closeCorrelation
    ? { order: flashLimits.closeOrderMargin, colour: flashLimits.closeColourMargin }
    : { order: flashLimits.orderMargin, colour: flashLimits.colourMargin };
}

function marginsFit({ correlation, orderMargin, colourMargin }: FlashResponse): boolean {
  const asked = leadsAsked(correlation);
  return orderMargin >= asked.order && colourMargin >= asked.colour;
}

/** Each number of the response beside its limit, in the order in which they are asked. */
function flashFindings(response: FlashResponse, depth: boolean): readonly Finding<FaceFindingName>[] {
  const { relief, shading } = response;
  const asked = leadsAsked(response.correlation);
  const one = (
    name: FaceFindingName,
    value: number | null | undefined,
    threshold: number,
    failReason: ReasonCode,
    direction: 'at_least' | 'at_most' = 'at_least',
  ) => finding({ name, value, threshold, direction, failReason });
  const light = [
    one('light_signal', response.signalToNoise, flashLimits.signalToNoise, 'flash_too_bright'),
    one('light_fit', response.correlation, flashLimits.correlation, 'flash_wrong'),
    one('colour_order', response.orderMargin, asked.order, 'flash_wrong'),
    one('single_colours', response.colourMargin, asked.colour, 'flash_wrong'),
  ];
  if (!depth) return light;
  const solid = shading === null || relief === undefined ? null : solidity(shading, relief);
  return [
    ...light,
    one('depth_ratio', response.depthRatio, flashLimits.depthRatio, 'flash_flat'),
    one('relief', solid, 1, 'flash_flat'),
    one('glow', relief?.glow, flashLimits.glow, 'flash_display', 'at_most'),
  ];
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
