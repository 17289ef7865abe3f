/** What an examination of an installation says, point by point, each with what to do. */
export const healthStates = ['green', 'amber', 'red'] as const;
export type HealthState = (typeof healthStates)[number];

export interface Finding {
  readonly check: string;
  readonly state: HealthState;
  /** Machine-readable, e.g. `disk_low`; `ok` where nothing is wrong. */
  readonly code: string;
  /** What was seen, with numbers. Never a key, a name or a NIK. */
  readonly message: string;
  /** What to do; null where there is nothing to do. */
  readonly remedy: string | null;
}

export function fine(check: string, message: string): Finding {
  return { check, state: 'green', code: 'ok', message, remedy: null };
}

export function amber(check: string, code: string, message: string, remedy: string): Finding {
  return { check, state: 'amber', code, message, remedy };
}

export function red(check: string, code: string, message: string, remedy: string): Finding {
  return { check, state: 'red', code, message, remedy };
}

/** The worst of them. */
export function overall(findings: readonly Finding[]): HealthState {
  if (findings.some((one) => one.state === 'red')) return 'red';
  return findings.some((one) => one.state === 'amber') ? 'amber' : 'green';
}
