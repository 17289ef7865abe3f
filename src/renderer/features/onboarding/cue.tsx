import { useEffect, useSyncExternalStore } from 'react';
import { useStation } from '../../state/loket-context.ts';

/**
 * The customer's own screen says the same as the guide here: the advice of the moment, or what to do for the camera. Apart, so
 * that a change of the light draws nothing else anew while frames are taken.
 */
export function Cue({ advice }: { readonly advice: string | null }) {
  const { bridge, light } = useStation();
  const now = useSyncExternalStore(light.subscribe, light.current);
  const prompt = now.flashing ? now.prompt : null;
  useEffect(() => {
    void bridge.call('counter.cue', { advice, prompt }).catch(() => undefined);
  }, [bridge, advice, prompt]);
  return null;
}
