/** The keys of the review desk. They open and move; none of them decides. */
import { useEffect, useEffectEvent } from 'react';

export type ReviewAct =
  'next' | 'previous' | 'open' | 'mark' | 'take' | 'approve' | 'reject' | 'escalate' | 'close' | 'help';

export const reviewKeys: readonly { readonly act: ReviewAct; readonly keys: readonly string[] }[] = [
  { act: 'next', keys: ['j', '↓'] },
  { act: 'previous', keys: ['k', '↑'] },
  { act: 'open', keys: ['o', 'Enter'] },
  { act: 'mark', keys: ['x'] },
  { act: 'take', keys: ['t'] },
  { act: 'approve', keys: ['a'] },
  { act: 'reject', keys: ['r'] },
  { act: 'escalate', keys: ['e'] },
  { act: 'close', keys: ['Esc'] },
  { act: 'help', keys: ['?'] },
];

const named: Readonly<Record<string, string>> = { ArrowDown: '↓', ArrowUp: '↑', Escape: 'Esc' };

interface Pressed {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/** What a key means here; null where somebody is typing, choosing, or already in a dialog. `at`: the focused element. */
export function actOf(event: Pressed, at: Element | null): ReviewAct | null {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  if (at?.closest('input:not([type="checkbox"]), textarea, select, [role="dialog"], [role="alertdialog"]')) return null;
  const key = named[event.key] ?? event.key;
  const act = reviewKeys.find(({ keys }) => keys.includes(key))?.act ?? null;
  // A button, tab or scrolling pane keeps the keys that mean something to it.
  if (act === 'open' && key === 'Enter' && at?.closest('button, a, summary')) return null;
  const arrow = key === '↓' || key === '↑';
  return arrow && at?.closest('[role="tab"], [data-keeps-arrows]') ? null : act;
}

export function useReviewKeys(on: boolean, act: (act: ReviewAct) => void): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    const found = actOf(event, document.activeElement);
    if (found === null || document.querySelector('[role="dialog"], [role="alertdialog"]') !== null) return;
    event.preventDefault();
    act(found);
  });
  useEffect(() => {
    if (!on) return undefined;
    const listener = (event: KeyboardEvent) => onKey(event);
    document.addEventListener('keydown', listener);
    return () => document.removeEventListener('keydown', listener);
  }, [on]);
}
