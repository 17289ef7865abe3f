/** How long to wait before the next start, by how many crashes followed each other without an answer in between. */
export function restartDelayMs(crashesInARow: number): number {
  if (crashesInARow <= 1) return 0;
  return Math.min(30_000, 250 * 2 ** (crashesInARow - 2));
}
