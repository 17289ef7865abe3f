/**
 * A graph of the size of AuraFace-v1 (ArcFace IResNet-100: 3, 13, 30, 3 blocks of two 3×3 convolutions, 512 numbers), written
 * as ONNX by hand. The weights are constants that the runtime unfolds when it opens the graph, so that the file is small and
 * the work is the real one. It recognises nobody.
 */

const text = new TextEncoder();

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = BigInt(value);
  do {
    const low = Number(rest & 127n);
    rest >>= 7n;
    bytes.push(rest > 0n ? low | 128 : low);
  } while (rest > 0n);
  return bytes;
}
const integer = (field: number, value: number) => Uint8Array.from([...varint(field << 3), ...varint(value)]);
const bytesField = (field: number, value: Uint8Array) =>
  concat([Uint8Array.from([...varint((field << 3) | 2), ...varint(value.length)]), value]);
const string = (field: number, value: string) => bytesField(field, text.encode(value));
const message = (field: number, ...parts: readonly Uint8Array[]) => bytesField(field, concat(parts));

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function raw(values: Float32Array | BigInt64Array): Uint8Array {
  return new Uint8Array(values.buffer);
}

type Attribute = { readonly name: string } & (
  { readonly ints: readonly number[] } | { readonly int: number } | { readonly fill: number }
);

function attributeOf(attribute: Attribute): Uint8Array {
  const name = string(1, attribute.name);
  if ('ints' in attribute) return message(5, name, ...attribute.ints.map((value) => integer(8, value)), integer(20, 7));
  if ('int' in attribute) return message(5, name, integer(3, attribute.int), integer(20, 2));
  const tensor = message(5, integer(1, 1), integer(2, 1), bytesField(9, raw(Float32Array.of(attribute.fill))));
  return message(5, name, tensor, integer(20, 4));
}

type Shape = readonly (number | string)[];

class Graph {
  private readonly nodes: Uint8Array[] = [];
  private readonly initializers: Uint8Array[] = [];
  private count = 0;

  node(type: string, inputs: readonly string[], attributes: readonly Attribute[] = [], output?: string): string {
    const name = output ?? `t${(this.count += 1)}`;
    this.nodes.push(
      message(
        1,
        ...inputs.map((input) => string(1, input)),
        string(2, name),
        string(4, type),
        ...attributes.map(attributeOf),
      ),
    );
    return name;
  }

  constant(shape: readonly number[], value: number): string {
    const name = `s${(this.count += 1)}`;
    this.initializers.push(
      message(
        5,
        integer(1, shape.length),
        integer(2, 7),
        string(8, name),
        bytesField(9, raw(BigInt64Array.from(shape.map(BigInt)))),
      ),
    );
    return this.node('ConstantOfShape', [name], [{ name: 'value', fill: value }]);
  }

  /** A dimension with a name is open: a batch of any size. */
  finish(input: string, inputShape: Shape, output: string, outputShape: Shape): Uint8Array {
    const dimension = (size: number | string) =>
      message(1, typeof size === 'number' ? integer(1, size) : string(2, size));
    const value = (field: number, name: string, shape: Shape) =>
      message(field, string(1, name), message(2, message(1, integer(1, 1), message(2, ...shape.map(dimension)))));
    const graph = message(
      7,
      ...this.nodes,
      string(2, 'iresnet100'),
      ...this.initializers,
      value(11, input, inputShape),
      value(12, output, outputShape),
    );
    return concat([integer(1, 8), graph, message(8, string(1, ''), integer(2, 13))]);
  }
}

/** ONNX bytes: `input.1` [N, 3, 112, 112] → `output` [N, 512]. */
export function iresnet100(): Uint8Array {
  const graph = new Graph();
  const convolve = (x: string, from: number, to: number, kernel: number, stride: number) =>
    graph.node(
      'Conv',
      // Means of the neighbourhood: numbers stay as they are, whatever the depth.
      [x, graph.constant([to, from, kernel, kernel], 1 / (from * kernel * kernel)), graph.constant([to], 0.001)],
      [
        { name: 'kernel_shape', ints: [kernel, kernel] },
        { name: 'strides', ints: [stride, stride] },
        { name: 'pads', ints: Array<number>(4).fill(kernel >> 1) },
      ],
    );
  const prelu = (x: string, channels: number) => graph.node('PRelu', [x, graph.constant([channels, 1, 1], 0.25)]);
  const normalise = (x: string, channels: number) =>
    graph.node('BatchNormalization', [x, ...[1, 0, 0, 1].map((value) => graph.constant([channels], value))]);
  let x = prelu(convolve('input.1', 3, 64, 3, 1), 64);
  let channels = 64;
  for (const [blocks, width] of [
    [3, 64],
    [13, 128],
    [30, 256],
    [3, 512],
  ] as const) {
    for (let block = 0; block < blocks; block += 1) {
      const stride = block === 0 ? 2 : 1;
      const inner = prelu(convolve(normalise(x, channels), channels, width, 3, 1), width);
      const branch = convolve(inner, width, width, 3, stride);
      x = graph.node('Add', [branch, stride === 1 ? x : convolve(x, channels, width, 1, stride)]);
      channels = width;
    }
  }
  const flat = graph.node('Flatten', [normalise(x, channels)], [{ name: 'axis', int: 1 }]);
  graph.node(
    'Gemm',
    [flat, graph.constant([512 * 49, 512], 1 / (512 * 49)), graph.constant([512], 0.01)],
    [],
    'output',
  );
  return graph.finish('input.1', ['N', 3, 112, 112], 'output', ['N', 512]);
}
