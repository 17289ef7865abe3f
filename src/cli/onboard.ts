/** `loket onboard`: picture files in, one decision out, through exactly the services of the station. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { Command } from 'commander';
import { reasonCatalogue, type ReasonCode } from '../contract/reasons.ts';
import { fail, ok, type Result } from '../contract/result.ts';
import { openHeadlessInstallation } from '../desk/headless/headless-installation.ts';
import { runHeadlessOnboarding, type HeadlessReport } from '../desk/headless/run-onboarding.ts';
import { isJpegOrPng } from '../services/capture/read-bundle.ts';
import { decodeImage } from '../vision/image/image.ts';

interface Options {
  readonly ktp?: readonly string[];
  readonly selfie?: readonly string[];
  readonly data?: string;
  readonly json?: boolean;
}

const maxFrameBytes = 8 * 1024 * 1024;
const limits = { ktp: 12, selfie: 60 } as const;

/** Exit status: 0 a decision was reached (also a negative one), 2 unusable input with one line on stderr. */
export function onboardCommand(): Command {
  const collect = (value: string, before: readonly string[] | undefined): readonly string[] => [
    ...(before ?? []),
    value,
  ];
  return new Command('onboard')
    .description('onboard one customer from picture files; without --data in a store that is removed afterwards')
    .option('--ktp <file>', 'photo of the KTP, JPEG or PNG; repeat for more frames', collect)
    .option('--selfie <file>', 'photo of the face, JPEG or PNG; repeat for more frames', collect)
    .option('--data <dir>', 'data directory; an empty one is made ready')
    .option('--json', 'one JSON document on stdout')
    .action(async (options: Options) => {
      const result = await onboard(options);
      process.exitCode = result.ok ? 0 : 2;
      if (result.ok)
        process.stdout.write(`${options.json === true ? JSON.stringify(result.value) : inWords(result.value)}\n`);
      else process.stderr.write(`${result.error.code}: ${result.error.message}\n`);
    });
}

/** Pictures are looked at before anything is opened or made, so that a bad path costs nothing. */
export async function onboard(options: Options): Promise<Result<HeadlessReport>> {
  const started = performance.now();
  // Checked here, not by the parser, so that it ends like every other unusable input.
  if (options.ktp === undefined || options.selfie === undefined)
    return fail('validation_failed', 'give at least one --ktp and one --selfie picture');
  const ktp = await readPictures(options.ktp, limits.ktp);
  if (!ktp.ok) return ktp;
  const selfie = await readPictures(options.selfie, limits.selfie);
  if (!selfie.ok) return selfie;
  const opened = await openHeadlessInstallation(options.data ?? null);
  if (!opened.ok) return opened;
  const { installation, operator, close } = opened.value;
  const openMs = Math.round(performance.now() - started);
  try {
    const run = await runHeadlessOnboarding(installation.context, { operator, ktp: ktp.value, selfie: selfie.value });
    if (!run.ok) return run;
    const total = Math.round(performance.now() - started);
    return ok({ ...run.value, durationsMs: { open: openMs, ...run.value.durationsMs, total } });
  } finally {
    await close();
  }
}

async function readPictures(files: readonly string[], most: number): Promise<Result<readonly Uint8Array[]>> {
  if (files.length > most) return fail('validation_failed', `at most ${most} pictures of a kind`);
  const pictures: Uint8Array[] = [];
  for (const file of files) {
    const picture = await readPicture(file);
    if (!picture.ok) return picture;
    pictures.push(picture.value);
  }
  return ok(pictures);
}

async function readPicture(file: string): Promise<Result<Uint8Array>> {
  const name = basename(file);
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => error.code ?? 'unreadable');
  if (typeof bytes === 'string')
    return fail(
      'image_unusable',
      `${name}: ${bytes === 'ENOENT' ? 'there is no such file' : `the file cannot be read (${bytes})`}`,
    );
  if (bytes.length === 0) return fail('image_unusable', `${name}: the file is empty`);
  if (bytes.length > maxFrameBytes) return fail('image_unusable', `${name}: larger than 8 MiB`);
  if (!isJpegOrPng(bytes)) return unusable(name, 'image_unreadable');
  const decoded = await decodeImage(bytes);
  return decoded.ok ? ok(new Uint8Array(bytes)) : unusable(name, decoded.reason);
}

function unusable(name: string, reason: ReasonCode): Result<never> {
  return fail('image_unusable', `${name}: ${reason}. ${reasonCatalogue[reason].en}`);
}

function inWords({ customer, ktp, liveness, match, bundles, reasons }: HeadlessReport): string {
  return [
    `customer  ${customer.id ?? '-'}  tier ${customer.kycLevel}`,
    `ktp       ${ktp.verdict}`,
    `liveness  ${liveness.verdict}`,
    `match     ${match.verdict}${match.similarity === null ? '' : ` (${match.similarity.toFixed(3)}, threshold ${match.threshold})`}`,
    ...bundles.map((bundle) => `bundle    ${bundle.id}  ${bundle.delivered ? 'delivered' : 'sealed, waiting'}`),
    ...reasons.map(
      (reason) => `reason    ${reason.gate}: ${reason.code}${reason.field === undefined ? '' : ` (${reason.field})`}`,
    ),
  ].join('\n');
}
