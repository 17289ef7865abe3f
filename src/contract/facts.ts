/**
 * Facts: what vision measured, before any rule. Numbers with a name, a unit and, where a model made them, its id.
 * A fact that could not be taken says why; rules treat it as unclear, never as passed.
 */
import type { ReasonCode } from './reasons.ts';
import type { PromptKind } from './vocabulary.ts';

export type Fact<T> =
  { readonly available: true; readonly value: T } | { readonly available: false; readonly reason: ReasonCode };

export function known<T>(value: T): Fact<T> {
  return { available: true, value };
}

export function unknownFact(reason: ReasonCode): Fact<never> {
  return { available: false, reason };
}

/** Pixels of the decoded, EXIF-corrected frame. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface ModelRef {
  readonly role: string;
  readonly id: string;
  readonly sha256: string;
}

/** One named measurement for a voter, e.g. `moire_peak` 0.12. `detail` holds the parts it was made from. */
export interface Measurement {
  readonly name: string;
  readonly value: number;
  readonly frameIndex?: number;
  readonly box?: Box;
  readonly modelId?: string;
  readonly detail?: Readonly<Record<string, number>>;
}

/** What every frame tells about itself, decoded or not. */
export interface FrameFacts {
  readonly index: number;
  /** SHA-256 (hex) of the bytes as received. */
  readonly sha256: string;
  /** Milliseconds since the challenge began, where the client said so. */
  readonly tMs?: number;
  readonly width: number;
  readonly height: number;
  /** Set when the frame is not a usable image; then all numbers are 0. */
  readonly problem?: ReasonCode;
  /** Variance of the Laplacian on the 0–255 grey image, in the region of interest. */
  readonly sharpness: number;
  /** Mean luma 0–1. */
  readonly brightness: number;
  /** Standard deviation of luma 0–1. */
  readonly contrast: number;
  /** Share of blown-out pixels 0–1. */
  readonly glare: number;
}

/** The flash that was on the screen: colours `#RRGGBB`, each held for `holdMs`, from t = 0. */
export interface FlashSequence {
  readonly nonce: string;
  readonly colors: readonly string[];
  readonly holdMs: readonly number[];
}

/** Mean colour of a region at a moment, sRGB 0–255. */
export interface FlashSample {
  readonly tMs: number;
  readonly meanR: number;
  readonly meanG: number;
  readonly meanB: number;
  /** The same of what is behind the person, where the client measured it: then flat pictures can be told. All or none. */
  readonly backR?: number;
  readonly backG?: number;
  readonly backB?: number;
}

/**
 * How a surface answered the flash. Everything is linear light, ambient removed.
 * After Tang et al., "Face Flashing" (NDSS 2018): order, timing and colour are judged, not presence alone.
 */
export interface FlashResponse {
  /** Correlation of the measured colour changes with the challenge, at the best delay, −1…1. */
  readonly correlation: number;
  /** Best correlation minus the best correlation of any wrong order of the same colours. */
  readonly orderMargin: number;
  /** Best correlation minus the best after exchanging any one colour for another of the palette: every step must fit. */
  readonly colourMargin: number;
  /** Screen-to-camera delay, ms. */
  readonly delayMs: number;
  /** Response amplitude over frame-to-frame noise. Below about 3 nothing can be said. */
  readonly signalToNoise: number;
  /** Response of the face (or card) over that of the background. A flat picture answers like its background. */
  readonly depthRatio: number | null;
  /** Largest difference of response among regions (cheeks, nose, forehead), relative to their mean. */
  readonly shading: number | null;
  /** How the answer is spread over the face; absent without frames, or where too little of it was seen. */
  readonly relief?: FlashRelief;
  readonly framesUsed: number;
  readonly source: 'frames' | 'samples';
}

/** Shape of the answer over the face box, from cells of it (logarithm of the answer relative to the face's mean). */
export interface FlashRelief {
  /** Fall-off from the middle to the sides and to top and bottom: 0 = flat. A bent sheet has one of them only. */
  readonly across: number;
  readonly down: number;
  /** 0: bright parts answer more than dark ones in proportion, as things that reflect do; 1: all alike, as a display's glass. */
  readonly glow: number;
  readonly cells: number;
}

// ── card ────────────────────────────────────────────────────────────────────────────────────────────────────────────

export type OcrEngine = 'ppocr' | 'tesseract';

export interface OcrLine {
  readonly engine: OcrEngine;
  readonly text: string;
  /** 0–1. */
  readonly confidence: number;
  /** In the straightened card. */
  readonly box: Box;
}

export interface CardOutline {
  readonly frameIndex: number;
  /** Clockwise from the card's own top-left corner, in frame pixels. */
  readonly corners: readonly [Point, Point, Point, Point];
  /** Quarter turns that were undone. */
  readonly rotation: 0 | 90 | 180 | 270;
  /** Share of the frame the card fills, 0–1. */
  readonly coverage: number;
  /** 0–1: how sure the finder is that this is a KTP-like card. */
  readonly confidence: number;
}

export interface CardReading {
  /** Size of the straightened card that boxes refer to, px. */
  readonly width: number;
  readonly height: number;
  readonly frameIndex: number;
  readonly lines: readonly OcrLine[];
  /** Readings of the NIK line by the digit-constrained path, best first. */
  readonly nikCandidates: readonly {
    readonly text: string;
    readonly confidence: number;
    readonly engine: OcrEngine;
    readonly box: Box;
  }[];
  /** Parts of the card that were read from another frame than `frameIndex`, boxes in the straightened card. */
  readonly regionFrames?: readonly { readonly region: string; readonly frameIndex: number; readonly box: Box }[];
}

export interface PortraitFacts {
  /** In the straightened card. */
  readonly box: Box;
  readonly faceWidthPx: number;
  readonly template: Fact<FaceTemplate>;
}

export interface CardFacts {
  readonly frames: readonly FrameFacts[];
  readonly outline: Fact<CardOutline>;
  /** How many card-like outlines were seen in the best frame. */
  readonly cardCount: number;
  readonly reading: Fact<CardReading>;
  readonly portrait: Fact<PortraitFacts>;
  readonly measurements: readonly Measurement[];
  readonly flash: Fact<FlashResponse>;
  readonly models: readonly ModelRef[];
  /** For the screen only: re-encoded JPEGs without metadata. Never part of the record. */
  readonly renditions: { readonly card?: Uint8Array; readonly portrait?: Uint8Array };
  readonly durationsMs: Readonly<Record<string, number>>;
}

// ── face ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The numbers a quality gate needs, of one frame or the medians of several. Null: not measured. */
export interface FaceLook {
  readonly faceWidthPx: number;
  /** Luma of the face 0–1: mean and standard deviation. */
  readonly brightness: number;
  readonly contrast: number | null;
  /** Faces of comparable size in the picture. */
  readonly prominentFaces: number;
  readonly pose: Pose | null;
  readonly detail: FaceDetail | null;
  /** Eye aspect ratio. */
  readonly eyeOpenness: number | null;
}

/** ArcFace embedding: 512 float32, L2-normalised. Templates of two models are never compared. */
export interface FaceTemplate {
  readonly modelId: string;
  readonly vector: Float32Array;
  /** Width of the face the template was made from, px (smallest of the frames used). */
  readonly faceWidthPx: number;
  readonly framesUsed: readonly number[];
  /** Lowest cosine among the frames that were embedded, −1…1; absent for a single frame and on templates of the store. */
  readonly agreement?: number;
  /** Medians over the frames used; absent on templates read back from the store. */
  readonly look?: FaceLook;
}

/** Degrees. Yaw positive = the person turns to his own left (image right, unmirrored). */
export interface Pose {
  readonly yaw: number;
  readonly pitch: number;
  readonly roll: number;
}

export interface DetectedFace {
  readonly box: Box;
  /** 0–1. */
  readonly score: number;
  /** Image-left eye, image-right eye, nose, image-left mouth corner, image-right mouth corner. */
  readonly landmarks: readonly [Point, Point, Point, Point, Point];
}

/** From the 468-point mesh. */
export interface Expression {
  /** Eye aspect ratio, mean of both eyes. */
  readonly eyeOpenness: number;
  /** Mouth width over face width. */
  readonly mouthWidth: number;
  readonly yaw: number;
}

/** What the face itself shows, measured on the aligned crop and so independent of distance (ISO/IEC 29794-5). */
export interface FaceDetail {
  /** Variance of the Laplacian, 0–255 grey. */
  readonly sharpness: number;
  /** Vertical detail at the weaker eye over the contrast of the face; near 0 when covered. */
  readonly eyes: number;
  /** The same at the mouth. */
  readonly mouth: number;
}

export interface FaceFrameFacts extends FrameFacts {
  readonly faces: readonly DetectedFace[];
  readonly pose: Pose | null;
  /** Silent-Face MiniFASNet softmax[live], one per model id. */
  readonly passive: Readonly<Record<string, number>> | null;
  readonly expression: Expression | null;
  /** Null: no face, or no contrast in it. Absent in facts made before it was measured. */
  readonly detail?: FaceDetail | null;
}

export interface StreamFacts {
  /** Standard deviation of the frame interval over its mean. */
  readonly intervalJitter: number;
  /** Noise residual between consecutive frames, 0–255; 0 means bit-identical frames. */
  readonly noiseResidual: number;
  readonly duplicateFrames: number;
  readonly outOfOrder: boolean;
  /** Mean time between frames, ms. */
  readonly meanIntervalMs?: number;
  /** Share of the whole picture's change that goes with the steps of the challenge, 0–1; absent without a challenge. */
  readonly exposureReaction?: number;
}

export interface RppgFacts {
  readonly beatsPerMinute: number;
  readonly signalToNoise: number;
  readonly seconds: number;
}

export interface FaceFacts {
  readonly frames: readonly FaceFrameFacts[];
  /** Probe fused from the best frames. */
  readonly template: Fact<FaceTemplate>;
  /** Lowest similarity of any used frame to the fused template: mixed persons show here. */
  readonly sameFace: Fact<number>;
  readonly flash: Fact<FlashResponse>;
  readonly stream: Fact<StreamFacts>;
  readonly rppg: Fact<RppgFacts>;
  readonly measurements: readonly Measurement[];
  readonly models: readonly ModelRef[];
  /** For the screen only. `aligned`: cut so that the eyes of every face lie in the same place, for comparing by eye. */
  readonly renditions: { readonly face?: Uint8Array; readonly aligned?: Uint8Array };
  readonly durationsMs: Readonly<Record<string, number>>;
}

/** When a prompt was on the screen, on the challenge clock. */
export interface PromptWindow {
  readonly kind: PromptKind;
  readonly fromMs: number;
  readonly toMs: number;
}

// ── live coaching ───────────────────────────────────────────────────────────────────────────────────────────────────

export interface CardCoaching {
  /** Nothing was looked at: an analysis had the turn, or a newer frame came. */
  readonly skipped?: boolean;
  readonly outline: Fact<CardOutline>;
  readonly sharpness: number;
  readonly brightness: number;
  readonly glare: number;
  readonly frameWidth: number;
  readonly frameHeight: number;
}

export interface FaceCoaching {
  /** As in `CardCoaching`. */
  readonly skipped?: boolean;
  readonly faces: readonly DetectedFace[];
  readonly pose: Pose | null;
  readonly sharpness: number;
  readonly brightness: number;
  /** Standard deviation of luma 0–1 in the face. */
  readonly contrast?: number;
  readonly detail?: FaceDetail | null;
  readonly frameWidth: number;
  readonly frameHeight: number;
}
