import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import type { DeskBridge } from '../../contract/desk/calls.ts';
import type { ScreenLight } from '../flash/screen-light.ts';
import type { LoketState, LoketStore } from './loket-store.ts';

export interface Station {
  readonly store: LoketStore;
  readonly bridge: DeskBridge;
  readonly light: ScreenLight;
}

export const StationContext = createContext<Station | null>(null);

export function useStation(): Station {
  const station = useContext(StationContext);
  if (station === null) throw new Error('StationContext is missing');
  return station;
}

/** One piece of the state; the component renders again only when that piece changes. */
export function useLoket<T>(select: (state: LoketState) => T): T {
  return useStore(useStation().store, select);
}
