/**
 * What every store and every integrator can hold: PostgreSQL refuses the character NUL, half a surrogate pair has no UTF-8
 * form (RFC 8259 §8.2), and a body nested thousands deep overflows the stack of whoever writes it out again. All are refused
 * at the door, alike on both databases.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendFailure } from './send-error.ts';

const storable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

/** No documented body nests deeper than a dozen levels; a registry's raw answer may be somebody else's. */
export const deepest = 64;

export interface Unstorable {
  /** Dotted, names of members included; of what nests too deep, the outermost name. */
  readonly path: string;
  readonly why: 'text' | 'depth';
}

/** The first part that cannot be stored; null when there is none. */
export function unstorablePart(value: unknown): Unstorable | null {
  // A list, not recursion: a body of nothing but brackets must not overflow the stack.
  const waiting: (readonly [path: string, value: unknown, depth: number])[] = [['', value, 0]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [path, one, depth] = next;
    if (typeof one === 'string') {
      if (!storable(one)) return { path, why: 'text' };
    } else if (typeof one === 'object' && one !== null && !ArrayBuffer.isView(one)) {
      if (depth === deepest) return { path: path.split('.')[0] ?? '', why: 'depth' };
      const prefix = path === '' ? '' : `${path}.`;
      for (const [name, member] of Object.entries(one)) {
        if (!storable(name)) return { path, why: 'text' };
        waiting.push([prefix + name, member, depth + 1]);
      }
    }
  }
  return null;
}

const words: Readonly<Record<Unstorable['why'], string>> = {
  text: 'holds a NUL character or half a surrogate pair',
  depth: `nests deeper than ${deepest} levels`,
};

/** A `preValidation` hook. */
export function refuseUnstorable(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  for (const part of [request.params, request.query, request.body]) {
    const found = unstorablePart(part);
    if (found === null) continue;
    sendFailure(request, reply, {
      code: 'validation_failed',
      message: 'validation failed',
      details: { fieldErrors: { [found.path]: [words[found.why]] } },
    });
    return;
  }
  done();
}
