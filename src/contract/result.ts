/** Expected failures are values: a stable code, one plain sentence, and where useful the facts behind it. */
export interface Failure {
  /** Stable snake_case code from `errorCatalogue`. */
  readonly code: string;
  /** One sentence, no personal data. */
  readonly message: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: Failure };

export function ok<T>(value: T): Result<T> {
  return { ok: true, value };
}

export function fail(code: string, message: string, details?: Readonly<Record<string, unknown>>): Result<never> {
  return { ok: false, error: details === undefined ? { code, message } : { code, message, details } };
}

/** Makes a forgotten case of a union a compile error and, should it happen at run time, a loud bug. */
export function assertNever(value: never): never {
  throw new Error(`unexpected case: ${JSON.stringify(value)}`);
}
