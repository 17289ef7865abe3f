/** Small things the three vendor connectors share. */
import type { RegistryKind, RegistryProblem, RegistryUnavailable } from '../../contract/registry.ts';

export function unavailable(source: RegistryKind, reason: RegistryProblem): RegistryUnavailable {
  return { unavailable: true, reason, source };
}

/** `2026-11-20` → `20-11-2026`. */
export function dayFirst(isoDate: string): string {
  const [year = '', month = '', day = ''] = isoDate.split('-');
  return `${day}-${month}-${year}`;
}

export function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

export interface Packed {
  readonly body: Uint8Array;
  readonly contentType: string;
}

/** multipart/form-data of texts and at most one picture. */
export async function packForm(
  texts: Readonly<Record<string, string | undefined>>,
  file: { readonly name: string; readonly bytes: Uint8Array; readonly fileName: string },
): Promise<Packed> {
  const form = new FormData();
  for (const [name, value] of Object.entries(texts)) if (value !== undefined) form.append(name, value);
  form.append(file.name, new Blob([new Uint8Array(file.bytes)], { type: 'image/jpeg' }), file.fileName);
  const packed = new Response(form);
  return {
    body: new Uint8Array(await packed.arrayBuffer()),
    contentType: packed.headers.get('content-type') ?? '',
  };
}

/** What a vendor's status means where its body adds nothing. */
export function problemOfStatus(status: number): RegistryProblem {
  if (status === 401) return 'credentials_refused';
  if (status === 403) return 'not_permitted';
  if (status === 429) return 'rate_limited';
  if (status === 408 || status === 504) return 'timeout';
  if (status >= 500) return 'source_failed';
  return status >= 400 ? 'query_refused' : 'answer_unreadable';
}

export const asBoolean = (value: unknown): boolean | undefined => (typeof value === 'boolean' ? value : undefined);

/** 0–100, else undefined. */
export function asPercent(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 && value <= 100 ? value : undefined;
}

export function asObject(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : null;
}

/** Reduces a picture to what a vendor takes; null when it is no picture. */
export type FitImage = (
  image: Uint8Array,
  limits: { readonly maxBytes: number; readonly minBytes?: number; readonly minSidePx?: number },
) => Promise<Uint8Array | null>;

export interface VendorOptions<C> {
  readonly baseUrl: string;
  readonly credentials: C;
  readonly fit: FitImage;
}

/** Members that are absent stay absent. */
export function withoutUndefined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as never;
}
