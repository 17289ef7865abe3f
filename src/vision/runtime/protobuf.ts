/** As much of the Protocol Buffers encoding as an ONNX graph needs to be read and written back. */

/** One field of a message. */
export interface Field {
  readonly number: number;
  /** The whole field with its tag, as it stands in the message. */
  readonly raw: Uint8Array;
  /** Content of a length-delimited field, bytes of a fixed one; empty for a varint. */
  readonly body: Uint8Array;
  /** A varint's value; 0 for other fields. Exact below 2^53. */
  readonly value: number;
}

const nothing = new Uint8Array(0);

/** Fields in order. Throws on bytes that are no message. */
export function readFields(bytes: Uint8Array): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[at];
      if (byte === undefined || factor > 2 ** 63) throw new Error('not a protocol buffer');
      at += 1;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const start = at;
    const tag = varint();
    const wire = tag & 7;
    const value = wire === 0 ? varint() : 0;
    const length = wire === 0 ? 0 : wire === 1 ? 8 : wire === 5 ? 4 : wire === 2 ? varint() : Number.NaN;
    if (!(at + length <= bytes.length)) throw new Error('not a protocol buffer');
    const body = length === 0 ? nothing : bytes.subarray(at, at + length);
    at += length;
    fields.push({ number: Math.floor(tag / 8), raw: bytes.subarray(start, at), body, value });
  }
  return fields;
}

function varintBytes(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  return [...bytes, rest];
}

export function integerField(number: number, value: number): Uint8Array {
  return Uint8Array.from([...varintBytes(number * 8), ...varintBytes(value)]);
}

export function bytesField(number: number, body: Uint8Array): Uint8Array {
  return joinBytes([Uint8Array.from([...varintBytes(number * 8 + 2), ...varintBytes(body.length)]), body]);
}

export function textField(number: number, value: string): Uint8Array {
  return bytesField(number, new TextEncoder().encode(value));
}

export function floatField(number: number, value: number): Uint8Array {
  return joinBytes([Uint8Array.from(varintBytes(number * 8 + 5)), new Uint8Array(Float32Array.of(value).buffer)]);
}

export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
