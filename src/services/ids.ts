/** Ids: a documented prefix and a ULID, monotonic per process (api-decisions 3). Opaque to clients. */
import { monotonicFactory } from 'ulid';

export type IdPrefix =
  | 'aud'
  | 'bex'
  | 'blob'
  | 'cap'
  | 'con'
  | 'cus'
  | 'dev'
  | 'dsk'
  | 'dsr'
  | 'evt'
  | 'ers'
  | 'fc'
  | 'hit'
  | 'lst'
  | 'scr'
  | 'fe'
  | 'key'
  | 'ktpb'
  | 'kte'
  | 'org'
  | 'pck'
  | 'pcb'
  | 'pcl'
  | 'pk'
  | 'pkc'
  | 'rdec'
  | 'rtc'
  | 'rvs'
  | 'upl'
  | 'rev'
  | 'rga'
  | 'rgi'
  | 'rgs'
  | 'ses'
  | 'slf'
  | 'usr'
  | 'ver'
  | 'wf'
  | 'whd'
  | 'whk'
  | 'whs'
  | 'wip';

export interface IdSource {
  next(prefix: IdPrefix): string;
}

/** `clock` gives the time part; the random part comes from the platform's generator inside `ulid`. */
export function createIds(clock: () => Date): IdSource {
  const next = monotonicFactory();
  return { next: (prefix) => `${prefix}_${next(clock().getTime())}` };
}
