/** A client of the Iluma routes for the tests: the server, its credentials once it is enabled, and requests as documented. */
import { encodeJpeg } from '../../../vision/image/image.ts';
import { openProviderServer, type ProviderServer } from './provider-server.ts';

export let server: ProviderServer;
export let credentials: Record<string, string>;
export let clientId: string;
export let photo: Uint8Array;

/** A real picture in a real size: grain that does not compress away. */
export async function grain(side: number, quality: number): Promise<Uint8Array> {
  let seed = 7;
  const pixels = Uint8Array.from(
    { length: side * side * 3 },
    () => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) >> 16,
  );
  return encodeJpeg({ width: side, height: side, data: pixels }, quality);
}

/** Opens the server, every provider off. */
export async function openIluma(): Promise<void> {
  server = await openProviderServer();
  photo = await grain(600, 60);
}

/** Enables Iluma; from then on requests carry these credentials. */
export async function enableIluma(): Promise<void> {
  const made = await server.enable('iluma', { perMinute: 10_000 });
  credentials = { ...made.credentials };
  clientId = made.id;
}

type Environment = 'developmentKey' | 'productionKey';
export const authorised = (which: Environment): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(`${credentials[which]}:`).toString('base64')}`,
});

interface Answer {
  status: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers are what the tests look into
  body: any;
}

export async function ask(
  method: string,
  path: string,
  content?: unknown,
  headers = authorised('developmentKey'),
): Promise<Answer> {
  const raw = content instanceof FormData || typeof content === 'string';
  const response = await fetch(`${server.address}${path}`, {
    method,
    headers: { ...headers, ...(content === undefined || raw ? {} : { 'content-type': 'application/json' }) },
    ...(content === undefined ? {} : { body: raw ? content : JSON.stringify(content) }),
  });
  return { status: response.status, body: await response.json() };
}

export const magic = (value: string) => ({ ...authorised('developmentKey'), 'x-magic-reply': value });
export const cards = '/v0/identity/id_card_verifications';

export function card(change: Record<string, string | Blob | null> = {}): FormData {
  const fields: Record<string, string | Blob | null> = {
    name: 'penito kristian',
    id_card_number: '3275031210930027',
    birthdate: '12-10-1990',
    birthplace: 'Ketapang',
    address: 'Alinda kencana blok E',
    selfie: new Blob([new Uint8Array(photo)], { type: 'image/jpeg' }),
    ...change,
  };
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === 'string') form.append(name, value);
    else if (value !== null) form.append(name, value, 'selfie.jpg');
  }
  return form;
}

export const person = {
  user_id: 'foo123',
  given_names: 'Eko Hadi Salim',
  nationality: 'ID',
  scopes: ['PEP'],
  score_threshold: 90,
};
