/**
 * Consent under UU PDP 27/2022: purposes are separate and un-ticked (art. 20–22), the text agreed to is pinned by version
 * and hash, so that years later it can be shown what exactly was agreed to.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import canonicalize from 'canonicalize';

export interface ConsentItem {
  /** Stable name, stored with the consent. */
  readonly purpose: string;
  /** `notice`: the law is the basis, the customer takes note; `consent`: his agreement is. */
  readonly kind: 'consent' | 'notice';
  /** Without it the onboarding cannot go on. */
  readonly required: boolean;
  readonly id: string;
  readonly en: string;
}

export interface ConsentText {
  readonly version: string;
  /** SHA-256 (hex) over version and items; see `consentHash`. */
  readonly hash: string;
  readonly text: readonly ConsentItem[];
}

/**
 * Reads the parsed JSON of `resources/consent/consent.json`. Throws when it is not a consent text: a broken resource is a
 * bug of the package.
 */
export function loadConsentText(json: unknown): ConsentText {
  const file = json as { version?: unknown; text?: unknown } | null;
  const version = file?.version;
  if (typeof version !== 'string' || version === '' || !Array.isArray(file?.text))
    throw new Error('consent.json has no version or text');
  const text = file.text.map(toItem);
  if (new Set(text.map(({ purpose }) => purpose)).size !== text.length)
    throw new Error('consent.json names a purpose twice');
  if (!text.some(({ required }) => required)) throw new Error('consent.json requires nothing');
  return { version, hash: consentHash(version, text), text };
}

/** SHA-256 (hex) over the RFC 8785 canonical JSON of version and items, both languages included. */
export function consentHash(version: string, text: readonly ConsentItem[]): string {
  const items = text.map(({ purpose, kind, required, id, en }) => ({ purpose, kind, required, id, en }));
  return bytesToHex(sha256(utf8ToBytes(canonicalize({ version, text: items }) ?? '')));
}

export interface ConsentCheck {
  /** Every required purpose is in and none is unknown. */
  readonly complete: boolean;
  readonly missing: readonly string[];
  readonly unknown: readonly string[];
  /** What was agreed to, each once, in the order of the text. */
  readonly purposes: readonly string[];
}

/** Holds what was ticked against the text that was shown. */
export function checkConsent(
  text: readonly Pick<ConsentItem, 'purpose' | 'required'>[],
  ticked: readonly string[],
): ConsentCheck {
  const given = new Set(ticked);
  const offered = new Set(text.map(({ purpose }) => purpose));
  const missing = text.filter(({ purpose, required }) => required && !given.has(purpose)).map(({ purpose }) => purpose);
  const unknown = [...given].filter((purpose) => !offered.has(purpose));
  const purposes = text.map(({ purpose }) => purpose).filter((purpose) => given.has(purpose));
  return { complete: missing.length === 0 && unknown.length === 0, missing, unknown, purposes };
}

function toItem(value: unknown): ConsentItem {
  const item = value as Partial<ConsentItem> | null;
  const sound =
    /^[a-z_]{3,40}$/.test(item?.purpose ?? '') &&
    (item?.kind === 'consent' || item?.kind === 'notice') &&
    typeof item.required === 'boolean' &&
    [item.id, item.en].every((words) => typeof words === 'string' && words.trim() !== '');
  if (!sound) throw new Error('consent.json holds an item that is not one');
  const { purpose, kind, required, id, en } = item as ConsentItem;
  return { purpose, kind, required, id, en };
}
