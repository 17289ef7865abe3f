/** How the page stands with its desk. Electron's bridge cannot be lost without the page; the browser shell's can. */
export type ConnectionState = 'connecting' | 'open' | 'lost' | 'unpaired';

export interface Connection {
  current(): ConnectionState;
  /** Calls the listener on every change; returns the way to stop. */
  subscribe(listener: (state: ConnectionState) => void): () => void;
}

export const alwaysOpen: Connection = {
  current: () => 'open',
  subscribe: () => () => undefined,
};
