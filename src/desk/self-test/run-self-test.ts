/**
 * Asks the real pipeline what is known: models, reader, liveness, match, screening and keys, by the golden set. A part that
 * needs something which is not here is `untested` and says what; it is never taken for passed. The shipped thresholds
 * judge, not the organisation's: this tests the machine, not its policy.
 */
import type { SelfTestPart, SelfTestResult } from '../../contract/desk/self-test.ts';
import type { ModelRole } from '../../contract/models.ts';
import type { ReasonCode } from '../../contract/reasons.ts';
import { defaultOrgSettings } from '../../contract/settings.ts';
import type { VisionStatus } from '../../contract/vision.ts';
import { decodeNik } from '../../core/nik/decode-nik.ts';
import { IndexBuilder } from '../../core/screening/build-index.ts';
import type { NameIndex } from '../../core/screening/name-index.ts';
import { askIndex, searchIndex } from '../../core/screening/search-index.ts';
import type { ServiceContext } from '../../services/context.ts';
import { evaluateCard, type CardEvaluation } from '../../services/evaluate-card.ts';
import { evaluateFace, evaluateMatch, type FaceEvaluation } from '../../services/evaluate-face.ts';
import { verifyEd25519Bytes } from '../../vault/ed25519.ts';
import { goldenCard, measuredRecognisers, openGoldenSet, type FilmedFace, type GoldenSet } from './golden-set.ts';

type Finding = Pick<SelfTestResult, 'state'> & Partial<Pick<SelfTestResult, 'lacks' | 'value' | 'threshold'>>;

interface Part {
  readonly part: SelfTestPart;
  /** Models it cannot do without. */
  readonly needs: readonly ModelRole[];
  run(bench: Bench): Promise<Finding> | Finding;
}

interface Bench {
  readonly ctx: ServiceContext;
  golden(): Promise<GoldenSet>;
  card(): Promise<CardEvaluation>;
  holder(): Promise<FaceEvaluation>;
}

export interface SelfTestOptions {
  readonly onPart?: (done: number, total: number) => void;
  /** Waits until the counter is not being used; asked before each part. */
  readonly giveWay?: () => Promise<void>;
  /** Instead of the drawn one. */
  readonly golden?: () => Promise<GoldenSet>;
}

const settings = defaultOrgSettings;
const verdict = (good: boolean): Pick<Finding, 'state'> => ({ state: good ? 'passed' : 'failed' });
const untested = (lacks: string): Finding => ({ state: 'untested', lacks });
/** Whoever was to look was away: nothing was tested. */
const away: readonly ReasonCode[] = ['vision_unavailable', 'model_missing', 'model_refused', 'ocr_unavailable'];

const readers: readonly ModelRole[] = ['ocr_detector', 'ocr_recogniser'];
const faces: readonly ModelRole[] = ['face_detector', 'face_recogniser'];
const film: readonly ModelRole[] = [...faces, 'face_mesh', 'passive_liveness'];

const parts: readonly Part[] = [
  { part: 'seal', needs: [], run: ({ ctx }) => sealing(ctx) },
  { part: 'regions', needs: [], run: ({ ctx }) => regions(ctx) },
  { part: 'screening', needs: [], run: screening },
  { part: 'card_read', needs: readers, run: cardRead },
  { part: 'card_absent', needs: readers, run: cardAbsent },
  { part: 'face_live', needs: film, run: faceLive },
  { part: 'face_replay', needs: film, run: faceReplay },
  { part: 'match_same', needs: [...readers, ...faces], run: matchSame },
  { part: 'match_other', needs: [...readers, ...faces], run: matchOther },
];

/** Never throws for what it finds; a part that breaks is a part that failed. */
export async function runSelfTest(
  ctx: ServiceContext,
  { onPart, giveWay, golden = openGoldenSet }: SelfTestOptions = {},
): Promise<readonly SelfTestResult[]> {
  const bench = openBench(ctx, golden);
  const results: SelfTestResult[] = [];
  for (const each of parts) {
    await giveWay?.();
    const began = performance.now();
    const found = lacking(await ctx.vision.status(), each.needs) ?? (await attempt(ctx, each, bench));
    results.push({
      part: each.part,
      lacks: null,
      value: null,
      threshold: null,
      ...found,
      ms: performance.now() - began,
    });
    onPart?.(results.length, parts.length);
  }
  return results;
}

async function attempt(ctx: ServiceContext, { part, run }: Part, bench: Bench): Promise<Finding> {
  try {
    return await run(bench);
  } catch (error) {
    ctx.logger.error({ part, error: error instanceof Error ? error.name : 'unknown' }, 'a part of the self test broke');
    return { state: 'failed' };
  }
}

function lacking(status: VisionStatus, needs: readonly ModelRole[]): Finding | null {
  if (needs.length === 0) return null;
  if (status.state === 'down') return untested('vision_unavailable');
  const missing = needs.find((role) => !status.models.some((model) => model.role === role && model.state === 'ready'));
  return missing === undefined ? null : untested(missing);
}

function openBench(ctx: ServiceContext, open: () => Promise<GoldenSet>): Bench {
  let golden: Promise<GoldenSet> | null = null;
  let card: Promise<CardEvaluation> | null = null;
  let holder: Promise<FaceEvaluation> | null = null;
  const set = () => (golden ??= open());
  return {
    ctx,
    golden: set,
    card: () => (card ??= set().then(async (one) => readCard(ctx, await one.card()))),
    holder: () => (holder ??= set().then(async (one) => judgeFilm(ctx, await one.holder()))),
  };
}

function readCard(ctx: ServiceContext, frames: Awaited<ReturnType<GoldenSet['card']>>): Promise<CardEvaluation> {
  return evaluateCard(ctx, {
    ...frames,
    confirmed: null,
    corrections: [],
    typedByHand: false,
    simulated: false,
    settings,
  });
}

function judgeFilm(ctx: ServiceContext, filmed: FilmedFace): Promise<FaceEvaluation> {
  return evaluateFace(ctx, { ...filmed, attested: true, simulated: false, settings });
}

/** What was sealed opens again, and only unchanged; what was signed is known again. */
function sealing({ vault }: ServiceContext): Finding {
  const plain = new TextEncoder().encode('loket self test');
  const context = 'self-test';
  const sealed = vault.sealSecret(plain, context);
  const opened = vault.openSecret(sealed, context);
  const flipped = Uint8Array.from(sealed);
  flipped[flipped.length - 1] = (flipped.at(-1) ?? 0) ^ 1;
  const refuses = throws(() => vault.openSecret(flipped, context));
  const signature = vault.desk.sign(plain);
  const knows = verifyEd25519Bytes(plain, signature, vault.desk.publicKey);
  const refusesOther = !verifyEd25519Bytes(opened.slice(1), signature, vault.desk.publicKey);
  return verdict(Buffer.from(opened).equals(plain) && refuses && knows && refusesOther);
}

function throws(work: () => unknown): boolean {
  try {
    work();
    return false;
  } catch {
    return true;
  }
}

function regions({ regions: table }: ServiceContext): Finding {
  const read = decodeNik(goldenCard.nik, table, '2026-01-01');
  const place = [read.province, read.regency].join(' ').toUpperCase();
  // Born in a thirteenth month.
  const wrong = decodeNik(`${goldenCard.nik.slice(0, 8)}13${goldenCard.nik.slice(10)}`, table, '2026-01-01');
  const right = place.includes('JAWA BARAT') && place.includes('BANDUNG') && read.birthDate === goldenCard.birthDate;
  return verdict(right && read.sex === 'male' && !wrong.consistent);
}

const listed = { type: 'person', birthDates: [], birthPlaces: [], countries: [], idNumbers: [] } as const;

/** Invented names: one that must be found however it is spelt, one that must not be found. */
function screening(): Finding {
  const builder = new IndexBuilder();
  for (const name of ['Contohadi Ujiawan', 'Perkasa Rekaan', 'Wirabuana Fiktifta'])
    builder.add({ ...listed, names: [name] });
  const index = finished(builder);
  const best = (name: string): number => {
    const asked = askIndex(index, { name, type: 'person' });
    return asked === null ? -1 : Math.max(0, ...searchIndex(index, asked).map((hit) => hit.score));
  };
  const found = Math.min(best('CONTOHADI UJIAWAN'), best('Tjontohadi Oedjiawan'));
  return { ...verdict(found >= 85 && best('Melati Sederhana') === 0), value: Math.round(found), threshold: 85 };
}

function finished(builder: IndexBuilder): NameIndex {
  const steps = builder.finish();
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

async function cardRead({ card }: Bench): Promise<Finding> {
  const { facts, values, judgement } = await card();
  if (!facts.reading.available && away.includes(facts.reading.reason)) return untested(facts.reading.reason);
  const names = Object.keys(goldenCard) as (keyof typeof goldenCard)[];
  const right = names.filter((name) => values[name] === goldenCard[name]).length;
  // Without the face models the portrait stays unmeasured: a reason for review, not for this part to fail.
  const good = right === names.length && judgement.verdict !== 'failed';
  return { ...verdict(good), value: right, threshold: names.length };
}

async function cardAbsent({ ctx, golden }: Bench): Promise<Finding> {
  const seen = await readCard(ctx, await (await golden()).noCard());
  const { reading } = seen.facts;
  if (!reading.available && away.includes(reading.reason)) return untested(reading.reason);
  return verdict(seen.values.nik === undefined && seen.judgement.verdict !== 'passed');
}

async function faceLive({ holder }: Bench): Promise<Finding> {
  const { facts, judgement } = await holder();
  if (!facts.template.available && away.includes(facts.template.reason)) return untested(facts.template.reason);
  return {
    ...verdict(judgement.fused === 'live'),
    value: judgement.passed,
    threshold: settings.liveness.votersRequired,
  };
}

async function faceReplay({ ctx, golden }: Bench): Promise<Finding> {
  const { facts, judgement } = await judgeFilm(ctx, await (await golden()).replayed());
  if (!facts.template.available && away.includes(facts.template.reason)) return untested(facts.template.reason);
  const flash = judgement.voters.find(({ name }) => name === 'flash_reflectance');
  return {
    ...verdict(judgement.fused !== 'live' && flash?.passed === false),
    value: flash?.value ?? null,
    threshold: flash?.threshold ?? null,
  };
}

function matchSame({ card, holder }: Bench): Promise<Finding> {
  return matched(card, async () => (await holder()).facts, true);
}

function matchOther({ ctx, card, golden }: Bench): Promise<Finding> {
  const other = async () => ctx.vision.analyseFace({ frames: [await (await golden()).other()], purpose: 'reference' });
  return matched(card, other, false);
}

async function matched(
  card: Bench['card'],
  probe: () => Promise<Pick<FaceEvaluation['facts'], 'template'>>,
  same: boolean,
): Promise<Finding> {
  const { portrait } = (await card()).facts;
  const reference = portrait.available && portrait.value.template.available ? portrait.value.template.value : null;
  if (reference !== null && !measuredRecognisers.includes(reference.modelId)) return untested('unmeasured_model');
  const { template } = await probe();
  if (!template.available && away.includes(template.reason)) return untested(template.reason);
  const judged = evaluateMatch(template, reference, settings, 'low', 'ktp_extract');
  // Without a similarity nothing was compared: that is no answer, so not the right one.
  const good = judged.similarity !== null && (judged.verdict === 'match') === same;
  return { ...verdict(good), value: judged.similarity, threshold: judged.threshold };
}
