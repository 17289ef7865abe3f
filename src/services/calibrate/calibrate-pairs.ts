/** Labelled image pairs to error rates: every picture is looked at once, by exactly the path that references take. */
import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { FaceTemplate } from '../../contract/facts.ts';
import type { ReasonCode } from '../../contract/reasons.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import type { Vision } from '../../contract/vision.ts';
import {
  areaUnderCurve,
  equalErrorPoint,
  histogram,
  ratesAt,
  rocCurve,
  sortScores,
  thresholdForFmr,
  type Histogram,
  type OperatingPoint,
  type RocPoint,
  type TargetPoint,
} from '../../core/calibration/rates.ts';
import { readPairs, type LabelledPair } from '../../core/calibration/read-pairs.ts';
import { fitImpostorTail, type TailFit } from '../../core/duplicates/impostor-tail.ts';
import { cosine } from '../../core/match/judge-match.ts';

/** Pictures larger than this are not read, bytes. */
const mostPictureBytes = 64 * 1024 * 1024;
const mostListBytes = 128 * 1024 * 1024;
const worstShown = 10;

export interface CalibrateRequest {
  /** Path of the CSV; pictures are relative to its folder. */
  readonly pairsFile: string;
  /** FMR wanted, e.g. [0.01, 0.001]. */
  readonly targetFmr: readonly number[];
  /** Shipped thresholds to report on, for the model that was found. */
  readonly thresholds: (modelId: string | null) => readonly number[];
  readonly onProgress?: (done: number, total: number) => void;
}

export interface WorstPair {
  /** Line of the CSV. */
  readonly line: number;
  readonly similarity: number;
}

export interface Calibration {
  /** Null when no picture had a usable face. */
  readonly modelId: string | null;
  readonly images: {
    readonly total: number;
    readonly usable: number;
    /** Counted apart, by reason code. */
    readonly unusable: Readonly<Partial<Record<ReasonCode, number>>>;
  };
  readonly pairs: {
    readonly total: number;
    readonly genuine: number;
    readonly impostor: number;
    /** One of the pictures had no usable face. */
    readonly skipped: number;
  };
  readonly auc: number | null;
  /** 95 %, normal approximation; null without both kinds of pairs. */
  readonly aucInterval: readonly [number, number] | null;
  readonly equalError: OperatingPoint | null;
  readonly atThresholds: readonly OperatingPoint[];
  readonly forTargets: readonly TargetPoint[];
  /** For 1:N: how often strangers look alike above every pair compared here. Null with too few impostor pairs. */
  readonly impostorTail: TailFit | null;
  readonly roc: readonly RocPoint[];
  readonly histogram: Histogram;
  readonly lowestGenuine: readonly WorstPair[];
  readonly highestImpostor: readonly WorstPair[];
}

/**
 * Errors: `validation_failed` (list or a path in it), `unavailable` (no recogniser). Pictures without one usable face
 * are no error; they are counted.
 */
export async function calibratePairs(vision: Vision, request: CalibrateRequest): Promise<Result<Calibration>> {
  const pairs = await loadPairs(request.pairsFile);
  if (!pairs.ok) return pairs;
  const folder = dirname(resolve(request.pairsFile));
  const paths = [...new Set(pairs.value.flatMap(({ a, b }) => [a, b]))];
  const missing = await firstMissing(folder, paths);
  if (missing !== null) return fail('validation_failed', describeMissing(missing, pairs.value));
  const templates = new Map<string, FaceTemplate | ReasonCode>();
  for (const path of paths) {
    const seen = await templateOf(vision, resolve(folder, path));
    if (typeof seen === 'string' && noRecogniser.has(seen)) {
      return fail('unavailable', `faces cannot be compared here: ${seen} (see: loket models check)`);
    }
    templates.set(path, seen);
    request.onProgress?.(templates.size, paths.length);
  }
  return ok(measure(pairs.value, templates, request));
}

const noRecogniser: ReadonlySet<ReasonCode> = new Set(['model_missing', 'model_refused', 'vision_unavailable']);

async function loadPairs(file: string): Promise<Result<readonly LabelledPair[]>> {
  try {
    if ((await stat(file)).size > mostListBytes) return fail('validation_failed', '--pairs: the list is too large');
    return prefixed(readPairs(new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file))));
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === 'ENOENT' || code === 'ENOTDIR') return fail('validation_failed', '--pairs: no such file');
    if (code === 'EISDIR') return fail('validation_failed', '--pairs: a folder, not a file');
    if (code === 'EACCES' || code === 'EPERM') return fail('validation_failed', '--pairs: may not be read');
    if (error instanceof TypeError) return fail('validation_failed', '--pairs: not UTF-8 text');
    throw error;
  }
}

function prefixed<T>(result: Result<T>): Result<T> {
  return result.ok ? result : fail(result.error.code, `--pairs: ${result.error.message}`);
}

/** The first path that is no readable file. A list that names what is not there is a mistake, not a picture without a face. */
async function firstMissing(folder: string, paths: readonly string[]): Promise<string | null> {
  for (const path of paths) {
    try {
      if (!(await stat(resolve(folder, path))).isFile()) return path;
    } catch {
      return path;
    }
  }
  return null;
}

function describeMissing(path: string, pairs: readonly LabelledPair[]): string {
  const pair = pairs.find(({ a, b }) => a === path || b === path);
  return `--pairs: line ${pair?.line ?? '?'}, column ${pair?.a === path ? 'a' : 'b'}: no such file (paths are relative to the list)`;
}

async function templateOf(vision: Vision, path: string): Promise<FaceTemplate | ReasonCode> {
  if ((await stat(path)).size > mostPictureBytes) return 'image_too_large';
  const facts = await vision.analyseFace({ frames: [await readFile(path)], purpose: 'reference' });
  return facts.template.available ? facts.template.value : facts.template.reason;
}

function measure(
  pairs: readonly LabelledPair[],
  templates: ReadonlyMap<string, FaceTemplate | ReasonCode>,
  request: CalibrateRequest,
): Calibration {
  const scored: { readonly line: number; readonly same: boolean; readonly similarity: number }[] = [];
  for (const { a, b, same, line } of pairs) {
    const [left, right] = [templates.get(a), templates.get(b)];
    if (typeof left !== 'object' || typeof right !== 'object' || left.modelId !== right.modelId) continue;
    const similarity = cosine(left.vector, right.vector);
    if (similarity !== null) scored.push({ line, same, similarity });
  }
  const genuine = scored.filter((one) => one.same);
  const impostor = scored.filter((one) => !one.same);
  const scores = sortScores({
    genuine: genuine.map((one) => one.similarity),
    impostor: impostor.map((one) => one.similarity),
  });
  const area = areaUnderCurve(scores);
  const usable = [...templates.values()].filter((one) => typeof one === 'object');
  const worst = (list: typeof scored, sign: 1 | -1): WorstPair[] =>
    [...list]
      .sort((p, q) => sign * (p.similarity - q.similarity))
      .slice(0, worstShown)
      .map(({ line, similarity }) => ({ line, similarity }));
  return {
    modelId: usable[0]?.modelId ?? null,
    images: { total: templates.size, usable: usable.length, unusable: countReasons(templates) },
    pairs: {
      total: pairs.length,
      genuine: genuine.length,
      impostor: impostor.length,
      skipped: pairs.length - scored.length,
    },
    auc: area?.auc ?? null,
    aucInterval:
      area === null
        ? null
        : [Math.max(0, area.auc - 1.96 * area.standardError), Math.min(1, area.auc + 1.96 * area.standardError)],
    equalError: equalErrorPoint(scores),
    atThresholds: request.thresholds(usable[0]?.modelId ?? null).map((threshold) => ratesAt(scores, threshold)),
    forTargets: request.targetFmr.flatMap((target) => thresholdForFmr(scores, target) ?? []),
    impostorTail: fitImpostorTail(scores.impostor),
    roc: rocCurve(scores),
    histogram: histogram(scores),
    lowestGenuine: worst(genuine, 1),
    highestImpostor: worst(impostor, -1),
  };
}

function countReasons(templates: ReadonlyMap<string, FaceTemplate | ReasonCode>): Partial<Record<ReasonCode, number>> {
  const counts: Partial<Record<ReasonCode, number>> = {};
  for (const one of templates.values()) if (typeof one === 'string') counts[one] = (counts[one] ?? 0) + 1;
  return counts;
}
