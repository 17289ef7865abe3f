/** `3173051708850004` → `317305 170885 0004`: region, birth date, serial. */
export function groupNik(nik: string): string {
  return [nik.slice(0, 6), nik.slice(6, 12), nik.slice(12)].filter((part) => part !== '').join(' ');
}
