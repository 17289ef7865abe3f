/** What the evidence says of where a card came from, where that alone asks for a person. */
import type { Evidence } from '../../contract/bundle.ts';
import type { Reason } from '../../contract/reasons.ts';

/** A picture from a file may be of anything; a scanner that contradicts the card means one of both is wrong. */
export function sourceDoubts(evidence: Evidence | undefined): readonly Reason[] {
  const { source, scan, exception, signature } = evidence ?? {};
  return [
    // Without a live face nobody but a person can say that the card is its holder's.
    ...(exception === undefined ? [] : [{ code: 'exception_path' as const, gate: 'liveness' }]),
    ...(signature?.method === 'unable' ? [{ code: 'signature_missing' as const, gate: 'ktp' }] : []),
    ...(source === 'file' ? [{ code: 'card_from_file' as const, gate: 'ktp' }] : []),
    ...(scan?.differs ?? []).map((field): Reason => ({
      code: 'scan_differs',
      gate: field === 'nik' ? 'nik' : 'ktp',
      field,
    })),
  ];
}
