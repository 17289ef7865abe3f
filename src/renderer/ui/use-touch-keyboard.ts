import { useEffect } from 'react';
import { useStation } from '../state/loket-context.ts';

/** A finger on a field wants keys on the screen; a mouse or a real keyboard does not. Chosen once, it stays as chosen. */
export function useTouchKeyboard(): void {
  const { store } = useStation();
  useEffect(() => {
    let offered = false;
    const touched = (event: PointerEvent) => {
      if (offered || event.pointerType !== 'touch') return;
      if (!(event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement)) return;
      offered = true;
      store.showKeyboard(true);
    };
    document.addEventListener('pointerdown', touched);
    return () => document.removeEventListener('pointerdown', touched);
  }, [store]);
}
