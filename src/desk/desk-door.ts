/** The desk as one connection sees it: calls through `dispatch`, and only the events meant for whoever is signed in there. */
import type { DeskEventName, DeskEvents } from '../contract/desk/calls.ts';
import type { Result } from '../contract/result.ts';
import type { Desk } from './desk-handlers.ts';
import { dispatch } from './dispatch.ts';

export interface DeskDoor {
  call(name: string, params: unknown): Promise<Result<unknown>>;
  on<E extends DeskEventName>(event: E, listener: (payload: DeskEvents[E]) => void): () => void;
}

/** @param sessionId one per Electron window or per paired browser; the same id always reaches the same session */
export function openDeskDoor(desk: Desk, sessionId: string): DeskDoor {
  const session = desk.sessions.open(sessionId);
  return {
    call: (name, params) => dispatch(desk, session, name, params),
    on(name, listener) {
      return desk.events.on((event) => {
        if (event.name !== name) return;
        if (event.session !== undefined) {
          if (event.session === session.id) listener(event.payload as DeskEvents[typeof name]);
          return;
        }
        if (name === 'station.wiped') return listener(event.payload as DeskEvents[typeof name]);
        // The customer's screen hears what is meant for it and nothing else.
        if (session.customerOf !== null || (event.to !== undefined && event.to !== session.person?.id)) return;
        if (name !== 'station.changed') {
          if (session.person !== null) listener(event.payload as DeskEvents[typeof name]);
          return;
        }
        // The state names the person at *this* station, so each connection reads its own.
        void desk.table['station.state'](session, {})
          .then((state) => {
            if (state.ok) listener(state.value as DeskEvents[typeof name]);
          })
          .catch((error: unknown) => desk.logBug('station.changed', error));
      });
    },
  };
}
