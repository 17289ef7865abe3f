import { useState } from 'react';
import type { DeskCallName, DeskParams } from '../../contract/desk/calls.ts';
import { useStation } from '../state/loket-context.ts';
import { saveAs } from './save-as.ts';

/** The calls whose answer is a text to take away. */
type TextCall = 'counter.dayCsv' | 'review.minutes';

/** Saves a text: by the browser, or by the desk where the page may not save. Answers where, once known. */
export function useTakenText<N extends TextCall & DeskCallName>(name: N) {
  const { store, bridge } = useStation();
  const [place, setPlace] = useState<string | null>(null);
  const take = async (params: Omit<DeskParams<N>, 'to'>) => {
    const to = bridge.shell === 'electron' ? 'desk' : 'page';
    const answer = await store.run<TextCall>(name, { ...params, to } as DeskParams<N>);
    if (!answer.ok) return;
    const { fileName, text, savedAs } = answer.value;
    if (text !== null) saveAs(fileName, [text]);
    setPlace(savedAs ?? fileName);
  };
  return { take, place };
}
