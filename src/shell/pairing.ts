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
  readonly #waiting = new Map<string, number>();
  readonly #paired = new Set<string>();

  constructor(options: PairingOptions) {
    this.#options = options;
  }

  /** A fresh token for a fresh link. */
  issue(): string {
    const token = this.#options.randomToken();
    while (this.#waiting.size >= maxWaiting) {
      const oldest = this.#waiting.keys().next().value;
      if (oldest === undefined) break;
      this.#waiting.delete(oldest);
    }
    this.#waiting.set(hash(token), this.#options.now() + pairingLifetimeMs);
    return token;
  }

  /** Exchanges an unused token for a cookie value; null when it is unknown, used or too old. */
  redeem(token: string): string | null {
    const key = hash(token);
    const expires = this.#waiting.get(key);
    this.#waiting.delete(key);
    if (expires === undefined || expires < this.#options.now()) return null;
    const cookie = this.#options.randomToken();
    this.#paired.add(hash(cookie));
    return cookie;
  }

  /** The key of a paired browser's session, or null. Look-up by hash: timing tells nothing about the cookie. */
  recognise(cookie: string | undefined): string | null {
    if (cookie === undefined || cookie.length > 200) return null;
    const key = hash(cookie);
    return this.#paired.has(key) ? key : null;
  }
}

function hash(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text)));
}
