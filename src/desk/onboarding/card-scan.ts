/**
 * A scanner's word beside the card's. It never decides: where the card could not be read it proposes, where both speak and
 * differ a person looks and the case carries the doubt. Pure.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Evidence } from '../../contract/bundle.ts';
import type { Reason } from '../../contract/reasons.ts';
import { ktpFieldNames, type KtpFieldName, type KtpFieldValues } from '../../contract/vocabulary.ts';
import { fold } from '../../core/text/fold.ts';
import type { Scan } from '../scanner/scanner-driver.ts';
import { readScan } from '../scanner/scan-payload.ts';
import type { FieldReading } from './ports.ts';

/** What is kept of a scan with the card: not the text itself, but what it proposes. */
export interface CardScan {
  readonly driver: string;
  readonly kind: 'nik' | 'uid' | 'ikd' | 'text';
  readonly simulated: boolean;
  readonly at: string;
  /** SHA-256 (hex) of the text. */
  readonly textHash: string;
  readonly fields: KtpFieldValues;
}

export interface ScanComparison {
  readonly agrees: readonly KtpFieldName[];
  readonly differs: readonly KtpFieldName[];
  /** Proposed, because the card gave nothing there. */
  readonly prefills: readonly KtpFieldName[];
}

export const noComparison: ScanComparison = { agrees: [], differs: [], prefills: [] };

export function toCardScan(scan: Scan): CardScan {
  const { kind, fields } = readScan(scan.text);
  return {
    driver: scan.driver,
    kind,
    simulated: scan.simulated,
    at: scan.at,
    textHash: bytesToHex(sha256(utf8ToBytes(scan.text))),
    fields,
  };
}

export function compareScan(
  scan: CardScan | undefined,
  read: Readonly<Record<KtpFieldName, FieldReading>>,
): ScanComparison {
  if (scan === undefined) return noComparison;
  const named = ktpFieldNames.filter((name) => scan.fields[name] !== undefined);
  const isRead = (name: KtpFieldName) => (read[name].value ?? '') !== '';
  const isSame = (name: KtpFieldName) => fold(read[name].value ?? '') === fold(scan.fields[name] ?? '');
  return {
    agrees: named.filter((name) => isRead(name) && isSame(name)),
    differs: named.filter((name) => isRead(name) && !isSame(name)),
    prefills: named.filter((name) => !isRead(name)),
  };
}

export function scanReasons({ differs }: Pick<ScanComparison, 'differs'>): readonly Reason[] {
  return differs.map((field) => ({ code: 'scan_differs', gate: field === 'nik' ? 'nik' : 'ktp', field }));
}

export function scanEvidence(scan: CardScan | undefined, { agrees, differs }: ScanComparison): Pick<Evidence, 'scan'> {
  if (scan === undefined) return {};
  const { driver, kind, simulated, at, textHash } = scan;
  return { scan: { driver, kind, simulated, at, textHash, agrees: [...agrees], differs: [...differs] } };
}
