/** A multipart body of a provider route: named texts and pictures, each at most once. */
import type { FastifyRequest } from 'fastify';

export interface Form {
  readonly texts: ReadonlyMap<string, string>;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

export type FormProblem = 'not_multipart' | 'too_large' | 'unreadable' | 'repeated';

export interface FormLimits {
  readonly fileBytes: number;
  readonly textBytes?: number;
}

/** `which`: the part that is too large or stands twice. Never throws for what a client sends. */
export async function readForm(
  request: FastifyRequest,
  limits: FormLimits,
): Promise<Form | { readonly problem: FormProblem; readonly which?: string }> {
  if (!request.isMultipart()) return { problem: 'not_multipart' };
  const texts = new Map<string, string>();
  const files = new Map<string, Uint8Array>();
  let last = '';
  let repeated: string | null = null;
  try {
    const parts = request.parts({
      limits: { fileSize: limits.fileBytes, fieldSize: limits.textBytes ?? 4096, files: 4, fields: 24, parts: 28 },
    });
    for await (const part of parts) {
      last = part.fieldname;
      if (texts.has(last) || files.has(last)) repeated ??= last;
      if (part.type === 'file') files.set(last, new Uint8Array(await part.toBuffer()));
      else if (part.fieldnameTruncated || part.valueTruncated) return { problem: 'too_large', which: last };
      else texts.set(last, String(part.value));
    }
  } catch (error) {
    const code = String((error as { code?: unknown }).code ?? '');
    if (code === 'FST_REQ_FILE_TOO_LARGE') return { problem: 'too_large', which: last };
    if (/LIMIT/.test(code)) return { problem: 'too_large' };
    return { problem: 'unreadable' };
  }
  return repeated === null ? { texts, files } : { problem: 'repeated', which: repeated };
}
