import { useText } from '../i18n/messages.ts';

interface SelectProps<T extends string> {
  readonly label: string;
  readonly value: T | '';
  readonly options: readonly { readonly value: T; readonly label: string }[];
  readonly onChange: (value: T) => void;
  /** Shown while nothing is chosen; absent: something always is. */
  readonly placeholder?: string;
  readonly disabled?: boolean;
  readonly testId?: string;
}

/** One of a list. The browser's own control: known to every screen reader, and its list is large enough for a finger. */
export function Select<T extends string>(props: SelectProps<T>) {
  const text = useText();
  const { label, value, options, onChange, placeholder, disabled = false, testId } = props;
  return (
    <label className="field">
      <span className="small muted">{label}</span>
      <select
        className="select"
        value={value}
        disabled={disabled}
        lang={text.language}
        onChange={(event) => onChange(event.target.value as T)}
        data-testid={testId}
      >
        {placeholder === undefined ? null : <option value="">{placeholder}</option>}
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </label>
  );
}
