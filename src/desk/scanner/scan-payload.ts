/**
 * What a scanned text means. A NIK by itself, a text that names one, or the QR of the digital identity (IKD). The IKD code
 * is a short-lived token for Dukcapil's own verifier and its form is not published: it is taken as opaque, and only what
 * it spells out in plain letters is used. Whatever is found here merely proposes; the card decides.
 */
import type { KtpFieldValues } from '../../contract/vocabulary.ts';
import type { ScanNotice } from '../../contract/desk/devices.ts';

export interface ScanPayload {
  readonly kind: ScanNotice['kind'];
  readonly fields: Pick<KtpFieldValues, 'nik' | 'fullName' | 'birthDate'>;
}

const nikAlone = /^\d{16}$/;
const nikNamed = /(?:^|[^\p{L}\p{N}])nik["']?\s*[:=]\s*["']?(\d{16})(?!\d)/iu;
const uid = /^(?:[0-9A-Fa-f]{2}){4,10}$/;
const dukcapilHost = /^https?:\/\/(?:[\w-]+\.)*(?:dukcapil\.)?kemendagri\.go\.id(?:[/?#:]|$)/i;
/** Three parts in base64url (RFC 7519), or one long run of base64 signs. */
const token = /^[\w-]{8,}\.[\w-]{8,}\.[\w-]*$|^[A-Za-z0-9+/_-]{40,}={0,2}$/;
const nameKeys = ['nama', 'nama_lengkap', 'namaLengkap', 'name', 'fullName'];
const birthKeys = ['tanggal_lahir', 'tgl_lahir', 'tanggalLahir', 'birthDate', 'birth_date'];

/** Reads any text; never throws. */
export function readScan(scanned: string): ScanPayload {
  const text = scanned.trim();
  if (nikAlone.test(text)) return { kind: 'nik', fields: { nik: text } };
  const record = jsonRecord(text) ?? tokenRecord(text);
  const isIkd = dukcapilHost.test(text) || token.test(text);
  if (record !== null) {
    const fields = fieldsOf(record);
    if (fields.nik !== undefined) return { kind: isIkd ? 'ikd' : 'nik', fields };
  }
  const named = nikNamed.exec(text)?.[1];
  if (named !== undefined) return { kind: isIkd ? 'ikd' : 'nik', fields: { nik: named } };
  if (uid.test(text)) return { kind: 'uid', fields: {} };
  return { kind: isIkd ? 'ikd' : 'text', fields: {} };
}

function fieldsOf(record: Readonly<Record<string, unknown>>): ScanPayload['fields'] {
  const nik = textAt(record, ['nik', 'NIK']);
  const name = textAt(record, nameKeys);
  const birth = textAt(record, birthKeys);
  return {
    ...(nik !== null && nikAlone.test(nik) ? { nik } : {}),
    ...(name !== null && name.length >= 2 && name.length <= 100 ? { fullName: name.toUpperCase() } : {}),
    ...(birth !== null && /^\d{4}-\d{2}-\d{2}$/.test(birth) ? { birthDate: birth } : {}),
  };
}

function textAt(record: Readonly<Record<string, unknown>>, keys: readonly string[]): string | null {
  for (const key of keys) {
    const value = Object.hasOwn(record, key) ? record[key] : undefined;
    if (typeof value === 'string' && value.trim() !== '') return value.trim().replace(/\s+/g, ' ');
  }
  return null;
}

function jsonRecord(text: string): Readonly<Record<string, unknown>> | null {
  if (!text.startsWith('{')) return null;
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** The middle part of a token is JSON in plain base64url; its signature is not ours to check, so it proves nothing. */
function tokenRecord(text: string): Readonly<Record<string, unknown>> | null {
  const middle = /^[\w-]+\.([\w-]+)\.[\w-]*$/.exec(text)?.[1];
  return middle === undefined ? null : jsonRecord(Buffer.from(middle, 'base64url').toString('utf8'));
}
