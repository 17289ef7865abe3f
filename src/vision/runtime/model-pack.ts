/** The models of one installation: which of the manifest's entries are here, proven and allowed, opened when needed. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ModelEntry, ModelManifest, ModelRole } from '../../contract/models.ts';
import type { ReasonCode } from '../../contract/reasons.ts';
import type { VisionModelState } from '../../contract/vision.ts';
import { evaluationModelsAllowed } from './evaluation-models.ts';
import { fileSha256, findModelFile, type FoundModel } from './model-files.ts';
import { foldGraph } from './fold-graph.ts';
import { defaultThreads, openOnnxSession, type OnnxSession, type Tensor } from './onnx-session.ts';

export type { Tensor } from './onnx-session.ts';

export interface LoadedModel {
  readonly entry: ModelEntry;
  /** Where the weights lie; files that came with them (character lists) are its neighbours. */
  readonly path: string;
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** Samples that may go in one run: what the manifest says (`largestBatch`), one where the graph takes no more. */
  readonly largestBatch: number;
  /** One inference. Feeds and answers by the graph's own tensor names. */
  run(feeds: Record<string, Tensor>): Promise<Record<string, Tensor>>;
}

export interface ModelPack {
  /** The preferred ready model of a role, opened on first use; null when there is none (see `unavailableReason`). */
  get(role: ModelRole): Promise<LoadedModel | null>;
  /** Every ready model of a role, best first; of several exports of one model (`family`) only the best. */
  all(role: ModelRole): Promise<readonly LoadedModel[]>;
  states(): readonly VisionModelState[];
  /** Why `get` answers null: nothing installed, or what is installed was refused. */
  unavailableReason(role: ModelRole): ReasonCode;
  close(): Promise<void>;
}

export interface ModelPackOptions {
  /** Searched in this order. */
  readonly directories: readonly string[];
  readonly manifest: ModelManifest;
  /** Threads of one inference; default all cores but one. */
  readonly threads?: number;
  /** Refuses evaluation-only models unless they were allowed in words. */
  readonly production?: boolean;
  readonly allowEvaluationModels?: boolean;
}

interface Slot {
  readonly entry: ModelEntry;
  path: string;
  state: VisionModelState['state'];
  note?: string;
  loading?: Promise<LoadedModel | null>;
  session?: OnnxSession;
}

/** Finds and hashes every entry; sessions are opened later, one after another, when a role is first asked for. */
export async function openModelPack(options: ModelPackOptions): Promise<ModelPack> {
  const refuseEvaluation =
    options.production === true && !(options.allowEvaluationModels ?? evaluationModelsAllowed(process.env));
  const slots: Slot[] = [];
  for (const entry of options.manifest.models) {
    const found = await findModelFile(entry, options.directories);
    slots.push(toSlot(entry, found, refuseEvaluation));
  }
  slots.sort((a, b) => b.entry.preference - a.entry.preference);
  return makePack(slots, options.threads ?? defaultThreads());
}

function toSlot(entry: ModelEntry, found: FoundModel, refuseEvaluation: boolean): Slot {
  if (found.state === 'missing') return { entry, path: '', state: 'missing' };
  if (found.state === 'wrong') return { entry, path: found.path, state: 'refused', note: found.note };
  if (refuseEvaluation && entry.evaluationOnly) {
    return { entry, path: found.path, state: 'refused', note: `${entry.file}: licensed for evaluation only` };
  }
  return { entry, path: found.path, state: 'ready' };
}

function makePack(slots: readonly Slot[], threads: number): ModelPack {
  // Opening graphs is heavy and memory-hungry: never two at once.
  let turn: Promise<unknown> = Promise.resolve();
  const load = (slot: Slot): Promise<LoadedModel | null> => {
    if (slot.loading === undefined) {
      slot.loading = turn.then(() => openSlot(slot, threads));
      turn = slot.loading;
    }
    return slot.loading;
  };
  const ready = (role: ModelRole) => slots.filter((slot) => slot.entry.role === role && slot.state === 'ready');
  return {
    get: async (role) => {
      for (const slot of ready(role)) {
        const model = await load(slot);
        if (model !== null) return model;
      }
      return null;
    },
    all: async (role) => {
      const models = new Map<string, LoadedModel>();
      for (const slot of ready(role)) {
        const family = slot.entry.family ?? slot.entry.id;
        if (models.has(family)) continue;
        const model = await load(slot);
        if (model !== null) models.set(family, model);
      }
      return [...models.values()];
    },
    states: () => slots.map(toState),
    unavailableReason: (role) => {
      if (role === 'ocr_detector' || role === 'ocr_recogniser') return 'ocr_unavailable';
      const refused = slots.some((slot) => slot.entry.role === role && slot.state === 'refused');
      return refused ? 'model_refused' : 'model_missing';
    },
    close: async () => {
      await turn;
      for (const slot of slots) {
        await slot.session?.close();
        delete slot.session;
        slot.loading = Promise.resolve(null);
      }
    },
  };
}

async function openSlot(slot: Slot, threads: number): Promise<LoadedModel | null> {
  try {
    const graph = await readFile(slot.path);
    // Re-read only when the file changed since it was proven: the digest is kept by size and time.
    if ((await fileSha256(slot.path)) !== slot.entry.sha256) {
      throw new Error('changed on disk since it was checked');
    }
    const session = await openFolded(slot.entry.role, graph, threads);
    slot.session = session;
    const { entry, path } = slot;
    const { inputNames, outputNames, openBatch } = session;
    const largestBatch = openBatch ? Math.max(1, Math.floor(entry.parameters?.largestBatch ?? 1)) : 1;
    return { entry, path, inputNames, outputNames, largestBatch, run: (feeds) => session.run(feeds) };
  } catch (error) {
    slot.state = 'refused';
    slot.note = `${basename(slot.path)}: cannot be opened: ${error instanceof Error ? error.message : 'unknown error'}`;
    return null;
  }
}

/** PP-OCR's graphs are opened without the arithmetic that can be done beforehand; what was hashed is what that starts from. */
async function openFolded(role: ModelRole, graph: Uint8Array, threads: number): Promise<OnnxSession> {
  if (role === 'ocr_detector' || role === 'ocr_recogniser') {
    const session = await openOnnxSession(foldGraph(graph), threads).catch(() => null);
    if (session !== null) return session;
  }
  return openOnnxSession(graph, threads);
}

function toState({ entry, state, note }: Slot): VisionModelState {
  return {
    role: entry.role,
    id: entry.id,
    sha256: entry.sha256,
    state,
    ...(note === undefined ? {} : { note }),
    licence: entry.licence,
    evaluationOnly: entry.evaluationOnly,
  };
}
