/** Choosing the NIK among what several paths read. Only ever among readings: no digit is invented. */
import type { Box, CardReading } from '../../contract/facts.ts';
import type { RegionTable } from '../nik/regions.ts';
import { digitsFromLookalikes } from '../text/fold.ts';
import type { RowText } from './card-rows.ts';

export interface NikReading {
  readonly value: string;
  readonly confidence: number;
  readonly raw: string;
  readonly box: Box;
}

interface Ballot {
  readonly text: string;
  readonly weight: number;
  readonly raw: string;
  readonly box: Box;
}

/** General readings of the NIK row were not constrained to digits and count less. */
const rowWeight = 0.5;
/** How much a reading loses when its date or region cannot be. A tie-breaker: clear print outvotes it. */
const implausible = 0.55;
const agreesWithBirthDate = 1.2;
/** Most people still live where their NIK was issued: breaks a tie between readings, no more. */
const agreesWithRegion = 1.15;

/** What the card prints elsewhere, to weigh the readings by. */
export interface NikContext {
  /** ISO 8601, as printed. */
  readonly birthDate: string | null;
  /** Codes of the printed province and regency. */
  readonly province: string | null;
  readonly regency: string | null;
}

/** The best supported reading; null when nothing like a NIK was read. Not sixteen digits is kept, at low confidence. */
export function pickNik(
  reading: CardReading,
  rows: readonly (RowText | undefined)[],
  regions: RegionTable,
  context: NikContext,
): NikReading | null {
  const ballots = [
    ...reading.nikCandidates.map((each) => ({
      text: each.text,
      weight: each.confidence,
      raw: each.text,
      box: each.box,
    })),
    ...rows.flatMap((row) => (row === undefined ? [] : [fromRow(row)])),
  ].filter((ballot) => ballot.text.length >= 12 && ballot.weight > 0);
  const groups = new Map<string, Ballot[]>();
  for (const ballot of ballots) groups.set(ballot.text, [...(groups.get(ballot.text) ?? []), ballot]);
  const ranked = [...groups.values()]
    .map((group) => ({ group, score: scoreOf(group, regions, context) }))
    .sort((p, q) => q.score - p.score);
  const winner = ranked[0];
  const first = winner?.group[0];
  if (winner === undefined || first === undefined) return null;
  const total = ranked.reduce((sum, { score }) => sum + score, 0);
  const doubt = winner.group.reduce((product, ballot) => product * (1 - ballot.weight * 0.9), 1);
  const whole = first.text.length === 16 ? 1 : 0.3;
  const alone = (1 - doubt) * (winner.score / total) * whole;
  // Six of its digits read a second time, in another typeface, as the printed birth date: half of the doubt goes, unless
  // the doubt is about another digit, which the date does not know.
  const disputed = ranked.slice(1).some(({ group }) => agreesWith(group[0]?.text ?? '', context.birthDate));
  const confirmed = agreesWith(first.text, context.birthDate) && !disputed;
  const confidence = confirmed ? 1 - (1 - alone) / 2 : alone;
  return {
    value: first.text,
    confidence: Math.round(Math.min(0.99, confidence) * 1000) / 1000,
    raw: first.raw,
    box: first.box,
  };
}

function fromRow(row: RowText): Ballot {
  const digits = digitsFromLookalikes(row.text.replace(/^\W+/, '')).replace(/\D/g, '');
  return { text: digits, weight: row.confidence * rowWeight, raw: row.text, box: row.box };
}

function scoreOf(group: readonly Ballot[], regions: RegionTable, context: NikContext): number {
  const text = group[0]?.text ?? '';
  const support = group.reduce((sum, ballot) => sum + ballot.weight, 0);
  const possible = text.length === 16 && isPossible(text, regions);
  const shape = (text.length === 16 ? 1 : 0.2) * (possible ? 1 : implausible);
  if (!possible) return support * shape;
  const dated = agreesWith(text, context.birthDate) ? agreesWithBirthDate : 1;
  return support * shape * dated * regionFactor(text, context);
}

function regionFactor(nik: string, { province, regency }: NikContext): number {
  const there = (code: string | null) => (code !== null && code !== '' && nik.startsWith(code) ? agreesWithRegion : 1);
  return there(province) * there(regency);
}

function agreesWith(nik: string, birthDate: string | null): boolean {
  return birthDate !== null && nik.length === 16 && birthDate.slice(2) === dateOf(nik);
}

function isPossible(nik: string, regions: RegionTable): boolean {
  const day = Number(nik.slice(6, 8));
  const month = Number(nik.slice(8, 10));
  const dayExists = (day >= 1 && day <= 31) || (day >= 41 && day <= 71);
  return (
    regions.province(nik.slice(0, 2)) !== null && dayExists && month >= 1 && month <= 12 && nik.slice(12) !== '0000'
  );
}

/** `yy-mm-dd` of the NIK, in the form of the end of an ISO date. */
function dateOf(nik: string): string {
  const day = Number(nik.slice(6, 8));
  return `${nik.slice(10, 12)}-${nik.slice(8, 10)}-${String(day > 40 ? day - 40 : day).padStart(2, '0')}`;
}
