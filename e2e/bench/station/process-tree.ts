/** What a process and everything it started hold of the machine's memory (Linux). */
import { readdirSync, readFileSync } from 'node:fs';

/** The process and all its descendants. */
export function treeOf(pid: number): number[] {
  const below: number[] = [];
  try {
    for (const task of readdirSync(`/proc/${pid}/task`))
      below.push(...readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number));
  } catch {
    // It ended meanwhile.
  }
  return [pid, ...below.flatMap(treeOf)];
}

/** Proportional set size, MB: shared pages count once among those who share them. Null where the system does not tell. */
export function pssOf(pids: readonly number[]): number | null {
  let kib = 0;
  let told = false;
  for (const pid of pids) {
    try {
      const found = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1];
      kib += Number(found ?? 0);
      told ||= found !== undefined;
    } catch {
      // It ended meanwhile.
    }
  }
  return told ? kib / 1024 : null;
}
