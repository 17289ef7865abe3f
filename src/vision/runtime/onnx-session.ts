/** The only place that touches ONNX Runtime. */
import { availableParallelism } from 'node:os';
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';

/** Dense float32 tensor, row-major. */
export interface Tensor {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

export interface OnnxSession {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** The first dimension of the first input is open: several samples may go in one run. */
  readonly openBatch: boolean;
  run(feeds: Record<string, Tensor>): Promise<Record<string, Tensor>>;
  close(): Promise<void>;
}

/** All cores but one, at least one: the camera preview runs on the same machine. */
export function defaultThreads(): number {
  return Math.max(1, availableParallelism() - 1);
}

/**
 * Opens a CPU session on the bytes of an ONNX graph. Bytes instead of a path, so that what was hashed is what runs.
 * Rejects when the bytes are not a graph this runtime can run.
 */
export async function openOnnxSession(graph: Uint8Array, threads = defaultThreads()): Promise<OnnxSession> {
  const session = await InferenceSession.create(graph, {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    // The arena keeps the largest run's scratch memory for good, once for each model: 180–230 MB, for some per cent of time.
    enableCpuMemArena: false,
    logSeverityLevel: 3,
  });
  return {
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    openBatch: isOpen(session.inputMetadata[0]),
    run: async (feeds) => {
      const inputs: Record<string, OrtTensor> = {};
      for (const [name, { data, dims }] of Object.entries(feeds)) inputs[name] = new OrtTensor('float32', data, dims);
      const outputs: Record<string, Tensor> = {};
      for (const [name, tensor] of Object.entries(await session.run(inputs))) outputs[name] = toFloats(name, tensor);
      return outputs;
    },
    close: () => session.release(),
  };
}

function isOpen(input: InferenceSession.ValueMetadata | undefined): boolean {
  return input?.isTensor === true && typeof input.shape[0] === 'string';
}

function toFloats(name: string, tensor: OrtTensor): Tensor {
  const { data, dims } = tensor;
  if (data instanceof Float32Array) return { dims, data };
  if (Array.isArray(data)) throw new Error(`model output ${name} holds text`);
  return { dims, data: Float32Array.from(data as ArrayLike<number | bigint>, Number) };
}
