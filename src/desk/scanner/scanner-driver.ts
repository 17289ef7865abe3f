/** Desk scanners (barcode, RFID/UID) behind one interface, whatever carries their bytes. */

export interface ScanReading {
  /** Digits or text as decoded by the device; a prefill that OCR must confirm, never a fact by itself. */
  readonly text: string;
  readonly kind: 'nik' | 'uid' | 'text';
  readonly simulated: boolean;
  readonly at: string;
}

export interface ScannerInfo {
  readonly id: string;
  readonly name: string;
  readonly simulated: boolean;
  readonly state: 'ready' | 'absent' | 'failed';
  /** Plain words for the operations page. */
  readonly note?: string;
}

export interface ScannerDriver {
  info(): ScannerInfo;
  onReading(listener: (reading: ScanReading) => void): () => void;
  close(): Promise<void>;
}

/** Sixteen digits are a NIK, an even run of hex digits of 8–20 characters a card UID, the rest is text. */
export function classifyReading(text: string): ScanReading['kind'] {
  const trimmed = text.trim();
  if (/^\d{16}$/.test(trimmed)) return 'nik';
  if (/^[0-9A-Fa-f]{8,20}$/.test(trimmed) && trimmed.length % 2 === 0) return 'uid';
  return 'text';
}
