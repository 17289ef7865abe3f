import { Eraser, Keyboard, PenLine, UserRoundX } from 'lucide-react';
import { useRef, useState, type PointerEvent } from 'react';
import type { SignatureInput } from '../../contract/bundle.ts';
import { useText } from '../i18n/messages.ts';
import { Button } from './button.tsx';
import { Notice } from './notice.tsx';
import { Strokes } from './signature-picture.tsx';
import { TabSet } from './tab-set.tsx';
import { TextInput } from './text-input.tsx';

interface SignaturePadProps {
  /** Null while nothing has been signed. Kept by whoever shows the pad, so that it goes with the step. */
  readonly value: SignatureInput | null;
  readonly onChange: (value: SignatureInput | null) => void;
  /** The staff may say that somebody cannot sign; the customer alone may not. */
  readonly mayDecline: boolean;
}

type Lines = readonly (readonly number[])[];
type Method = SignatureInput['method'];

/** As the contract allows. */
const mostStrokes = 60;
const mostNumbers = 2000;

/** Where the pen is, in thousandths of the pad. */
function place(event: PointerEvent<SVGSVGElement>): readonly [number, number] {
  const box = event.currentTarget.getBoundingClientRect();
  const share = (part: number, whole: number) => Math.round(1000 * Math.min(1, Math.max(0, part / Math.max(1, whole))));
  return [share(event.clientX - box.left, box.width), share(event.clientY - box.top, box.height)];
}

/** Pen, finger or mouse. Lines only: there is no picture that could be saved by a right click. */
function Pad({ strokes, onChange }: { readonly strokes: Lines; readonly onChange: (strokes: Lines) => void }) {
  const text = useText();
  const drawing = useRef<number[] | null>(null);
  const [live, setLive] = useState<readonly number[]>([]);
  const begin = (event: PointerEvent<SVGSVGElement>) => {
    if (strokes.length >= mostStrokes) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    drawing.current = [...place(event)];
    setLive(drawing.current);
  };
  const go = (event: PointerEvent<SVGSVGElement>) => {
    if (drawing.current === null || drawing.current.length >= mostNumbers) return;
    drawing.current = [...drawing.current, ...place(event)];
    setLive(drawing.current);
  };
  const end = () => {
    const stroke = drawing.current;
    drawing.current = null;
    setLive([]);
    if (stroke !== null) onChange([...strokes, stroke]);
  };
  const empty = strokes.length === 0 && live.length === 0;
  return (
    <div className="signature">
      <svg
        className="signature-pad"
        viewBox="0 0 1000 1000"
        preserveAspectRatio="none"
        role="img"
        aria-label={text(empty ? 'signature.empty' : 'signature.there')}
        data-testid="signature-pad"
        data-strokes={strokes.length}
        onPointerDown={begin}
        onPointerMove={go}
        onPointerUp={end}
        onPointerCancel={end}
      >
        <Strokes strokes={[...strokes, live]} />
      </svg>
      {empty ? <span className="signature-hint muted">{text('signature.hint')}</span> : null}
      <Button
        kind="quiet"
        icon={<Eraser size={20} aria-hidden="true" />}
        onPress={() => onChange([])}
        disabled={empty}
        testId="signature-clear"
      >
        {text('signature.clear')}
      </Button>
    </div>
  );
}

/** The customer's signature: drawn, or his name typed where no hand can draw; the staff may say that he cannot. */
export function SignaturePad({ value, onChange, mayDecline }: SignaturePadProps) {
  const text = useText();
  const [method, setMethod] = useState<Method>(value?.method ?? 'drawn');
  const strokes = value?.strokes ?? [];
  const name = value?.typedName ?? '';
  const choose = (next: Method) => {
    if (next === method) return;
    setMethod(next);
    onChange(next === 'unable' ? { method: 'unable' } : null);
  };
  const tabs = [
    {
      id: 'drawn' as const,
      title: (
        <>
          <PenLine size={20} aria-hidden="true" /> {text('signature.draw')}
        </>
      ),
      content: (
        <Pad
          strokes={strokes}
          onChange={(next) =>
            onChange(next.length === 0 ? null : { method: 'drawn', strokes: next.map((stroke) => [...stroke]) })
          }
        />
      ),
    },
    {
      id: 'typed' as const,
      title: (
        <>
          <Keyboard size={20} aria-hidden="true" /> {text('signature.type')}
        </>
      ),
      content: (
        <TextInput
          label={text('signature.name')}
          hint={text('signature.nameHint')}
          value={name}
          maxLength={100}
          onChange={(typed) =>
            onChange(typed.trim() === '' ? null : { method: 'typed', typedName: typed.toUpperCase() })
          }
          testId="signature-name"
        />
      ),
    },
    {
      id: 'unable' as const,
      title: (
        <>
          <UserRoundX size={20} aria-hidden="true" /> {text('signature.unable')}
        </>
      ),
      content: <Notice tone="review">{text('signature.unableWhat')}</Notice>,
    },
  ];
  return (
    <section className="stack-tight" aria-label={text('signature.title')}>
      <TabSet
        label={text('signature.title')}
        tabs={mayDecline ? tabs : tabs.filter(({ id }) => id !== 'unable')}
        selected={method}
        onSelect={choose}
        testId="signature"
      />
    </section>
  );
}

/** Enough to go on with; the desk judges again. */
export function isSigned(value: SignatureInput | null): boolean {
  if (value === null) return false;
  if (value.method === 'unable') return true;
  if (value.method === 'typed') return (value.typedName ?? '').trim().length >= 2;
  return (value.strokes ?? []).reduce((sum, stroke) => sum + stroke.length / 2, 0) >= 8;
}
