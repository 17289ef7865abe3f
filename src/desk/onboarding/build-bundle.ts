/** The capture as a value: the manifest that the desk will sign, built once from the draft. Pure. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { BundleManifest, CameraIdentity, DeskChallenge, Evidence } from '../../contract/bundle.ts';
import type { ModelRef, PromptWindow } from '../../contract/facts.ts';
import type { OrgSettings } from '../../contract/settings.ts';
import { ktpFieldNames, type KtpFieldValues } from '../../contract/vocabulary.ts';
import { compareScan, scanEvidence } from './card-scan.ts';
import type { ConfirmedFields, Draft, DraftCard } from './draft.ts';
import type { CardEvaluation } from './ports.ts';

export interface BundleSetting {
  readonly appVersion: string;
  readonly settings: OrgSettings;
}

export interface SelfieCapture {
  readonly frames: readonly Uint8Array[];
  readonly frameTimesMs: readonly number[] | null;
  readonly prompts: readonly PromptWindow[];
  readonly camera: CameraIdentity;
  readonly simulated: boolean;
  readonly challenge: DeskChallenge | null;
  readonly capturedAt: string;
  readonly models: readonly ModelRef[];
}

export function buildCardManifest(
  draft: Draft,
  card: DraftCard,
  confirmed: ConfirmedFields | null,
  evaluation: CardEvaluation,
  setting: BundleSetting,
): BundleManifest {
  const challenge = draft.challenges.find((issued) => issued.challenge.nonce === card.nonce)?.challenge ?? null;
  const reading = readingEvidence(draft.machine.typedByHand, confirmed, evaluation);
  return {
    ...commonManifest(card.frames, card.capturedAt, challenge, setting),
    // Without fields there is nothing a person stands for: the record then reads the card itself.
    ...(confirmed === null ? {} : { ocrFields: confirmed.fields, ocrConfidence: reading.confidence }),
    evidence: {
      kind: 'ktp',
      ...commonEvidence(draft, setting, challenge, card.simulated, evaluation.facts.models),
      ...(card.frameTimesMs === null ? {} : { frameTimesMs: [...card.frameTimesMs] }),
      ...(card.camera === null ? {} : { camera: card.camera }),
      ...(card.source === undefined ? {} : { source: card.source }),
      ...(draft.exceptionGround === undefined ? {} : { exception: draft.exceptionGround }),
      ...scanEvidence(card.scan, compareScan(card.scan, evaluation.fields)),
      reading,
    },
  };
}

export function buildFaceManifest(draft: Draft, selfie: SelfieCapture, setting: BundleSetting): BundleManifest {
  return {
    ...commonManifest(selfie.frames, selfie.capturedAt, selfie.challenge, setting),
    challenges: selfie.prompts.map((prompt) => prompt.kind),
    evidence: {
      kind: draft.stepUp === undefined ? 'face' : 'step_up',
      ...commonEvidence(draft, setting, selfie.challenge, selfie.simulated, selfie.models),
      ...(selfie.frameTimesMs === null ? {} : { frameTimesMs: [...selfie.frameTimesMs] }),
      prompts: [...selfie.prompts],
      camera: selfie.camera,
    },
  };
}

function commonManifest(
  frames: readonly Uint8Array[],
  capturedAt: string,
  challenge: DeskChallenge | null,
  { appVersion }: BundleSetting,
): BundleManifest {
  return {
    version: '1.0',
    sdkVersion: `loket-desk/${appVersion}`,
    platform: 'desktop',
    frames: frames.map((frame) => bytesToHex(sha256(frame))),
    capturedAt,
    ...(challenge === null ? {} : { flashChallengeNonce: challenge.nonce }),
  };
}

function commonEvidence(
  draft: Draft,
  { appVersion, settings }: BundleSetting,
  challenge: DeskChallenge | null,
  simulated: boolean,
  models: readonly ModelRef[],
): Evidence {
  return {
    simulated,
    operatorId: draft.operatorId,
    ...(draft.operators.length < 2 ? {} : { operators: draft.operators.slice(-20) }),
    sessionId: draft.id,
    ...(draft.signature === undefined ? {} : { signature: draft.signature }),
    ...(draft.consent === null ? {} : { consent: draft.consent }),
    ...(challenge === null ? {} : { challenge }),
    models: models.slice(0, 20).map(({ role, id, sha256: hash }) => ({ role, id, sha256: hash })),
    thresholds: { ...flatThresholds(settings.thresholds), votersRequired: settings.liveness.votersRequired },
    ...subjectEvidence(draft),
    appVersion,
  };
}

/** Numbers by name; those of one reference source as `match.<source>.<risk>`. */
function flatThresholds({ matchBySource = {}, ...plain }: OrgSettings['thresholds']): Record<string, number> {
  const own = Object.entries(matchBySource).flatMap(([source, numbers]) =>
    Object.entries(numbers).map(([risk, value]) => [`match.${source}.${risk}`, value] as const),
  );
  return { ...plain, ...Object.fromEntries(own) };
}

/** In both bundles, so that either one alone finds its customer; empty when nothing could be read. */
function subjectEvidence(draft: Draft): Pick<Evidence, 'subject'> {
  const fullName = draft.confirmed?.fields.fullName ?? draft.existing?.fullName;
  const nik = draft.confirmed?.fields.nik;
  return { subject: { ...(fullName === undefined ? {} : { fullName }), ...(nik === undefined ? {} : { nik }) } };
}

function readingEvidence(
  typedByHand: boolean,
  confirmed: ConfirmedFields | null,
  evaluation: CardEvaluation,
): NonNullable<Evidence['reading']> {
  const original: KtpFieldValues = {};
  const confidence: Record<string, number> = {};
  for (const field of ktpFieldNames) {
    const read = evaluation.fields[field];
    if (read.value === null) continue;
    original[field] = read.value.slice(0, 200);
    confidence[field] = Math.min(1, Math.max(0, read.confidence));
  }
  return {
    original,
    confidence,
    corrections: [...(confirmed?.corrections ?? [])],
    typedByHand,
    ...fieldFrames(evaluation),
  };
}

/** Which frame each field was read from; only where the reading says so. */
function fieldFrames({ facts, fields }: CardEvaluation): { fieldFrames?: Record<string, number> } {
  if (!facts.reading.available) return {};
  const { regionFrames = [], frameIndex } = facts.reading.value;
  const frames: Record<string, number> = {};
  for (const field of ktpFieldNames) {
    const { box, value } = fields[field];
    if (value === null || box === null) continue;
    const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    const from = regionFrames.find(
      (part) =>
        middle.x >= part.box.x &&
        middle.x <= part.box.x + part.box.width &&
        middle.y >= part.box.y &&
        middle.y <= part.box.y + part.box.height,
    );
    frames[field] = Math.min(59, from?.frameIndex ?? frameIndex);
  }
  return { fieldFrames: frames };
}
