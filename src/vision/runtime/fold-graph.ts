/**
 * Arithmetic that a graph does on every picture although it is known when the graph is opened. PP-OCRv4's backbone (PP-LCNetV3)
 * follows each convolution by a learned scale and shift, a hard swish written in four steps, and another scale and shift: eight
 * walks over the whole feature map, nearly half of the time. The runtime folds none of them, because they are scalars and stand
 * on the other side than it looks. Here they go into the weights, and the hard swish becomes two steps. The function stays the
 * same; answers differ in the last bits.
 */
import {
  floatAttribute,
  hasAttribute,
  intAttribute,
  intsAttribute,
  readGraph,
  writeFloatAttribute,
} from './onnx-graph.ts';
import type { Constant, GraphNode, OnnxGraph } from './onnx-graph.ts';

/** The same model with less to do; the very same bytes where there is nothing to fold or the graph is not understood. */
export function foldGraph(bytes: Uint8Array): Uint8Array {
  try {
    const graph = readGraph(bytes);
    const before = graph.nodes.length;
    const folding = new Folding(graph);
    folding.hardSwishes();
    folding.afterConvolutions();
    folding.beforeConvolutions();
    return graph.nodes.length === before ? bytes : graph.write();
  } catch {
    return bytes;
  }
}

/** `scale · x + shift`. */
interface Affine {
  readonly input: string;
  readonly scale: number;
  readonly shift: number;
}

class Folding {
  private readonly graph: OnnxGraph;
  private readonly users = new Map<string, GraphNode[]>();
  private readonly makers = new Map<string, GraphNode>();
  private count = 0;

  constructor(graph: OnnxGraph) {
    this.graph = graph;
    for (const node of graph.nodes) this.enter(node);
  }

  /** `x · clip(x + 3, 0, 6) / 6`. */
  hardSwishes(): void {
    for (const clip of this.ofType('Clip')) {
      if (this.limit(clip, 'min', 1) !== 0 || this.limit(clip, 'max', 2) !== 6) continue;
      const add = this.makers.get(clip.inputs[0]!);
      const sum = add === undefined || this.onlyUser(add) !== clip ? null : this.affineOf(add);
      const product = this.onlyUser(clip);
      const division = product === null ? null : this.onlyUser(product);
      const divided = division === null ? null : this.affineOf(division);
      if (sum?.scale !== 1 || sum.shift !== 3 || product?.type !== 'Mul' || division?.type !== 'Div') continue;
      if (!product.inputs.includes(sum.input) || divided?.scale !== 1 / 6) continue;
      this.remove(clip);
      this.change(add!, {
        type: 'HardSigmoid',
        inputs: [sum.input],
        outputs: clip.outputs,
        attributes: [writeFloatAttribute('alpha', 1 / 6), writeFloatAttribute('beta', 0.5)],
      });
      this.swallow(product, division);
    }
  }

  /** Scales and shifts of what a convolution gave: into its weights and its bias. */
  afterConvolutions(): void {
    for (const conv of this.ofType('Conv')) {
      for (;;) {
        const next = this.onlyUser(conv);
        const affine = next === null ? null : this.affineOf(next);
        if (affine === null || !this.reweigh(conv, affine.scale, affine.scale, affine.shift)) break;
        this.swallow(conv, next!);
      }
    }
  }

  /**
   * Scales and shifts of what goes into a convolution. Where zeros are set around the picture a shift must stay before
   * them: then the scale alone moves past it.
   */
  beforeConvolutions(): void {
    for (const conv of this.ofType('Conv')) {
      for (;;) {
        const [maker, affine] = this.makerOf(conv) ?? [];
        if (maker === undefined || affine === undefined) break;
        if (affine.shift !== 0 && isPadded(conv)) {
          this.moveScalePast(maker, affine, conv);
          break;
        }
        if (!this.reweigh(conv, affine.scale, 1, 0, affine.shift)) break;
        this.remove(maker);
        this.change(conv, { inputs: [affine.input, ...conv.inputs.slice(1)] });
      }
    }
  }

  /**
   * `c·x + d` into a convolution is `x + d/c` into one of `c` times the weight. Into a depthwise one the shift is written as a
   * batch normalisation: the runtime keeps that in its own blocked layout, an addition of one number it does not.
   */
  private moveScalePast(shift: GraphNode, added: Affine, conv: GraphNode): void {
    const [scale, scaled] = this.makerOf(shift) ?? [];
    const weights = this.graph.constants.get(conv.inputs[1]!);
    if (scale === undefined || scaled?.shift !== 0 || Math.abs(scaled.scale) < 1e-3 || weights === undefined) return;
    if (!this.reweigh(conv, scaled.scale, 1, 0)) return;
    this.remove(scale);
    const rest = added.shift / scaled.scale;
    const channels = weights.dims[0]!;
    if (weights.dims[1] !== 1 || intAttribute(conv, 'group') !== channels) {
      this.change(shift, { type: 'Add', inputs: [scaled.input, this.addConstant([], rest)], attributes: [] });
      return;
    }
    const numbers = [1, rest, 0, 1].map((value) => this.addConstant([channels], value));
    this.change(shift, {
      type: 'BatchNormalization',
      inputs: [scaled.input, ...numbers],
      attributes: [writeFloatAttribute('epsilon', 0)],
    });
  }

  private addConstant(dims: readonly number[], value: number): string {
    const name = `folded_${(this.count += 1)}`;
    this.graph.addConstant(name, { dims, data: new Float32Array(dims[0] ?? 1).fill(value) });
    return name;
  }

  /** The affine step whose answer goes into this node and nowhere else. */
  private makerOf(node: GraphNode): [GraphNode, Affine] | null {
    for (const name of node.inputs) {
      const maker = this.makers.get(name);
      const affine = maker === undefined ? null : this.affineOf(maker);
      if (affine === null) continue;
      return this.onlyUser(maker!) === node ? [maker!, affine] : null;
    }
    return null;
  }

  /** A limit of a `Clip`: an attribute before operator set 11, an input since. */
  private limit(clip: GraphNode, name: string, input: number): number | null {
    return floatAttribute(clip, name) ?? this.scalar(clip.inputs[input] ?? '');
  }

  private ofType(type: string): GraphNode[] {
    return this.graph.nodes.filter((node) => node.type === type);
  }

  private enter(node: GraphNode): void {
    for (const name of new Set(node.inputs)) this.users.set(name, [...(this.users.get(name) ?? []), node]);
    for (const name of node.outputs) this.makers.set(name, node);
  }

  private leave(node: GraphNode): void {
    for (const name of node.inputs)
      this.users.set(
        name,
        (this.users.get(name) ?? []).filter((user) => user !== node),
      );
    for (const name of node.outputs) this.makers.delete(name);
  }

  private remove(node: GraphNode): void {
    this.leave(node);
    this.graph.nodes = this.graph.nodes.filter((other) => other !== node);
  }

  private change(node: GraphNode, to: Partial<GraphNode>): void {
    this.leave(node);
    Object.assign(node, to);
    this.enter(node);
  }

  /** `node` gives what `next` gave; `next` goes. */
  private swallow(node: GraphNode, next: GraphNode): void {
    this.remove(next);
    this.change(node, { outputs: next.outputs });
  }

  /** The one node that uses the only output of this one; null where others, or the caller of the graph, see it too. */
  private onlyUser({ outputs }: GraphNode): GraphNode | null {
    const [output, other] = outputs;
    if (output === undefined || other !== undefined || this.graph.outputs.has(output)) return null;
    const users = this.users.get(output) ?? [];
    return users.length === 1 ? users[0]! : null;
  }

  private affineOf({ type, inputs: [first = '', second = ''] }: GraphNode): Affine | null {
    const [left, right] = [this.scalar(first), this.scalar(second)];
    if ((left === null) === (right === null)) return null;
    const input = left === null ? first : second;
    const value = left ?? right!;
    if (type === 'Mul') return { input, scale: value, shift: 0 };
    if (type === 'Add') return { input, scale: 1, shift: value };
    if (left !== null) return null;
    if (type === 'Div') return { input, scale: 1 / value, shift: 0 };
    return type === 'Sub' ? { input, scale: 1, shift: -value } : null;
  }

  /** The value of a constant of one number, of no more dimensions than a picture has. */
  private scalar(name: string): number | null {
    const constant = this.graph.constants.get(name);
    return constant?.data.length === 1 && constant.dims.length <= 4 ? constant.data[0]! : null;
  }

  /** New weights `weight · W`, new bias `bias · b + shift + inner · ΣW`; false where weights or bias are no constants. */
  private reweigh(conv: GraphNode, weight: number, bias: number, shift: number, inner = 0): boolean {
    const [, weightsName = '', biasName = ''] = conv.inputs;
    const weights = this.graph.constants.get(weightsName);
    const channels = weights?.dims[0] ?? 0;
    const before = biasName === '' ? zeros(channels) : this.graph.constants.get(biasName);
    if (weights?.dims.length !== 4 || before?.data.length !== channels) return false;
    if (![weight, bias, shift, inner].every(Number.isFinite)) return false;
    const each = weights.data.length / channels;
    const biases = before.data.map((value, channel) => {
      let sum = 0;
      for (let i = channel * each; i < (channel + 1) * each; i += 1) sum += weights.data[i]!;
      return bias * value + shift + inner * sum;
    });
    const name = `folded_${(this.count += 1)}`;
    this.graph.addConstant(`${name}_w`, { dims: weights.dims, data: weights.data.map((value) => value * weight) });
    this.graph.addConstant(`${name}_b`, { dims: [channels], data: biases });
    this.change(conv, { inputs: [conv.inputs[0]!, `${name}_w`, `${name}_b`] });
    return true;
  }
}

function zeros(count: number): Constant {
  return { dims: [count], data: new Float32Array(count) };
}

function isPadded(conv: GraphNode): boolean {
  return hasAttribute(conv, 'auto_pad') || (intsAttribute(conv, 'pads') ?? []).some((size) => size !== 0);
}
