/**
 * The typed client of our own API: paths, parameters, bodies and answers follow from the OpenAPI document
 * (`npm run generate`). The caller brings `fetch`, so that connections stay where they belong (`connectors/http`).
 */
import createClient, { type Client } from 'openapi-fetch';
import type { paths } from './schema.ts';

export type LoketClient = Client<paths>;

export interface LoketClientOptions {
  /** Scheme, host and port: `https://hub.bank.example:8443`. */
  readonly baseUrl: string;
  /** `qe_sk_<sandbox|live>_<32 base32>`; absent where a certificate or a one-time code says who calls. */
  readonly apiKey?: string;
  readonly fetch: (request: Request) => Promise<Response>;
}

/**
 * `client.GET('/api/identity/kyc/{customerId}', {params: {path: {customerId}}})` answers `{data}` or `{error}`, and
 * `response`. Throws only what `fetch` throws.
 */
export function createLoketClient(options: LoketClientOptions): LoketClient {
  return createClient<paths>({
    baseUrl: options.baseUrl,
    fetch: options.fetch,
    ...(options.apiKey === undefined ? {} : { headers: { authorization: `Bearer ${options.apiKey}` } }),
  });
}
