/** The printed labels of a KTP (Permendagri 74/2015 layout) and how to find them in what an engine read. */
import { distance } from 'fastest-levenshtein';
import { plain } from '../text/fold.ts';

export type KtpLabel =
  | 'nik'
  | 'name'
  | 'birth'
  | 'sex'
  | 'blood'
  | 'address'
  | 'rtRw'
  | 'village'
  | 'district'
  | 'religion'
  | 'marital'
  | 'occupation'
  | 'nationality'
  | 'valid';

/** Labels that open a printed row, in print order; the rows are evenly spaced. */
export const rowLabels = [
  'name',
  'birth',
  'sex',
  'address',
  'rtRw',
  'village',
  'district',
  'religion',
  'marital',
  'occupation',
  'nationality',
  'valid',
] as const satisfies readonly KtpLabel[];
export type RowLabel = (typeof rowLabels)[number];

/** Folded spellings, longest first where one contains another. */
const spellings: Readonly<Record<KtpLabel, readonly string[]>> = {
  nik: ['NIK'],
  name: ['NAMALENGKAP', 'NAMA'],
  birth: ['TEMPATTGLLAHIR', 'TEMPATTANGGALLAHIR', 'TEMPATTGILAHIR'],
  sex: ['JENISKELAMIN'],
  blood: ['GOLDARAH', 'GOLONGANDARAH'],
  address: ['ALAMAT'],
  rtRw: ['RTRW'],
  village: ['KELDESA', 'KELURAHANDESA', 'KELURAHAN', 'DESA'],
  district: ['KECAMATAN'],
  religion: ['AGAMA'],
  marital: ['STATUSPERKAWINAN', 'STATUSKAWIN'],
  occupation: ['PEKERJAAN'],
  nationality: ['KEWARGANEGARAAN'],
  valid: ['BERLAKUHINGGA'],
};

export interface LabelMatch {
  readonly label: KtpLabel;
  /** What follows the label on the same piece, colon and white space removed. */
  readonly rest: string;
  /** 0–1, 1 = spelled exactly. */
  readonly likeness: number;
}

/**
 * The label a piece of text begins with, or null. One edit is forgiven up to seven letters, a quarter of the letters
 * beyond; a label of three or four letters must be followed by its end or a sign, so that the name NAMARUDIN stays one.
 */
export function matchLabel(text: string): LabelMatch | null {
  const clean = plain(text).replace(/^[^A-Za-z0-9]+/, '');
  const { letters, ends } = foldWithPositions(clean);
  let best: (LabelMatch & { length: number }) | null = null;
  for (const [label, names] of Object.entries(spellings) as [KtpLabel, readonly string[]][]) {
    for (const name of names) {
      const found = prefixMatch(letters, name);
      if (found === null) continue;
      const end = ends[found.length - 1] ?? clean.length;
      const rest = clean.slice(end);
      if (name.length <= 4 && /^[A-Za-z]/.test(rest)) continue;
      const alike = 1 - found.edits / name.length;
      if (best === null || alike > best.likeness || (alike === best.likeness && found.length > best.length)) {
        best = { label, rest: rest.replace(/^[\s:;.,'"|·-]+/, '').trim(), likeness: alike, length: found.length };
      }
    }
  }
  return best === null ? null : { label: best.label, rest: best.rest, likeness: best.likeness };
}

/** Where `Gol. Darah` begins inside a longer row, as tesseract reads it in one piece; null when it is not there. */
export function splitBloodLabel(text: string): { before: string; after: string } | null {
  const found = /\bG[O0][L1I][A-Z]*[.,:;\s]*D[A4]R[A4]H\b/i.exec(text) ?? /G[O0][L1I][.,:;\s]*D[A4]R[A4]H/i.exec(text);
  if (found === null) return null;
  const after = text.slice(found.index + found[0].length).replace(/^[\s:;.,'"|·]+/, '');
  return { before: text.slice(0, found.index).trim(), after: after.trim() };
}

function prefixMatch(letters: string, name: string): { length: number; edits: number } | null {
  const allowed = name.length <= 3 ? 0 : name.length <= 7 ? 1 : Math.floor(name.length / 4);
  let best: { length: number; edits: number } | null = null;
  for (let length = Math.max(1, name.length - allowed); length <= name.length + allowed; length += 1) {
    if (length > letters.length) break;
    const edits = distance(letters.slice(0, length), name);
    if (edits <= allowed && (best === null || edits < best.edits)) best = { length, edits };
  }
  return best;
}

/** Folded letters and, for each, the end of its character in the text. */
function foldWithPositions(text: string): { letters: string; ends: number[] } {
  let letters = '';
  const ends: number[] = [];
  for (let i = 0; i < text.length; i += 1) {
    const letter = text[i]!.normalize('NFKD')
      .toUpperCase()
      .replace(/[^A-Z0-9]/g, '');
    if (letter === '') continue;
    letters += letter[0];
    ends.push(i + 1);
  }
  return { letters, ends };
}
