import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** How long an unused pairing link lives, and how many may wait at once. */
const pairingLifetimeMs = 10 * 60_000;
const maxWaiting = 8;

export interface PairingOptions {
  readonly randomToken: () => string;
  readonly now: () => number;
}

/**
 * One-time pairing: a loopback port is open to every program of the machine, so the browser that may act as the
 * station proves itself once with a token that only the one who started the desk has seen. The token travels in the
 * URL fragment (never sent, never logged) and is exchanged for an HttpOnly cookie. Only hashes are kept.
 */
export class Pairing {
  readonly #options: PairingOptions;
  readonly #waiting = new Map<string, { readonly expires: number; readonly as: string | null }>();
  readonly #paired = new Map<string, string>();

  constructor(options: PairingOptions) {
    this.#options = options;
  }

  /** A fresh token for a fresh link. `as`: the session it opens, where that is not a station of its own. */
  issue(as: string | null = null): string {
    const token = this.#options.randomToken();
    while (this.#waiting.size >= maxWaiting) {
      const oldest = this.#waiting.keys().next().value;
      if (oldest === undefined) break;
      this.#waiting.delete(oldest);
    }
    this.#waiting.set(hash(token), { expires: this.#options.now() + pairingLifetimeMs, as });
    return token;
  }

  /** Exchanges an unused token for a cookie value; null when it is unknown, used or too old. */
  redeem(token: string): string | null {
    const key = hash(token);
    const link = this.#waiting.get(key);
    this.#waiting.delete(key);
    if (link === undefined || link.expires < this.#options.now()) return null;
    const cookie = this.#options.randomToken();
    this.#paired.set(hash(cookie), link.as ?? hash(cookie));
    return cookie;
  }

  /** The key of a paired browser's session, or null. Look-up by hash: timing tells nothing about the cookie. */
  recognise(cookie: string | undefined): string | null {
    if (cookie === undefined || cookie.length > 200) return null;
    return this.#paired.get(hash(cookie)) ?? null;
  }
}

function hash(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text)));
}
