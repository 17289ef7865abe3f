/**
 * The browser shell's bridge: the desk contract over one WebSocket on loopback.
 *
 * Pairing: the shell opens the page with `#pair=TOKEN`; the token is posted once to `/station/pair`, which answers with
 * an HttpOnly cookie, and is then removed from the address so that neither history nor a screenshot keeps it.
 * Frames: msgpack in binary messages, `Uint8Array` stays bytes.
 *   request  `{id, call, params}` · response `{id, result}` · event `{event, payload}`
 */
import { decode, encode } from '@msgpack/msgpack';
import type {
  DeskAnswer,
  DeskBridge,
  DeskCallName,
  DeskEventName,
  DeskEvents,
  DeskParams,
} from '../../contract/desk/calls.ts';
import { fail, type Result } from '../../contract/result.ts';
import type { Connection, ConnectionState } from './connection.ts';

/** What the bridge needs of a socket; the browser's `WebSocket` fits, and so does a test's fake. */
export interface SocketLike {
  binaryType: string;
  onopen: (() => void) | null;
  onclose: ((event: { readonly code: number }) => void) | null;
  onerror: (() => void) | null;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  send(data: Uint8Array): void;
  close(): void;
}

export interface WebSocketBridgeOptions {
  readonly openSocket: () => SocketLike;
  /** Posts the pairing token; true when the shell accepted it. Absent when the page carried no token. */
  readonly pair?: () => Promise<boolean>;
  /** Waits before the n-th reconnect, ms. */
  readonly backOffMs?: (attempt: number) => number;
  /** Runs the work later; returns the way to cancel. A parameter so that tests own the clock. */
  readonly later?: (work: () => void, ms: number) => () => void;
}

export interface WebSocketBridge extends DeskBridge {
  readonly connection: Connection;
  close(): void;
}

type Pending = (result: Result<never>) => void;
type Listener = (payload: unknown) => void;

/** The shell's close code for a page without a good pairing cookie (src/shell/station-server). */
const notPaired = 4403;
/** After a refusal an opened socket counts only when it has stayed open this long, ms. */
const proofMs = 300;

const lost = () => fail('connection_lost', 'The connection to the desk was lost.');

/** 0.25 s, 0.5 s, 1 s … at most 5 s: the desk is on the same machine, so it is back soon or not at all. */
export function defaultBackOff(attempt: number): number {
  return Math.min(5000, 250 * 2 ** Math.min(attempt, 10));
}

/** A reply or an event, or null for anything else: what does not look like our protocol is ignored, never guessed. */
function readMessage(data: unknown): Record<string, unknown> | null {
  if (!(data instanceof ArrayBuffer) && !(data instanceof Uint8Array)) return null;
  try {
    const value = decode(data instanceof ArrayBuffer ? new Uint8Array(data) : data);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

export function createWebSocketBridge(options: WebSocketBridgeOptions): WebSocketBridge {
  const later =
    options.later ??
    ((work, ms) => {
      const timer = setTimeout(work, ms);
      return () => clearTimeout(timer);
    });
  const backOff = options.backOffMs ?? defaultBackOff;
  const pending = new Map<number, Pending>();
  const listeners = new Map<string, Set<Listener>>();
  const watchers = new Set<(state: ConnectionState) => void>();
  let state: ConnectionState = 'connecting';
  let socket: SocketLike | null = null;
  let nextId = 1;
  let attempt = 0;
  let everOpen = false;
  let refused = false;
  let closed = false;
  let cancelRetry: (() => void) | null = null;
  let waiting: (() => void)[] = [];

  function become(next: ConnectionState): void {
    if (next !== state) {
      state = next;
      for (const watcher of watchers) watcher(next);
    }
    if (next !== 'connecting') {
      const released = waiting;
      waiting = [];
      for (const release of released) release();
    }
  }

  function drop(code: number): void {
    socket = null;
    if (code === notPaired) refused = true;
    const calls = [...pending.values()];
    pending.clear();
    for (const settle of calls) settle(lost());
    if (closed) return;
    // Never open and refused: without a cookie the shell does not let us in, and only a new pairing address helps.
    become(everOpen && !refused ? 'lost' : 'unpaired');
    cancelRetry = later(connect, backOff(attempt));
    attempt += 1;
  }

  function receive(data: unknown): void {
    const message = readMessage(data);
    if (message === null) return;
    if (typeof message.event === 'string') {
      for (const listener of listeners.get(message.event) ?? []) listener(message.payload);
      return;
    }
    const settle = typeof message.id === 'number' ? pending.get(message.id) : undefined;
    if (settle === undefined) return;
    pending.delete(message.id as number);
    settle(message.result as Result<never>);
  }

  function connect(): void {
    if (closed) return;
    const opened = options.openSocket();
    let ended = false;
    let cancelProof: (() => void) | null = null;
    const end = (code: number) => {
      if (ended) return;
      ended = true;
      cancelProof?.();
      drop(code);
    };
    const welcome = () => {
      socket = opened;
      attempt = 0;
      everOpen = true;
      refused = false;
      become('open');
    };
    opened.binaryType = 'arraybuffer';
    opened.onopen = () => {
      // The shell refuses by opening and closing at once; believing that would flicker.
      if (refused) cancelProof = later(welcome, proofMs);
      else welcome();
    };
    opened.onclose = (event) => end(event.code);
    opened.onerror = () => end(0);
    opened.onmessage = (event) => receive(event.data);
  }

  function send(name: string, params: unknown): Promise<Result<never>> {
    const open = socket;
    if (open === null) return Promise.resolve(lost());
    const id = nextId++;
    return new Promise((settle) => {
      pending.set(id, settle);
      try {
        open.send(encode({ id, call: name, params }, { ignoreUndefined: true }));
      } catch {
        pending.delete(id);
        settle(lost());
      }
    });
  }

  async function begin(): Promise<void> {
    // A failed pairing is not the end: the cookie of an earlier pairing may still be good.
    await options.pair?.().catch(() => false);
    connect();
  }

  void begin();

  return {
    shell: 'browser',
    async call<N extends DeskCallName>(name: N, params: DeskParams<N>): Promise<Result<DeskAnswer<N>>> {
      if (state === 'connecting' && !closed) await new Promise<void>((release) => waiting.push(release));
      return send(name, params);
    },
    on<E extends DeskEventName>(event: E, listener: (payload: DeskEvents[E]) => void): () => void {
      const set = listeners.get(event) ?? new Set<Listener>();
      listeners.set(event, set);
      set.add(listener as Listener);
      return () => set.delete(listener as Listener);
    },
    connection: {
      current: () => state,
      subscribe(watcher) {
        watchers.add(watcher);
        return () => watchers.delete(watcher);
      },
    },
    close() {
      closed = true;
      cancelRetry?.();
      socket?.close();
      become('lost');
    },
  };
}

/** The token of `#pair=TOKEN` or `#customer=TOKEN`, or null. */
export function pairingToken(hash: string, page: 'pair' | 'customer' = 'pair'): string | null {
  const match = /^#(pair|customer)=([A-Za-z0-9_-]{8,256})$/.exec(hash);
  return match?.[1] === page ? (match[2] ?? null) : null;
}

/** The page that faces the customer, before and after it was paired. */
export function isCustomerScreen(hash: string): boolean {
  return hash === '#customer' || pairingToken(hash, 'customer') !== null;
}

/** The bridge of a real page: same origin, token taken from the address and removed from it at once. */
export function openBrowserBridge(page: Window, as: 'pair' | 'customer' = 'pair'): WebSocketBridge {
  const token = pairingToken(page.location.hash, as);
  const kept = page.location.pathname + page.location.search + (as === 'customer' ? '#customer' : '');
  if (token !== null) page.history.replaceState(null, '', kept);
  const socket = as === 'customer' ? '/station/customer/socket' : '/station/socket';
  const scheme = page.location.protocol === 'https:' ? 'wss' : 'ws';
  const pair =
    token === null
      ? undefined
      : async () => {
          const answer = await fetch('/station/pair', {
            method: 'POST',
            credentials: 'same-origin',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ token }),
          });
          return answer.ok;
        };
  return createWebSocketBridge({
    openSocket: () => new WebSocket(`${scheme}://${page.location.host}${socket}`) as unknown as SocketLike,
    ...(pair === undefined ? {} : { pair }),
  });
}
