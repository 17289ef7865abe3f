import { useEffect, useSyncExternalStore } from 'react';
import { useStation } from '../../state/loket-context.ts';

/** The customer's own screen says the same as the guide here: the advice of the moment, or what to do for the camera. */
export function useCue(advice: string | null): void {
  const { bridge, light } = useStation();
  const now = useSyncExternalStore(light.subscribe, light.current);
  const prompt = now.flashing ? now.prompt : null;
  useEffect(() => {
    void bridge.call('counter.cue', { advice, prompt }).catch(() => undefined);
  }, [bridge, advice, prompt]);
}
