import { Check } from 'lucide-react';
import { Checkbox } from 'react-aria-components';

interface TickProps {
  readonly label: string;
  readonly hint?: string;
  readonly on: boolean;
  readonly disabled?: boolean;
  readonly onChange: (on: boolean) => void;
  readonly testId?: string;
}

/** A setting that is on or off; the whole row is the target. */
export function Tick({ label, hint, on, disabled = false, onChange, testId }: TickProps) {
  return (
    <Checkbox
      className="check"
      isSelected={on}
      isDisabled={disabled}
      onChange={onChange}
      {...(testId === undefined ? {} : { 'data-testid': testId })}
    >
      <span className="check-box">
        <Check size={22} aria-hidden="true" />
      </span>
      <span>
        {label}
        {hint === undefined ? null : <small className="field-hint">{hint}</small>}
      </span>
    </Checkbox>
  );
}
