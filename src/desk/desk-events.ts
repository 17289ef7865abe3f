/** What the desk tells its stations unasked. Shells subscribe and forward; payloads carry personal data, so `onboarding.changed` names its reader. */
import type { DeskEventName, DeskEvents } from '../contract/desk/calls.ts';

export interface DeskEvent<E extends DeskEventName = DeskEventName> {
  readonly name: E;
  /** Null for `station.changed`: the state is read anew for each connection, because it names the person there. */
  readonly payload: DeskEvents[E] | null;
  /** User id of the only person who may see it; absent = every station of this desk. */
  readonly to?: string;
  /** The only session that may see it, whoever sits there. */
  readonly session?: string;
}

export interface DeskEventBus {
  emit<E extends DeskEventName>(event: DeskEvent<E>): void;
  on(listener: (event: DeskEvent) => void): () => void;
}

/** A failing listener never stops the desk: a shell whose page went away is that shell's affair. */
export function createDeskEvents(onListenerError: (error: unknown) => void = () => {}): DeskEventBus {
  const listeners = new Set<(event: DeskEvent) => void>();
  return {
    emit(event) {
      for (const listener of listeners) {
        try {
          listener(event);
        } catch (error) {
          onListenerError(error);
        }
      }
    },
    on(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
