/**
 * The generated client (contract/client) as this desk uses it: paths, bodies and answers follow from the OpenAPI document,
 * while the connection stays with connectors/http and its limits, guards and certificates.
 */
import { sendHttp, type ClientTls } from '../../connectors/http/http-client.ts';
import { createLoketClient, type LoketClient } from '../../contract/client/client.ts';
import { fail, ok, type Failure, type Result } from '../../contract/result.ts';

export interface HubClientOptions {
  /** Origin of the hub. */
  readonly url: string;
  /** The desk's certificate, once it has one. */
  readonly clientTls?: ClientTls;
  /** PEM of the authority of the hub's certificate, where the system does not know it. */
  readonly trust?: string;
}

/** `fetch` has no other way to say that no answer came; `hubAnswer` makes it a value again. */
class NoAnswer extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super('the hub did not answer');
    this.failure = failure;
  }
}

export function hubClient({ url, clientTls, trust }: HubClientOptions): LoketClient {
  return createLoketClient({
    baseUrl: url,
    fetch: async (request) => {
      const body = request.body === null ? undefined : await request.text();
      const type = request.headers.get('content-type');
      const sent = await sendHttp({
        url: request.url,
        method: request.method as 'GET' | 'POST',
        ...(type === null ? {} : { headers: { 'content-type': type } }),
        ...(body === undefined ? {} : { body }),
        ...(clientTls === undefined ? {} : { clientTls }),
        ...(trust === undefined ? {} : { trust }),
      });
      if (!sent.ok) throw new NoAnswer(sent.error);
      const { status, headers, body: bytes } = sent.value;
      return new Response(bytes.length === 0 ? null : new Uint8Array(bytes), {
        status,
        headers: { 'content-type': String(headers['content-type'] ?? 'application/json') },
      });
    },
  });
}

/** What a call of the client came to. Errors: those of the connection, and `unavailable` for what is no answer of a hub. */
export async function hubAnswer<T>(call: () => Promise<T>): Promise<Result<T>> {
  try {
    return ok(await call());
  } catch (error) {
    if (error instanceof NoAnswer) return { ok: false, error: error.failure };
    // The body was no JSON: a proxy's page, or half an answer.
    return fail('unavailable', 'the hub gave no usable answer');
  }
}
