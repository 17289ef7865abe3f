/**
 * `npm run bench:face [-- --rounds 15]`: detection, alignment and embedding beside the bare `session.run` of the same graphs;
 * a step-up decision from five frames, with the small recogniser and with a graph of IR-100 size; memory of the vision
 * process. Prints medians; asserts nothing.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { ModelManifest } from '../../src/contract/models.ts';
import { defaultOrgSettings } from '../../src/contract/settings.ts';
import type { Vision } from '../../src/contract/vision.ts';
import { makeFlashSequence } from '../../src/core/flash/challenge.ts';
import { judgeLiveness } from '../../src/core/liveness/judge-liveness.ts';
import { judgeMatch } from '../../src/core/match/judge-match.ts';
import { createInlineVision } from '../../src/vision/create-vision.ts';
import { alignedSize, alignedTensor } from '../../src/vision/face/align.ts';
import { detectWith } from '../../src/vision/face/detect-faces.ts';
import { embedAligned } from '../../src/vision/face/embed.ts';
import { fitToTensor } from '../../src/vision/face/tensor.ts';
import { createSupervisedVision } from '../../src/vision/host/supervised-vision.ts';
import { decodeImage } from '../../src/vision/image/image.ts';
import { readModelManifest } from '../../src/vision/runtime/model-manifest.ts';
import { openModelPack } from '../../src/vision/runtime/model-pack.ts';
import { defaultThreads } from '../../src/vision/runtime/onnx-session.ts';
import { root } from '../accuracy/open-vision.ts';
import { Camera } from '../accuracy/face/camera.ts';
import { openPack } from '../accuracy/face/open-pack.ts';
import { personOf } from '../accuracy/face/people.ts';
import { personScene } from '../accuracy/face/scene.ts';
import { pssOf } from './station/process-tree.ts';
import { percentile } from '../accuracy/score.ts';
import { printTable } from '../accuracy/tables.ts';
import { iresnet100 } from './face/iresnet100.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '15' } } });
const rounds = Math.max(3, Number(values.rounds));
const packFolder = process.env.LOKET_MODEL_PACK ?? resolve(root, '../shared/models');
const ms = (list: readonly number[], share: number) => percentile(list, share).toFixed(1);

/** A challenge and a prompt, so that a decision measures all it would measure at a counter. */
const flash = { nonce: 'n', ...makeFlashSequence(5, (max) => max >> 1) };
const prompts = [{ kind: 'blink', fromMs: 200, toMs: 400 }] as const;

/** Five frames of a drawn person in office light. */
async function drawFrames(): Promise<Uint8Array[]> {
  const optics = {
    screenStrength: 0.5,
    ambient: [1, 0.97, 0.92],
    exposure: 1.25,
    noise: 1.6,
    delayMs: 80,
    exposureMs: 33,
    balanceMs: 5000,
    jpegQuality: 90,
  } as const;
  const [scene, camera] = [personScene(personOf(0), 1), new Camera(optics, 1)];
  return Promise.all(
    [0, 100, 200, 300, 400].map((tMs) =>
      camera.encode(camera.photograph({ surfaces: scene(tMs, 0) }, [0.3, 0.3, 0.3], tMs)),
    ),
  );
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** Paired and alternating: what the machine does beside hits both alike. */
async function frameAgainstBare(frame: Uint8Array): Promise<string[] | null> {
  const pack = await openPack();
  const [detector, recogniser] = [await pack.get('face_detector'), await pack.get('face_recogniser')];
  const decoded = await decodeImage(frame);
  if (detector === null || recogniser === null || !decoded.ok) return null;
  const { image } = decoded;
  // The very inputs of the whole: activation functions branch on what they see, so that a grey field would run faster.
  const tensor = { dims: [1, 3, 640, 640], data: new Float32Array(3 * 640 * 640) };
  fitToTensor(image, 640, tensor.data);
  const [seen] = await detectWith(detector, image);
  const aligned = seen === undefined ? null : alignedTensor(image, seen);
  if (aligned === null) return null;
  const crop = { dims: [1, 3, 112, 112], data: aligned };
  const bare = async () => {
    await detector.run({ [detector.inputNames[0]!]: tensor });
    await recogniser.run({ [recogniser.inputNames[0]!]: crop });
  };
  const whole = async () => {
    const [face] = await detectWith(detector, image);
    await embedAligned(recogniser, [face === undefined ? null : alignedTensor(image, face)], false);
  };
  await bare();
  await whole();
  const times: { bare: number[]; whole: number[] } = { bare: [], whole: [] };
  for (let round = 0; round < rounds * 2; round += 1) {
    for (const key of round % 2 === 0 ? (['bare', 'whole'] as const) : (['whole', 'bare'] as const)) {
      times[key].push(await timed(key === 'bare' ? bare : whole));
    }
  }
  await pack.close();
  const ratios = times.whole.map((time, index) => time / times.bare[index]!);
  return [
    recogniser.entry.id,
    ms(times.bare, 0.5),
    ms(times.whole, 0.5),
    ms(ratios, 0.5) === 'NaN' ? '–' : percentile(ratios, 0.5).toFixed(3),
  ];
}

/** Four templates, one `run` for each or one for all, paired: why a graph's entry says `largestBatch` or does not. */
async function batchAgainstSingles(name: string, manifest: ModelManifest, folders: readonly string[]) {
  const pack = await openModelPack({ manifest, directories: folders });
  const model = await pack.get('face_recogniser');
  const count = 4;
  if (model === null) return [name, '–', '–', '–', '–'];
  const faces = Array.from({ length: count }, (_, n) =>
    Float32Array.from({ length: 3 * alignedSize ** 2 }, (__, i) => Math.sin(i / (40 + n))),
  );
  const singles = { ...model, largestBatch: 1 };
  const batched = { ...model, largestBatch: count };
  for (const one of [singles, batched]) await embedAligned(one, faces, false);
  const ratios: number[] = [];
  const times: { singles: number[]; batched: number[] } = { singles: [], batched: [] };
  for (let round = 0; round < rounds; round += 1) {
    times.singles.push(await timed(() => embedAligned(singles, faces, false)));
    times.batched.push(await timed(() => embedAligned(batched, faces, false)));
    ratios.push(times.batched[round]! / times.singles[round]!);
  }
  await pack.close();
  const shipped = String(model.largestBatch);
  return [name, ms(times.singles, 0.5), ms(times.batched, 0.5), percentile(ratios, 0.5).toFixed(3), shipped];
}

/** Frames in, verdict out: facts, liveness, match, as a step-up does it. */
async function decide(vision: Vision, frames: readonly Uint8Array[]): Promise<string> {
  const facts = await vision.analyseFace({
    frames,
    frameTimesMs: frames.map((_, index) => index * 100),
    flash,
    prompts,
    purpose: 'selfie',
  });
  judgeLiveness({ facts, prompts, attested: true, simulated: false, settings: defaultOrgSettings });
  const reference = facts.template.available ? facts.template.value : null;
  return `${judgeMatch({ probe: facts.template, reference, threshold: 0.45, reviewThreshold: 0.28 }).verdict}, ${reference?.framesUsed.length ?? 0} embedded`;
}

async function stepUp(name: string, vision: Vision, frames: readonly Uint8Array[]): Promise<string[]> {
  await decide(vision, frames);
  const times: number[] = [];
  // Processor time does not grow with what else the machine does.
  const busy: number[] = [];
  let verdict = '';
  for (let round = 0; round < rounds; round += 1) {
    const before = process.cpuUsage();
    times.push(await timed(async () => (verdict = await decide(vision, frames))));
    const { user, system } = process.cpuUsage(before);
    busy.push((user + system) / 1000);
  }
  return [name, verdict, ms(times, 0.5), ms(times, 0.95), ms(busy, 0.5)];
}

/** The installed manifest, the recogniser replaced by the written graph. */
function withIresnet100(manifest: ModelManifest, folder: string): ModelManifest {
  const graph = iresnet100();
  writeFileSync(join(folder, 'iresnet100.onnx'), graph);
  const sha256 = createHash('sha256').update(graph).digest('hex');
  const models = manifest.models.map((entry) =>
    entry.id === 'auraface-v1' ? { ...entry, file: 'iresnet100.onnx', bytes: graph.length, sha256 } : entry,
  );
  return { ...manifest, models };
}

const manifest = readModelManifest(root);
if (!manifest.ok) throw new Error(manifest.error.message);
const frames = await drawFrames();
const folder = mkdtempSync(join(tmpdir(), 'loket-bench-face-'));
const load = () => loadavg()[0]!.toFixed(1);
process.stdout.write(
  `${availableParallelism()} cores, ${defaultThreads()} thread(s) for inference, load ${load()}, ${rounds} rounds\n`,
);
try {
  const perFrame = await frameAgainstBare(frames[0]!);
  if (perFrame === null) process.stdout.write('no models here (LOKET_MODEL_PACK)\n');
  else {
    process.stdout.write(
      printTable({
        title: 'Detect + align + embed of a 640 × 480 frame, against bare session.run (goal: ratio ≤ 1.25)',
        head: ['recogniser', 'bare ms p50', 'whole ms p50', 'ratio p50'],
        rows: [perFrame],
      }),
    );
    const rows: string[][] = [];
    const memory: string[][] = [];
    const batches: string[][] = [];
    for (const [name, chosen, directories] of [
      ['small recogniser (goal 500 ms)', manifest.value, [packFolder, join(root, 'models')]],
      ['IR-100 sized (goal 1000 ms)', withIresnet100(manifest.value, folder), [folder, packFolder]],
    ] as const) {
      const inline = await createInlineVision({ manifest: chosen, modelDirectories: directories, warmUp: true });
      batches.push(await batchAgainstSingles(name.replace(/ \(.*/, ''), chosen, directories));
      rows.push(await stepUp(name, inline, frames));
      await inline.close();
      const process_ = await createSupervisedVision({ manifest: chosen, modelDirectories: directories });
      await decide(process_, frames);
      const pss = pssOf([process_.pid() ?? 0]);
      memory.push([name, pss === null ? 'not told by this system' : pss.toFixed(0)]);
      await process_.close();
    }
    process.stdout.write(
      printTable({
        title: 'Four embeddings in four runs and in one (shipped: how many go into one run)',
        head: ['recogniser', 'four runs ms p50', 'one run ms p50', 'ratio p50', 'shipped'],
        rows: batches,
      }),
    );
    process.stdout.write(
      printTable({
        title: 'Step-up decision after the last of five frames',
        head: ['', 'verdict', 'ms p50', 'ms p95', 'processor ms p50'],
        rows,
      }),
    );
    process.stdout.write(
      printTable({ title: 'Vision process after one decision', head: ['', 'PSS MB'], rows: memory }),
    );
  }
  process.stdout.write(`\nload at the end ${load()}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
