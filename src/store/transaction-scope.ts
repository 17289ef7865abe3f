/** Which transaction the running code is inside of; one scope for each store. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Kysely } from 'kysely';
import type { Database } from './schema.ts';

/** `active` ends with the transaction's work: what it left running must not think it is still inside. */
export interface OpenTransaction {
  active: boolean;
  readonly trx: Kysely<Database>;
}

export type TransactionScope = AsyncLocalStorage<OpenTransaction>;

export function createTransactionScope(): TransactionScope {
  return new AsyncLocalStorage<OpenTransaction>();
}

/** A query past the transaction's handle would wait for its own transaction for ever: it is a bug, and says so. */
export function refuseInside(scope: TransactionScope): void {
  if (scope.getStore()?.active === true) {
    throw new Error('a query inside a transaction must use the handle of the transaction (trx), not store.db');
  }
}

/** Lets one through at a time, in the order they came. */
export class Turnstile {
  #tail: Promise<void> = Promise.resolve();
  #callers = 0;

  /** Nobody is through, nobody waits. */
  get idle(): boolean {
    return this.#callers === 0;
  }

  /** Resolves when it is the caller's turn, with the function that lets the next one through. */
  async enter(): Promise<() => void> {
    const before = this.#tail;
    let next = (): void => undefined;
    this.#tail = new Promise((resolve) => (next = resolve));
    this.#callers += 1;
    let left = false;
    await before;
    return () => {
      if (!left) this.#callers -= 1;
      left = true;
      next();
    };
  }
}
