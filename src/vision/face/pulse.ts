/**
 * Pulse from the colour of the skin: CHROM (de Haan and Jeanne, "Robust pulse rate from chrominance-based rPPG", IEEE TBME
 * 60(10), 2013). It measures a rhythm in the pictures and makes no claim about where that comes from.
 */
import { known, unknownFact, type Fact, type RppgFacts } from '../../contract/facts.ts';
import type { LightSample } from '../flash/light.ts';

/** CHROM was shown on windows of 10 s and more; below that the spectrum has no room for several beats. */
export const shortestPulseMs = 10_000;
/** 42 to 180 beats a minute. */
const lowestHz = 0.7;
const highestHz = 3;
const stepHz = 0.01;
/** What belongs to the beat on either side of its peak, and of twice the peak (de Haan's definition of the ratio). */
const peakHalfWidthHz = 0.12;
/** A rhythm needs more than two samples a beat, and some to spare; slower cameras measure up to their own limit only. */
const samplesPerBeat = 2.5;
const slowestFps = 4;
const fewestSamples = 40;

/**
 * Beats per minute and how far the rhythm stands out: power at the beat and its first overtone over all other power of the
 * band. `samples`: linear light of skin in time order, taken while the light did not change on purpose.
 * Unavailable: `too_short` below 10 s, `too_few_frames` below 4 samples a second, `not_measured` for light that stands
 * perfectly still (no camera does) or is no number.
 */
export function measurePulse(samples: readonly LightSample[]): Fact<RppgFacts> {
  if (samples.some(({ tMs, r, g, b }) => ![tMs, r, g, b].every(Number.isFinite) || !(r > 0 && g > 0 && b > 0))) {
    return unknownFact('not_measured');
  }
  const lasted = samples.length < 2 ? 0 : samples.at(-1)!.tMs - samples[0]!.tMs;
  if (!(lasted >= shortestPulseMs)) return unknownFact('too_short');
  const seconds = lasted / 1000;
  const fps = (samples.length - 1) / seconds;
  if (samples.length < fewestSamples || fps < slowestFps) return unknownFact('too_few_frames');
  const signal = chrominance(samples);
  if (signal === null) return unknownFact('not_measured');
  const times = samples.map(({ tMs }) => tMs / 1000);
  const limit = Math.min(highestHz, fps / samplesPerBeat);
  const spectrum: { readonly hz: number; readonly power: number }[] = [];
  for (let hz = lowestHz; hz <= limit; hz += stepHz) spectrum.push({ hz, power: powerAt(times, signal, hz) });
  const peak = spectrum.reduce((best, one) => (one.power > best.power ? one : best));
  const ofBeat = (hz: number) =>
    Math.abs(hz - peak.hz) <= peakHalfWidthHz || Math.abs(hz - 2 * peak.hz) <= 2 * peakHalfWidthHz;
  const sum = (list: typeof spectrum) => list.reduce((total, { power }) => total + power, 0);
  const beat = sum(spectrum.filter(({ hz }) => ofBeat(hz)));
  const rest = sum(spectrum.filter(({ hz }) => !ofBeat(hz)));
  if (!(rest > 0)) return unknownFact('not_measured');
  return known({ beatsPerMinute: 60 * peak.hz, signalToNoise: beat / rest, seconds });
}

/** X − αY of CHROM on channels relative to their own slow mean; null without any change. */
function chrominance(samples: readonly LightSample[]): Float64Array | null {
  const relative = (['r', 'g', 'b'] as const).map((key) => detrended(samples, key));
  const [r, g, b] = relative as [Float64Array, Float64Array, Float64Array];
  const x = Float64Array.from(r, (value, i) => 3 * value - 2 * g[i]!);
  const y = Float64Array.from(r, (value, i) => 1.5 * value + g[i]! - 1.5 * b[i]!);
  const [sx, sy] = [deviation(x), deviation(y)];
  if (!(sx > 1e-9) && !(sy > 1e-9)) return null;
  const alpha = sy > 1e-9 ? sx / sy : 0;
  return x.map((value, i) => value - alpha * y[i]!);
}

/** value / mean of the two seconds around it − 1: breathing and light that wanders go, beats stay. */
function detrended(samples: readonly LightSample[], key: 'r' | 'g' | 'b'): Float64Array {
  const reach = 1000;
  let from = 0;
  let to = 0;
  let sum = 0;
  return Float64Array.from(samples, (sample) => {
    while (to < samples.length && samples[to]!.tMs <= sample.tMs + reach) sum += samples[to++]![key];
    while (samples[from]!.tMs < sample.tMs - reach) sum -= samples[from++]![key];
    return sample[key] / (sum / (to - from)) - 1;
  });
}

function deviation(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

/** Lomb's periodogram (Lomb 1976, Scargle 1982): frames do not come at even times. */
function powerAt(times: readonly number[], signal: Float64Array, hz: number): number {
  const omega = 2 * Math.PI * hz;
  let [s2, c2] = [0, 0];
  for (const t of times) {
    s2 += Math.sin(2 * omega * t);
    c2 += Math.cos(2 * omega * t);
  }
  const tau = Math.atan2(s2, c2) / (2 * omega);
  let [sc, cc, ss, s] = [0, 0, 0, 0];
  times.forEach((t, i) => {
    const cos = Math.cos(omega * (t - tau));
    const sin = Math.sin(omega * (t - tau));
    sc += signal[i]! * cos;
    s += signal[i]! * sin;
    cc += cos * cos;
    ss += sin * sin;
  });
  return (cc > 0 ? (sc * sc) / cc : 0) + (ss > 0 ? (s * s) / ss : 0);
}
