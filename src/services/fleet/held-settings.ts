/** What a desk holds of its fleet: the settings it took up, the key it trusts, the packs it took, and when it last heard. */
import type { FleetProblem, FleetRules, FleetSettings, PackKind, SignedText } from '../../contract/fleet.ts';
import { readInstallationValue, writeInstallationValue } from '../../store/installation-values.ts';
import type { Db } from '../../store/repositories/types.ts';

export interface HeldSettings {
  readonly version: number;
  readonly appliedAt: string;
  readonly expiresAt: string;
  /** As head office signed them. */
  readonly signed: SignedText;
}

export interface HeldPack {
  readonly kind: PackKind;
  readonly name: string;
  readonly sequence: number;
  readonly sha256: string;
  readonly takenAt: string;
}

export interface FleetContact {
  /** The last answer of head office that was believed. */
  readonly heardAt: string | null;
  /** The last attempt, whatever came of it. */
  readonly triedAt: string;
  /** Why the last attempt failed; null: it did not. */
  readonly failure: string | null;
  readonly branch: string | null;
  readonly problems: readonly FleetProblem[];
}

interface Held {
  'fleet.settings': HeldSettings;
  'fleet.key': { readonly generation: number; readonly publicKey: string };
  'fleet.packs': readonly HeldPack[];
  'fleet.contact': FleetContact;
}

export async function readHeld<K extends keyof Held>(db: Db, key: K): Promise<Held[K] | null> {
  return readInstallationValue<Held[K]>(db, key);
}

export async function writeHeld<K extends keyof Held>(trx: Db, key: K, value: Held[K]): Promise<void> {
  await writeInstallationValue(trx, key, value);
}

/** The rules in force here; empty where head office sent none. */
export async function heldRules(db: Db): Promise<FleetRules> {
  const held = await readHeld(db, 'fleet.settings');
  return held === null ? {} : (JSON.parse(held.signed.text) as FleetSettings).rules;
}

/** Dotted names of the policy that head office sets here, so that nobody at the desk changes them. */
export async function managedByFleet(db: Db): Promise<readonly string[]> {
  return leaves((await heldRules(db)).policy ?? {}, '');
}

function leaves(value: object, prefix: string): string[] {
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? leaves(inner, `${prefix}${name}.`)
      : [`${prefix}${name}`],
  );
}

/** Whether changing `path` would change one of them, or the group one of them lies in. */
export function touches(managed: readonly string[], path: string): boolean {
  return managed.some((one) => one === path || one.startsWith(`${path}.`) || path.startsWith(`${one}.`));
}
