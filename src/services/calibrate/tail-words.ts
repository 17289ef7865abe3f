/** The impostor tail for a reader: what was fitted, which thresholds follow for 1:N, and what to set. */
import { duplicateThreshold, type ModelTail } from '../../core/duplicates/judge-duplicates.ts';
import { defaultOrgSettings } from '../../contract/settings.ts';
import { shippedTails } from '../duplicates/shipped-tails.ts';
import { matchThresholds } from '../match-thresholds.ts';
import type { Calibration } from './calibrate-pairs.ts';

const faces = [1_000, 10_000, 100_000, 1_000_000];
/** Well above 0: the excesses fall more slowly than the straight line says. */
const heavyShape = 0.1;

/** Lines of plain text; the last is the command that puts the fit in the shipped one's place. */
export function tailInWords({ modelId, impostorTail: fit, pairs }: Calibration): readonly string[] {
  if (modelId === null) return [];
  if (fit === null)
    return [`impostor tail: not fitted, ${pairs.impostor} impostor pairs are too few; ${without(modelId)}`];
  const { from, share, scale, scaleInterval, shape } = fit;
  const tail = { modelId, from: round(from), share: round(share), scale: round(scale), pairs: fit.pairs };
  return [
    `impostor tail: ${fit.tailPairs} of ${fit.pairs} pairs above ${from.toFixed(4)}, scale ${scale.toFixed(4)} (95 % ${scaleInterval[0].toFixed(4)}–${scaleInterval[1].toFixed(4)}; pairs that share a person make it less certain), shape ${shape.toFixed(2)}${shape > heavyShape ? ': heavier than the fit, thresholds are too low' : ''}`,
    `1:N thresholds at a FPIR of 1 %: ${faces.map((enrolled) => at(tail, enrolled)).join(', ')}`,
    `an FMR below ${(3 / fit.pairs).toExponential(1)} is extrapolated; a FPIR of 1 % needs it from ${Math.floor((0.01 * fit.pairs) / 3)} faces on`,
    `to use it: loket org set 'duplicates.tail=${JSON.stringify(tail)}'`,
  ];
}

function at(tail: ModelTail, enrolled: number): string {
  const { threshold } = thresholdAmong(tail.modelId, enrolled, [tail]);
  return `${enrolled} faces ${threshold.toFixed(3)}`;
}

function without(modelId: string): string {
  return thresholdAmong(modelId, 1, shippedTails()).basis === 'rule_of_thumb'
    ? 'duplicates go by the rule of thumb'
    : 'duplicates go by the shipped tail';
}

function thresholdAmong(modelId: string, enrolled: number, shipped: readonly ModelTail[]) {
  const settings = defaultOrgSettings;
  const floor = matchThresholds({ settings, modelId, source: 'onboarding_selfie', risk: 'high' }).threshold;
  return duplicateThreshold({ modelId, floor, enrolled, own: {}, shipped });
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}
