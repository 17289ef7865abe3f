import { ArrowBigUp, CornerDownLeft, Delete, X } from 'lucide-react';
import { useEffect, useState, type ReactNode } from 'react';
import { useText } from '../i18n/messages.ts';

type Field = HTMLInputElement | HTMLTextAreaElement;

const letters = ['1234567890', 'qwertyuiop', 'asdfghjkl', "zxcvbnm'-"] as const;
const signs = ['@', '.', ',', '/', '_', '!', '?', '#'] as const;
const digits = ['123', '456', '789', '0'] as const;
const typed = new Set(['text', 'email', 'password', 'search', 'tel', 'url', 'number']);

function fieldOf(target: EventTarget | null): Field | null {
  if (target instanceof HTMLTextAreaElement) return target;
  return target instanceof HTMLInputElement && typed.has(target.type) && !target.readOnly ? target : null;
}

/** Writes as a key would: through the element's own setter, so that whoever watches the field hears of it. */
function write(field: Field, change: (value: string, from: number, to: number) => readonly [string, number]): void {
  const kind = field instanceof HTMLTextAreaElement ? HTMLTextAreaElement : HTMLInputElement;
  const set = Object.getOwnPropertyDescriptor(kind.prototype, 'value')?.set;
  // Fields for addresses do not tell where the caret is.
  const end = field.value.length;
  const [value, caret] = change(field.value, field.selectionStart ?? end, field.selectionEnd ?? end);
  if (field.maxLength >= 0 && value.length > field.maxLength) return;
  set?.call(field, value);
  field.dispatchEvent(new InputEvent('input', { bubbles: true }));
  if (field.selectionStart !== null) field.setSelectionRange(caret, caret);
}

const insert = (field: Field, text: string) =>
  write(field, (value, from, to) => [value.slice(0, from) + text + value.slice(to), from + text.length]);
const rubOut = (field: Field) =>
  write(field, (value, from, to) => {
    const start = from === to ? Math.max(0, from - 1) : from;
    return [value.slice(0, start) + value.slice(to), start];
  });

interface KeyProps {
  readonly children: ReactNode;
  readonly label?: string;
  readonly wide?: boolean;
  readonly pressed?: boolean;
  readonly onPress: () => void;
}

/** The field keeps the focus: a key never takes it. */
function Key({ children, label, wide = false, pressed, onPress }: KeyProps) {
  return (
    <button
      type="button"
      tabIndex={-1}
      className={wide ? 'key key-wide' : 'key'}
      aria-label={label}
      aria-pressed={pressed}
      onPointerDown={(event) => event.preventDefault()}
      onMouseDown={(event) => event.preventDefault()}
      onClick={onPress}
    >
      {children}
    </button>
  );
}

/**
 * Where the finger is: the field at hand, as long as it is one that can be typed in. A finger on a button takes the focus while
 * it is still down; the keys stay until it is lifted, else the button would move away from under it.
 */
function useField(): Field | null {
  const [field, setField] = useState<Field | null>(() => fieldOf(document.activeElement));
  useEffect(() => {
    let down = false;
    const settle = () => setField(fieldOf(document.activeElement));
    const taken = () => {
      if (!down || fieldOf(document.activeElement) !== null) settle();
    };
    const left = () => {
      if (!down) setTimeout(settle, 0);
    };
    const press = () => void (down = true);
    const lift = () => {
      down = false;
      // After the click that the lifted finger makes.
      setTimeout(settle, 0);
    };
    const listeners = { focusin: taken, focusout: left, pointerdown: press, pointerup: lift, pointercancel: lift };
    for (const [name, listener] of Object.entries(listeners)) document.addEventListener(name, listener, true);
    return () => {
      for (const [name, listener] of Object.entries(listeners)) document.removeEventListener(name, listener, true);
    };
  }, []);
  return field;
}

/** Letters, or a pad of digits where a field wants nothing else. Shown while it is switched on and a field is at hand. */
export function TouchKeyboard({ onClose }: { readonly onClose: () => void }) {
  const text = useText();
  const field = useField();
  const [upper, setUpper] = useState(true);
  useEffect(() => {
    document.documentElement.dataset.keyboard = field === null ? 'away' : 'shown';
    field?.scrollIntoView({ block: 'center' });
    return () => void delete document.documentElement.dataset.keyboard;
  }, [field]);
  if (field === null) return null;
  const pad = field.inputMode === 'numeric';
  // Passwords and addresses are not written in capitals.
  const capital = upper && field.type !== 'password' && field.type !== 'email';
  const shown = (key: string) => (capital ? key.toUpperCase() : key);
  const rows = pad ? digits : letters;
  return (
    <div
      className={pad ? 'keyboard keyboard-pad' : 'keyboard'}
      role="group"
      aria-label={text('keyboard.title')}
      data-testid="touch-keyboard"
    >
      {rows.map((row) => (
        <div key={row} className="key-row">
          {[...row].map((key) => (
            <Key key={key} onPress={() => insert(field, shown(key))}>
              {shown(key)}
            </Key>
          ))}
          {pad && row === '0' ? (
            <>
              <Key label={text('keyboard.delete')} onPress={() => rubOut(field)}>
                <Delete size={26} aria-hidden="true" />
              </Key>
              <Key label={text('keyboard.close')} onPress={onClose}>
                <X size={26} aria-hidden="true" />
              </Key>
            </>
          ) : null}
        </div>
      ))}
      {pad ? null : (
        <div className="key-row">
          <Key label={text('keyboard.shift')} pressed={capital} onPress={() => setUpper(!upper)}>
            <ArrowBigUp size={26} aria-hidden="true" />
          </Key>
          {signs.map((sign) => (
            <Key key={sign} onPress={() => insert(field, sign)}>
              {sign}
            </Key>
          ))}
          <Key wide label={text('keyboard.space')} onPress={() => insert(field, ' ')}>
            {text('keyboard.space')}
          </Key>
          <Key label={text('keyboard.delete')} onPress={() => rubOut(field)}>
            <Delete size={26} aria-hidden="true" />
          </Key>
          <Key label={text('keyboard.enter')} onPress={() => field.form?.requestSubmit()}>
            <CornerDownLeft size={26} aria-hidden="true" />
          </Key>
          <Key label={text('keyboard.close')} onPress={onClose}>
            <X size={26} aria-hidden="true" />
          </Key>
        </div>
      )}
    </div>
  );
}
