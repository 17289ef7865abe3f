/**
 * Texts every store and every integrator can hold: PostgreSQL refuses the character NUL, and half a surrogate pair has no
 * UTF-8 form (RFC 8259 §8.2). Both are refused at the door, alike on both databases.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendFailure } from './send-error.ts';

const storable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

/** The dotted path of the first text that cannot be stored, names of members included; null when there is none. */
export function unstorableText(value: unknown): string | null {
  // A list, not recursion: a body of nothing but brackets must not overflow the stack.
  const waiting: (readonly [path: string, value: unknown])[] = [['', value]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [path, one] = next;
    if (typeof one === 'string') {
      if (!storable(one)) return path;
    } else if (typeof one === 'object' && one !== null && !ArrayBuffer.isView(one)) {
      const prefix = path === '' ? '' : `${path}.`;
      for (const [name, member] of Object.entries(one)) {
        if (!storable(name)) return path;
        waiting.push([prefix + name, member]);
      }
    }
  }
  return null;
}

/** A `preValidation` hook. */
export function refuseUnstorableText(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  for (const part of [request.params, request.query, request.body]) {
    const path = unstorableText(part);
    if (path === null) continue;
    sendFailure(request, reply, {
      code: 'validation_failed',
      message: 'validation failed',
      details: { fieldErrors: { [path]: ['holds a NUL character or half a surrogate pair'] } },
    });
    return;
  }
  done();
}
