/** `loket calibrate`: how well faces of labelled image pairs are told apart here, and which threshold follows. */
import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { fail, ok, type Result } from '../contract/result.ts';
import { defaultOrgSettings } from '../contract/settings.ts';
import { calibratePairs, type Calibration } from '../services/calibrate/calibrate-pairs.ts';
import { calibrationHtml, rateText } from '../services/calibrate/report-html.ts';
import { tailInWords } from '../services/calibrate/tail-words.ts';
import { shippedCalibrations } from '../services/match-thresholds.ts';
import { programVersion } from '../services/open-installation.ts';
import { createInlineVision } from '../vision/create-vision.ts';
import { installedVisionOptions } from '../vision/open-vision.ts';
import { complain } from './with-installation.ts';

interface Flags {
  readonly pairs?: string;
  readonly json?: boolean;
  readonly report?: string;
  readonly targetFmr?: string;
}

const defaultTargets = [0.01, 0.001, 0.0001];

/** Exit status: 0 measured; 1 no pair could be compared (the counts are still printed); 2 unusable input. */
export function calibrateCommand(): Command {
  return new Command('calibrate')
    .description(
      'compare labelled image pairs: AUC, ROC, FMR and FNMR with 95 % intervals, thresholds for a target FMR',
    )
    .option('--pairs <file>', 'CSV with the columns a,b,same: two image paths relative to the CSV, then 1 or 0')
    .option('--target-fmr <list>', 'false match rates to find thresholds for, e.g. 0.001,0.0001')
    .option('--report <file>', 'write an HTML report with plots')
    .option('--json', 'one JSON document on stdout')
    .action(async (flags: Flags) => {
      const result = await calibrate(flags);
      if (!result.ok) return complain(result.error);
      process.stdout.write(`${flags.json === true ? JSON.stringify(result.value) : inWords(result.value)}\n`);
      process.exitCode = result.value.pairs.genuine + result.value.pairs.impostor > 0 ? 0 : 1;
    });
}

export async function calibrate(flags: Flags): Promise<Result<Calibration>> {
  // Checked here, not by the parser, so that it ends like every other unusable input.
  if (flags.pairs === undefined) return fail('validation_failed', 'give the list with --pairs FILE.csv');
  const targets = flags.targetFmr === undefined ? defaultTargets : flags.targetFmr.split(',').map(Number);
  if (targets.some((target) => !(target > 0 && target < 1))) {
    return fail('validation_failed', '--target-fmr takes numbers between 0 and 1, separated by commas');
  }
  const installed = installedVisionOptions();
  if (!installed.ok) return installed;
  const vision = await createInlineVision(installed.value);
  try {
    const result = await calibratePairs(vision, {
      pairsFile: flags.pairs,
      targetFmr: targets,
      thresholds: shippedThresholds,
      onProgress: showProgress,
    });
    if (!result.ok || flags.report === undefined) return result;
    return await writeReport(flags.report, result.value);
  } finally {
    await vision.close();
  }
}

/** The documented defaults and what was calibrated for this model, lowest first. */
function shippedThresholds(modelId: string | null): readonly number[] {
  const { matchReview, matchLow, matchHigh } = defaultOrgSettings.thresholds;
  const calibrated = shippedCalibrations().filter((one) => one.modelId === modelId);
  const all = [matchReview, matchLow, matchHigh, ...calibrated.flatMap(({ match, matchHigh: high }) => [match, high])];
  return [...new Set(all)].sort((a, b) => a - b);
}

async function writeReport(file: string, result: Calibration): Promise<Result<Calibration>> {
  try {
    await writeFile(file, calibrationHtml(result, { at: new Date().toISOString(), version: programVersion() }));
    return ok(result);
  } catch {
    return fail('validation_failed', '--report: cannot be written there');
  }
}

function showProgress(done: number, total: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${total} pictures${done === total ? '\n' : ''}`);
}

function inWords(result: Calibration): string {
  const { images, pairs } = result;
  const unusable = Object.entries(images.unusable).map(([reason, count]) => `${count} ${reason}`);
  const points = [
    ...result.atThresholds.map((point) => ({ name: 'shipped', point, note: '' })),
    ...(result.equalError === null ? [] : [{ name: 'equal error', point: result.equalError, note: '' }]),
    ...result.forTargets.map((point) => ({
      name: `FMR ${point.targetFmr}`,
      point,
      note: point.supported ? '' : `  (cannot be shown: needs ${point.pairsNeeded} impostor pairs)`,
    })),
  ];
  return [
    `model ${result.modelId ?? 'none'}`,
    `images ${images.total}, usable ${images.usable}${unusable.length > 0 ? `, not usable: ${unusable.join(', ')}` : ''}`,
    `pairs ${pairs.total}: ${pairs.genuine} genuine, ${pairs.impostor} impostor, ${pairs.skipped} left out`,
    ...(result.auc === null ? notMeasured(pairs) : [`AUC ${result.auc.toFixed(5)}`]),
    ...points.map(
      ({ name, point, note }) =>
        `${name.padEnd(12)} ${point.threshold.toFixed(4)}  FMR ${rateText(point.fmr, true)}  FNMR ${rateText(point.fnmr, false)}${note}`,
    ),
    ...tailInWords(result),
  ].join('\n');
}

/** Why there is neither AUC nor a threshold. */
function notMeasured({ genuine, impostor }: Calibration['pairs']): string[] {
  const missing = [
    ...(genuine === 0 ? ['pairs of one person (same = 1): no FNMR'] : []),
    ...(impostor === 0 ? ['pairs of two persons (same = 0): no FMR'] : []),
  ];
  return [`without ${missing.join(', without ')}, no AUC and no threshold`];
}
