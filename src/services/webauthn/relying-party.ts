/**
 * For whom a passkey is made and where it counts (WebAuthn L3 §5.1.2, §13.4.9): the desk's own page is `localhost`, a
 * server is the host it was configured with. A Host header alone never decides, because anybody can write one.
 */
import { fail, ok, type Result } from '../../contract/result.ts';

export interface RelyingParty {
  readonly rpId: string;
  /** The only origin a passkey's answer may come from. */
  readonly origin: string;
}

export interface PageAddress {
  readonly protocol: string;
  /** `name:port`, as the request says. */
  readonly host: string;
  /** The configured address of this server, where it has one. */
  readonly publicUrl?: string | undefined;
}

/** Errors: `passkey_unavailable` under any other name, an IP address included. */
export function relyingParty(page: PageAddress): Result<RelyingParty> {
  const asked = URL.parse(`${page.protocol}://${page.host}`);
  const configured = page.publicUrl === undefined ? null : URL.parse(page.publicUrl);
  if (asked !== null && asked.hostname === 'localhost') return ok({ rpId: 'localhost', origin: asked.origin });
  if (asked !== null && configured !== null && configured.host === asked.host) {
    return ok({ rpId: configured.hostname, origin: configured.origin });
  }
  return fail('passkey_unavailable', 'passkeys work at http://localhost and at the configured address only');
}
