/**
 * What the screen shows as a light source, now. The capture run writes it; the overlay paints it; the simulated camera
 * reads it, so that a simulated face is lit by the challenge that is really on the screen.
 */
import type { PromptKind } from '../../contract/vocabulary.ts';

/** The capture stage itself: nearly black, so that it does not light the subject. */
export const stageColor = '#0E1413';
/** Behind prompts and after the flash: an even, soft white. */
export const neutralColor = '#F2F0EA';

export interface LightNow {
  /** `#RRGGBB`. */
  readonly color: string;
  readonly prompt: PromptKind | null;
  /** True while a capture run owns the whole screen. */
  readonly flashing: boolean;
  /** Length of the whole run, for the ring; 0 when none runs. */
  readonly totalMs: number;
}

export interface ScreenLight {
  current(): LightNow;
  show(light: LightNow): void;
  dark(): void;
  subscribe(listener: (light: LightNow) => void): () => void;
}

const dark: LightNow = { color: stageColor, prompt: null, flashing: false, totalMs: 0 };

export function createScreenLight(): ScreenLight {
  let now = dark;
  const listeners = new Set<(light: LightNow) => void>();
  const show = (light: LightNow) => {
    now = light;
    for (const listener of listeners) listener(light);
  };
  return {
    current: () => now,
    show,
    dark: () => show(dark),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
