/** An ONNX graph (onnx.proto3) as a list of nodes that can be changed and written back; all else stays as it was. */
import { bytesField, floatField, integerField, joinBytes, readFields, textField, type Field } from './protobuf.ts';

export interface GraphNode {
  type: string;
  inputs: string[];
  outputs: string[];
  /** AttributeProto messages. */
  attributes: Uint8Array[];
}

/** A float constant, row-major. */
export interface Constant {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

export interface OnnxGraph {
  nodes: GraphNode[];
  /** Float constants by name, whether they stand as initialisers or as nodes. */
  readonly constants: ReadonlyMap<string, Constant>;
  readonly outputs: ReadonlySet<string>;
  addConstant(name: string, constant: Constant): void;
  write(): Uint8Array;
}

const model = { graph: 7 } as const;
const graphField = { node: 1, initializer: 5, output: 12 } as const;
const tensor = { dims: 1, type: 2, floats: 4, name: 8, raw: 9 } as const;
const attribute = { name: 1, float: 2, int: 3, tensor: 5, ints: 8, type: 20 } as const;
const float = 1;

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const all = (fields: readonly Field[], number: number) => fields.filter((field) => field.number === number);
const one = (fields: readonly Field[], number: number) => fields.findLast((field) => field.number === number);

/** Throws on bytes that are no ONNX model. */
export function readGraph(bytes: Uint8Array): OnnxGraph {
  const modelFields = readFields(bytes);
  const body = one(modelFields, model.graph)?.body;
  if (body === undefined) throw new Error('no graph');
  const fields = readFields(body);
  const constants = new Map<string, Constant>();
  for (const { body: initializer } of all(fields, graphField.initializer)) {
    const constant = readTensor(initializer);
    if (constant !== null) constants.set(tensorName(initializer), constant);
  }
  const added: string[] = [];
  const graph: OnnxGraph = {
    nodes: all(fields, graphField.node).map(({ body: node }) => readNode(node)),
    constants,
    outputs: new Set(all(fields, graphField.output).map((field) => text(one(readFields(field.body), 1)!.body))),
    addConstant: (name, constant) => {
      constants.set(name, constant);
      added.push(name);
    },
    write: () => {
      // What nobody uses any more is left out.
      const used = new Set([...graph.outputs, ...graph.nodes.flatMap(({ inputs }) => inputs)]);
      const nodes = graph.nodes.filter(({ outputs }) => outputs.some((name) => used.has(name)));
      const rest = fields.filter(
        ({ number, body: content }) =>
          number !== graphField.node && (number !== graphField.initializer || used.has(tensorName(content))),
      );
      const whole = joinBytes([
        ...nodes.map((node) => bytesField(graphField.node, writeNode(node))),
        ...rest.map(({ raw }) => raw),
        ...added
          .filter((name) => used.has(name))
          .map((name) => bytesField(graphField.initializer, writeTensor(name, constants.get(name)!))),
      ]);
      return joinBytes(
        modelFields.map(({ number, raw }) => (number === model.graph ? bytesField(model.graph, whole) : raw)),
      );
    },
  };
  for (const node of graph.nodes) {
    const value = node.type === 'Constant' ? tensorOf(node.attributes) : null;
    if (value !== null) constants.set(node.outputs[0]!, value);
  }
  return graph;
}

function readNode(bytes: Uint8Array): GraphNode {
  const fields = readFields(bytes);
  const texts = (number: number) => all(fields, number).map(({ body }) => text(body));
  // A node of another domain keeps it in its type, so that nothing here takes it for a standard one.
  const domain = texts(7)[0] ?? '';
  const type = texts(4)[0] ?? '';
  return {
    type: domain === '' ? type : `${domain}:${type}`,
    inputs: texts(1),
    outputs: texts(2),
    attributes: all(fields, 5).map(({ body }) => body),
  };
}

function writeNode({ type, inputs, outputs, attributes }: GraphNode): Uint8Array {
  const [domain, plain] = type.includes(':') ? type.split(':') : ['', type];
  return joinBytes([
    ...inputs.map((name) => textField(1, name)),
    ...outputs.map((name) => textField(2, name)),
    textField(4, plain!),
    ...attributes.map((body) => bytesField(5, body)),
    ...(domain === '' ? [] : [textField(7, domain!)]),
  ]);
}

function tensorName(bytes: Uint8Array): string {
  return text(one(readFields(bytes), tensor.name)?.body ?? new Uint8Array(0));
}

function readTensor(bytes: Uint8Array): Constant | null {
  const fields = readFields(bytes);
  if (one(fields, tensor.type)?.value !== float) return null;
  const dims = numbers(all(fields, tensor.dims));
  const raw = one(fields, tensor.raw)?.body ?? joinBytes(all(fields, tensor.floats).map(({ body }) => body));
  const data = floats(raw);
  return data.length === dims.reduce((product, size) => product * size, 1) ? { dims, data } : null;
}

/** Little-endian, from wherever they lie: a view of floats must begin at a multiple of four. */
function floats(bytes: Uint8Array): Float32Array {
  return new Float32Array(new Uint8Array(bytes).buffer);
}

function writeTensor(name: string, { dims, data }: Constant): Uint8Array {
  return joinBytes([
    ...dims.map((size) => integerField(tensor.dims, size)),
    integerField(tensor.type, float),
    textField(tensor.name, name),
    bytesField(tensor.raw, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
  ]);
}

/** Integers, packed into one field or standing alone. */
function numbers(fields: readonly Field[]): number[] {
  return fields.flatMap(({ body, value }) => {
    if (body.length === 0) return [value];
    const packed: number[] = [];
    for (let at = 0, sum = 0, factor = 1; at < body.length; at += 1) {
      sum += (body[at]! & 127) * factor;
      factor *= 128;
      if (body[at]! >= 128) continue;
      packed.push(sum);
      [sum, factor] = [0, 1];
    }
    return packed;
  });
}

function attributeFields(attributes: readonly Uint8Array[], name: string): Field[] | null {
  for (const each of attributes) {
    const fields = readFields(each);
    if (text(one(fields, attribute.name)?.body ?? new Uint8Array(0)) === name) return fields;
  }
  return null;
}

function tensorOf(attributes: readonly Uint8Array[]): Constant | null {
  const value = one(attributeFields(attributes, 'value') ?? [], attribute.tensor);
  return value === undefined ? null : readTensor(value.body);
}

/** A float attribute; null where the node does not say. */
export function floatAttribute({ attributes }: GraphNode, name: string): number | null {
  const body = one(attributeFields(attributes, name) ?? [], attribute.float)?.body;
  return body === undefined ? null : floats(body)[0]!;
}

/** An integer attribute; null where the node does not say. */
export function intAttribute({ attributes }: GraphNode, name: string): number | null {
  return one(attributeFields(attributes, name) ?? [], attribute.int)?.value ?? null;
}

/** A list of integers; null where the node does not say. */
export function intsAttribute({ attributes }: GraphNode, name: string): number[] | null {
  const fields = attributeFields(attributes, name);
  return fields === null ? null : numbers(all(fields, attribute.ints));
}

export function hasAttribute({ attributes }: GraphNode, name: string): boolean {
  return attributeFields(attributes, name) !== null;
}

/** A float attribute as a node holds it. */
export function writeFloatAttribute(name: string, value: number): Uint8Array {
  return joinBytes([
    textField(attribute.name, name),
    floatField(attribute.float, value),
    integerField(attribute.type, 1),
  ]);
}
