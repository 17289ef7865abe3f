import { Check } from 'lucide-react';
import { Checkbox } from 'react-aria-components';
import type { OnboardingView } from '../../../contract/desk/answers.ts';
import { useText } from '../../i18n/messages.ts';

interface ConsentTextsProps {
  readonly texts: OnboardingView['consent']['text'];
  readonly agreed: readonly string[];
  readonly onTick: (purpose: string, on: boolean) => void;
}

/** One box per purpose, each with its own text; none is ticked beforehand. */
export function ConsentTexts({ texts, agreed, onTick }: ConsentTextsProps) {
  const text = useText();
  return (
    <>
      {texts.map((item) => (
        <Checkbox
          key={item.purpose}
          className="check"
          isSelected={agreed.includes(item.purpose)}
          onChange={(on) => onTick(item.purpose, on)}
          data-testid={`consent-${item.purpose}`}
        >
          <span className="check-box" aria-hidden="true">
            <Check size={22} strokeWidth={3} />
          </span>
          <span className="lead">
            {item[text.language]}{' '}
            <span className="small muted">{text(item.required ? 'consent.required' : 'consent.optional')}</span>
          </span>
        </Checkbox>
      ))}
    </>
  );
}
