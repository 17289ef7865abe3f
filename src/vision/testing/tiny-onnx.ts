/** Writes a tiny ONNX graph byte by byte, so that loader, hash check and session are tested without any weights. */
import type { ModelEntry, ModelManifest, ModelRole } from '../../contract/models.ts';
import { sha256Hex } from '../image/image.ts';

/** Base-128 varint (Protocol Buffers encoding guide). */
function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80);
    rest = Math.floor(rest / 128);
  }
  return [...bytes, rest];
}

const number = (field: number, value: number): number[] => [...varint(field * 8), ...varint(value)];
const block = (field: number, body: readonly number[]): number[] => [
  ...varint(field * 8 + 2),
  ...varint(body.length),
  ...body,
];
const text = (field: number, value: string): number[] => block(field, [...new TextEncoder().encode(value)]);

const float = 1;

/** ValueInfoProto of a float tensor. */
function value(name: string, shape: readonly number[]): number[] {
  const dims = shape.flatMap((size) => block(1, number(1, size)));
  return [...text(1, name), ...block(2, block(1, [...number(1, float), ...block(2, dims)]))];
}

/** NodeProto. */
function node(operator: string, inputs: readonly string[], output: string): number[] {
  return [...inputs.flatMap((name) => text(1, name)), ...text(2, output), ...text(4, operator)];
}

/** TensorProto holding floats as raw bytes. */
function constant(name: string, values: readonly number[]): number[] {
  const raw = [...new Uint8Array(Float32Array.from(values).buffer)];
  return [...number(1, values.length), ...number(2, float), ...text(8, name), ...block(9, raw)];
}

/** `y = relu(x + bias)` for a vector `x` as long as `bias` (ONNX operator set 13). */
export function tinyGraph(bias: readonly number[]): Uint8Array {
  const shape = [bias.length];
  const graph = [
    ...block(1, node('Add', ['x', 'bias'], 'sum')),
    ...block(1, node('Relu', ['sum'], 'y')),
    ...text(2, 'tiny'),
    ...block(5, constant('bias', bias)),
    ...block(11, value('x', shape)),
    ...block(12, value('y', shape)),
  ];
  const operatorSet = [...text(1, ''), ...number(2, 13)];
  return Uint8Array.from([...number(1, 8), ...block(7, graph), ...block(8, operatorSet)]);
}

/** A manifest entry that fits the bytes. */
export function entryFor(
  id: string,
  bytes: Uint8Array,
  over: Partial<ModelEntry> & { readonly role?: ModelRole } = {},
): ModelEntry {
  return {
    id,
    role: 'face_detector',
    file: `${id}.onnx`,
    bytes: bytes.length,
    sha256: sha256Hex(bytes),
    licence: 'Apache-2.0',
    evaluationOnly: false,
    preference: 1,
    source: 'written by the test',
    input: { name: 'x', shape: [bytes.length], preprocessing: 'none' },
    thresholds: {},
    ...over,
  };
}

export function manifestOf(...models: ModelEntry[]): ModelManifest {
  return { version: 1, models };
}
