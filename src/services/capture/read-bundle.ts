/** From what a client sent to a capture bundle: base64 to bytes, bytes to hashes. */
import type { BundleInput } from '../../contract/api/bundle-input.ts';
import { maxFrameBytes } from '../../contract/api/bundle-input.ts';
import type { CaptureBundle } from '../../contract/bundle.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import { sha256 } from '../../vault/random.ts';

const base64Text = /^[A-Za-z0-9+/]*={0,2}$/;

/** null unless it is plain base64 (a `data:` URL prefix is not). */
export function fromBase64(text: string): Uint8Array | null {
  if (!base64Text.test(text)) return null;
  return new Uint8Array(Buffer.from(text, 'base64'));
}

/** By the first bytes: JPEG (FF D8 FF) or PNG (89 50 4E 47 0D 0A 1A 0A). */
export function isJpegOrPng(bytes: Uint8Array): boolean {
  const starts = (...magic: number[]): boolean => magic.every((byte, index) => bytes[index] === byte);
  return starts(0xff, 0xd8, 0xff) || starts(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
}

function frameProblem(field: string, message: string): Result<never> {
  return fail('validation_failed', 'validation failed', { fieldErrors: { [field]: [message] } });
}

/** One encoded image. Errors: `validation_failed` (not base64, over 8 MiB, neither JPEG nor PNG). */
export function readImage(text: string, field: string): Result<Uint8Array> {
  const bytes = fromBase64(text);
  if (bytes === null) return frameProblem(field, 'must be base64');
  if (bytes.length > maxFrameBytes) return frameProblem(field, 'must be at most 8 MiB');
  if (!isJpegOrPng(bytes)) return frameProblem(field, 'must be a JPEG or PNG image');
  return ok(bytes);
}

export function readBundle(input: BundleInput): Result<CaptureBundle> {
  const frames: Uint8Array[] = [];
  for (const [index, text] of input.frames.entries()) {
    const frame = readImage(text, `bundle.frames.${index}`);
    if (!frame.ok) return frame;
    frames.push(frame.value);
  }
  return ok({ manifest: { ...input, frames: frames.map((frame) => sha256(frame)) }, frames });
}
