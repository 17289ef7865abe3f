/** The body of `id_selfie`, however it travels: JSON, an URL-encoded form, or multipart (pictures as base64 or files). */
import type { FastifyRequest } from 'fastify';
import { readForm } from '../read-form.ts';

export interface IdSelfieRequest {
  readonly idNumber: string;
  readonly faceImage: Uint8Array;
  readonly ktpImage?: Uint8Array;
  /** Echoed nowhere and compared with nothing: the registry knows neither. */
  readonly email?: string;
  readonly phoneNumber?: string;
  readonly birthDate?: string;
  readonly name?: string;
  readonly faceThreshold?: number;
}

type Bag = ReadonlyMap<string, unknown>;

/** `problem`: the `reason` of INVALID_ARGUMENT, naming the argument and never its value. */
export async function readIdSelfie(request: FastifyRequest): Promise<IdSelfieRequest | { readonly problem: string }> {
  const bag = await bagOf(request);
  if ('problem' in bag) return bag;
  for (const name of ['id_number', 'face_image']) {
    if (!bag.has(name) || bag.get(name) === '') return { problem: `argument '${name}': not found` };
  }
  const images: Record<string, Uint8Array> = {};
  for (const name of ['face_image', 'ktp_image']) {
    const value = bag.get(name);
    if (value === undefined || value === null || value === '') continue;
    const bytes = value instanceof Uint8Array ? value : typeof value === 'string' ? fromBase64(value) : null;
    if (bytes === null) return { problem: `argument '${name}': not base64` };
    images[name] = bytes;
  }
  const texts: Record<string, string> = {};
  for (const name of ['id_number', 'email', 'phone_number', 'birth_date', 'name']) {
    const value = bag.get(name);
    if (value === undefined || value === null || value === '') continue;
    if (typeof value !== 'string' || value.length > 200) return { problem: `argument '${name}': must be a string` };
    texts[name] = value.trim();
  }
  const given = bag.get('face_threshold');
  const threshold = given === undefined || given === null || given === '' ? undefined : Number(given);
  const { birth_date: birthDate, email, name, phone_number: phoneNumber } = texts;
  return {
    idNumber: texts['id_number'] ?? '',
    faceImage: images['face_image'] ?? new Uint8Array(),
    ...(images['ktp_image'] === undefined ? {} : { ktpImage: images['ktp_image'] }),
    ...(email === undefined ? {} : { email }),
    ...(phoneNumber === undefined ? {} : { phoneNumber }),
    ...(birthDate === undefined ? {} : { birthDate }),
    ...(name === undefined ? {} : { name }),
    ...(threshold === undefined ? {} : { faceThreshold: threshold }),
  };
}

async function bagOf(request: FastifyRequest): Promise<Bag | { readonly problem: string }> {
  const { body } = request;
  if (body instanceof URLSearchParams) {
    const bag = new Map<string, unknown>();
    for (const [name, value] of body) {
      if (bag.has(name)) return { problem: `argument '${knownName(name)}': given more than once` };
      bag.set(name, value);
    }
    return bag;
  }
  if (request.isMultipart()) {
    const form = await readForm(request, { fileBytes: 128 * 1024, textBytes: 128 * 1024 });
    if (!('problem' in form)) return new Map<string, unknown>([...form.texts, ...form.files]);
    const which = knownName(form.which ?? '');
    if (form.problem === 'repeated') return { problem: `argument '${which}': given more than once` };
    if (form.problem === 'too_large') return { problem: `argument '${which}': larger than 50 KB` };
    return { problem: 'the request body could not be read' };
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    return { problem: 'the request body is not an object' };
  return new Map(Object.entries(body));
}

const names = ['id_number', 'face_image', 'ktp_image', 'email', 'phone_number', 'birth_date', 'name', 'face_threshold'];

/** What a caller calls his parts is not repeated to him. */
function knownName(name: string): string {
  return names.includes(name) ? name : 'unknown';
}

/** Plain or as a data URL; null when it is not base64. */
function fromBase64(text: string): Uint8Array | null {
  const plain = text.replace(/^data:image\/[a-z+]+;base64,/, '').replace(/[\r\n]/g, '');
  if (plain === '' || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(plain)) return null;
  return new Uint8Array(Buffer.from(plain, 'base64'));
}
