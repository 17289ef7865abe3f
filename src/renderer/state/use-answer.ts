import { useEffect, useEffectEvent, useState } from 'react';
import type { DeskAnswer, DeskCallName, DeskParams } from '../../contract/desk/calls.ts';
import type { Failure } from '../../contract/result.ts';
import { useStation } from './loket-context.ts';

/** What a room asked for when it was opened: nothing yet, an answer, or why there is none. */
export interface AskedAnswer<T> {
  readonly value: T | null;
  readonly failure: Failure | null;
  /** Asks again; the last answer stays on the screen meanwhile. */
  readonly again: () => void;
  /** Puts an answer in its place that came another way. */
  readonly put: (value: T) => void;
}

/**
 * Asks once, and again whenever the parameters change. Reading does not block the one call that changes something, so it
 * goes past the store's busy flag.
 */
export function useAnswer<N extends DeskCallName>(name: N, params: DeskParams<N>): AskedAnswer<DeskAnswer<N>> {
  const { bridge } = useStation();
  const [value, setValue] = useState<DeskAnswer<N> | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [turn, setTurn] = useState(0);
  const key = JSON.stringify(params);
  const ask = useEffectEvent(() => bridge.call(name, params));
  useEffect(() => {
    let wanted = true;
    void ask()
      .then((answer) => {
        if (!wanted) return;
        setFailure(answer.ok ? null : answer.error);
        if (answer.ok) setValue(answer.value);
      })
      .catch(() => {
        if (wanted) setFailure({ code: 'connection_lost', message: 'The desk did not answer.' } as Failure);
      });
    return () => {
      wanted = false;
    };
  }, [name, key, turn]);
  return { value, failure, again: () => setTurn((now) => now + 1), put: setValue };
}
