/** The words of a receipt: Bahasa Indonesia first, English second. */
import type { OnboardingResult } from '../../contract/desk/answers.ts';
import type { KycTier, VerificationMethod, VerificationStatus } from '../../contract/vocabulary.ts';

export interface Words {
  readonly id: string;
  readonly en: string;
}

export const outcomeWords: Readonly<Record<OnboardingResult['outcome'], Words & { readonly next: Words }>> = {
  verified: {
    id: 'Terverifikasi',
    en: 'Verified',
    next: {
      id: 'Identitas Anda telah diperiksa. Simpan bukti ini.',
      en: 'Your identity has been checked. Keep this receipt.',
    },
  },
  review: {
    id: 'Perlu ditinjau',
    en: 'Under review',
    next: {
      id: 'Supervisor memeriksa data Anda. Bank akan menghubungi Anda.',
      en: 'A supervisor checks your case. The bank will contact you.',
    },
  },
  // Says nothing of the cause: a receipt must not tip off.
  stopped: {
    id: 'Tidak dapat dilanjutkan',
    en: 'Cannot continue',
    next: {
      id: 'Silakan bicara dengan staf kami mengenai langkah berikutnya.',
      en: 'Please ask our staff about the next step.',
    },
  },
};

export const tierWords: Readonly<Record<KycTier, Words>> = {
  none: { id: 'Belum ada', en: 'None yet' },
  basic: { id: 'Dasar', en: 'Basic' },
  standard: { id: 'Standar', en: 'Standard' },
  premium: { id: 'Premium', en: 'Premium' },
};

export const methodWords: Readonly<Record<VerificationMethod, Words>> = {
  nik_format: { id: 'NIK', en: 'NIK' },
  nik_dukcapil: { id: 'Dukcapil', en: 'Civil registry' },
  ktp_capture: { id: 'KTP', en: 'ID card' },
  face_liveness: { id: 'Kehadiran', en: 'Liveness' },
  face_match: { id: 'Kecocokan wajah', en: 'Face match' },
  step_up: { id: 'Pemeriksaan ulang', en: 'Step-up' },
};

export const statusWords: Readonly<Record<VerificationStatus, Words>> = {
  verified: { id: 'sesuai', en: 'passed' },
  failed: { id: 'tidak sesuai', en: 'not passed' },
  pending: { id: 'ditinjau', en: 'in review' },
};

const months = [
  'Januari',
  'Februari',
  'Maret',
  'April',
  'Mei',
  'Juni',
  'Juli',
  'Agustus',
  'September',
  'Oktober',
  'November',
  'Desember',
];

export interface TimeZone {
  /** `WIB`, `WITA`, `WIT`. */
  readonly name: string;
  readonly utcOffsetMinutes: number;
}
export const wib: TimeZone = { name: 'WIB', utcOffsetMinutes: 420 };

/** `17 Agustus 2026, 14.03.22 WIB (UTC+7)`. */
export function localTime(instant: string, zone: TimeZone): string {
  const local = new Date(Date.parse(instant) + zone.utcOffsetMinutes * 60_000);
  const two = (value: number) => String(value).padStart(2, '0');
  const clock = [local.getUTCHours(), local.getUTCMinutes(), local.getUTCSeconds()].map(two).join('.');
  const minutes = Math.abs(zone.utcOffsetMinutes) % 60;
  const offset = `UTC${zone.utcOffsetMinutes < 0 ? '-' : '+'}${Math.floor(Math.abs(zone.utcOffsetMinutes) / 60)}${minutes === 0 ? '' : `:${two(minutes)}`}`;
  return `${local.getUTCDate()} ${months[local.getUTCMonth()]} ${local.getUTCFullYear()}, ${clock} ${zone.name} (${offset})`;
}

/** The last four digits, the rest as dots, in groups of 6-6-4. Anything that is no NIK shows nothing of itself. */
export function maskNik(nik: string | null): string {
  if (nik === null || !/^[0-9]{16}$/.test(nik)) return '-';
  return `${'•'.repeat(6)} ${'•'.repeat(6)} ${nik.slice(12)}`;
}

/** Enough of a hash for the eye: its first and last eight digits. */
export function shortHash(hash: string): string {
  return hash.length <= 20 ? hash : `${hash.slice(0, 8)}…${hash.slice(-8)}`;
}

/** The standard PDF fonts know Latin-1 and a little more (WinAnsi); accents beyond it are dropped, the rest becomes `?`. */
export function toWinAnsi(text: string): string {
  return [...text.normalize('NFC')].map(winAnsiCharacter).join('');
}

function winAnsiCharacter(character: string): string {
  if (/^[\u0020-\u007e\u00a0-\u00ff•…–—‘’“”]$/.test(character)) return character;
  const base = character.normalize('NFD').replace(/\p{M}/gu, '');
  if (base !== character && /^[\u0020-\u007e]+$/.test(base)) return base;
  return /\s/.test(character) ? ' ' : '?';
}
