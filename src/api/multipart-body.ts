/**
 * Multipart beside base64 JSON (api-decisions 10): `bundle` is a JSON part without frames, `frames` are file parts in
 * time order, `referenceImage` a file part, everything else a text part of the same name. The result is the JSON body.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendFailure } from './send-error.ts';

export async function assembleMultipart(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  if (!request.isMultipart()) return;
  try {
    await assemble(request, reply);
  } catch (error) {
    // Limits come with a code of their own; what else the parser throws is a body it could not read.
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('FST_')) throw error;
    sendFailure(request, reply, { code: 'bad_request', message: 'the multipart body could not be read' });
  }
}

async function assemble(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const body: Record<string, unknown> = {};
  const frames: string[] = [];
  for await (const part of request.parts()) {
    if (part.type === 'file') {
      const text = (await part.toBuffer()).toString('base64');
      if (part.fieldname === 'frames') frames.push(text);
      else body[part.fieldname] = text;
    } else if (part.fieldname === 'bundle') {
      const bundle = parseObject(String(part.value));
      if (bundle === null) {
        const details = { fieldErrors: { bundle: ['must be a JSON object'] } };
        return void sendFailure(request, reply, { code: 'validation_failed', message: 'validation failed', details });
      }
      body['bundle'] = bundle;
    } else {
      body[part.fieldname] = part.value;
    }
  }
  const { bundle } = body;
  if (frames.length > 0 && typeof bundle === 'object' && bundle !== null)
    (bundle as Record<string, unknown>)['frames'] = frames;
  request.body = body;
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}
