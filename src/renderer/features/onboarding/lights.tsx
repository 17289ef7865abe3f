import { Check, Minus, X } from 'lucide-react';
import type { CoachAnswer } from '../../../contract/desk/answers.ts';
import { useText } from '../../i18n/messages.ts';

/** Three lights: sharp, bright, placed. A word and a mark, never colour alone. */
export function Lights({ answer, scene }: { readonly answer: CoachAnswer | null; readonly scene: 'card' | 'face' }) {
  const text = useText();
  return (
    <ul className="lights">
      {(['sharp', 'bright', 'placed'] as const).map((light) => {
        const good = answer?.lights[light] ?? false;
        const Mark = answer === null ? Minus : good ? Check : X;
        return (
          <li key={light} className={good ? 'light word-pass' : 'light'} data-testid={`light-${light}`} data-on={good}>
            <Mark size={20} aria-hidden="true" />
            {text(light === 'placed' ? `light.placed.${scene}` : `light.${light}`)}
            <span className="hidden-text">{text(good ? 'light.good' : 'light.notYet')}</span>
          </li>
        );
      })}
    </ul>
  );
}
