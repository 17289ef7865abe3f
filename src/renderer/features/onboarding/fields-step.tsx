import { Pencil, ScanLine, Undo2 } from 'lucide-react';
import { useState } from 'react';
import type { FieldView, NikView, OnboardingView } from '../../../contract/desk/answers.ts';
import type { Box } from '../../../contract/facts.ts';
import type { Reason } from '../../../contract/reasons.ts';
import type { KtpFieldName } from '../../../contract/vocabulary.ts';
import { useText } from '../../i18n/messages.ts';
import { useLoket, useStation } from '../../state/loket-context.ts';
import { BytesImage } from '../../ui/bytes-image.tsx';
import { Button } from '../../ui/button.tsx';
import { DecodedNik } from '../../ui/decoded-nik.tsx';
import { Badge, Notice } from '../../ui/notice.tsx';
import { groupNik } from '../../ui/nik.tsx';
import { TextInput } from '../../ui/text-input.tsx';
import { TurnScreen } from '../customer-screen/turned-screen.tsx';
import { Advice } from './advice.tsx';
import { FieldCrop, useCardBitmap } from './field-crop.tsx';
import {
  allFields,
  confirmedValues,
  fieldOrigin,
  fieldProblem,
  initialTexts,
  type FieldOrigin,
} from './field-values.ts';
import { StepFrame } from './step-frame.tsx';

type Card = NonNullable<OnboardingView['card']>;

/** The straightened card; the field at hand is lit on it. */
function CardPicture({ card, lit }: { readonly card: Card; readonly lit: Box | null }) {
  const text = useText();
  if (card.image === null) return <Notice>{text('fields.noPicture')}</Notice>;
  return (
    <div className="card-picture">
      <BytesImage bytes={card.image} alt={text('fields.cardPicture')} />
      {lit === null ? null : (
        <svg
          className="card-light"
          viewBox="0 0 1 1"
          preserveAspectRatio="none"
          aria-hidden="true"
          data-testid="field-light"
        >
          <rect
            x={lit.x - 0.006}
            y={lit.y - 0.008}
            width={lit.width + 0.012}
            height={lit.height + 0.016}
            vectorEffect="non-scaling-stroke"
          />
        </svg>
      )}
    </div>
  );
}

/** How the value came to stand there: read with which confidence, by a scanner, or by hand. */
function OriginMark({ origin, confidence }: { readonly origin: FieldOrigin; readonly confidence: number }) {
  const text = useText();
  const percent = text.number(Math.round(confidence * 100));
  const marks = {
    read: <Badge tone="pass">{text('fields.sure', { percent })}</Badge>,
    unsure: <Badge tone="review">{text('fields.sure', { percent })}</Badge>,
    unread: <Badge tone="review">{text('fields.nothingRead')}</Badge>,
    scanner: (
      <Badge tone="review" icon={<ScanLine size={16} aria-hidden="true" />}>
        {text('fields.fromScanner')}
      </Badge>
    ),
    typed: <Badge icon={<Pencil size={16} aria-hidden="true" />}>{text('fields.byHand')}</Badge>,
  } as const;
  return marks[origin];
}

interface FieldRowProps {
  readonly field: FieldView;
  readonly card: ImageBitmap | null;
  readonly value: string;
  readonly typedByHand: boolean;
  readonly showProblem: boolean;
  readonly onChange: (value: string) => void;
  readonly onLight: (box: Box | null) => void;
}

function FieldRow({ field, card, value, typedByHand, showProblem, onChange, onLight }: FieldRowProps) {
  const text = useText();
  const label = text(`field.${field.name}`);
  const problem = fieldProblem(field.name, value);
  const origin = fieldOrigin(field, value, typedByHand);
  const unsure = field.uncertain && !typedByHand;
  const date = field.name === 'birthDate' || field.name === 'validUntil';
  let hint = date && field.name === 'birthDate' ? text('fields.dateHint') : undefined;
  if (unsure) hint = text(field.value === '' ? 'fields.unread' : 'fields.unsure');
  if (field.prefilled === true) hint = text('fields.prefilled');
  return (
    <div
      className={unsure ? 'field-row field-unsure' : 'field-row'}
      data-uncertain={unsure}
      data-origin={origin}
      data-testid={`field-row-${field.name}`}
      onMouseEnter={() => onLight(field.box)}
      onMouseLeave={() => onLight(null)}
    >
      <TextInput
        label={label}
        value={field.name === 'nik' ? groupNik(value.replaceAll(/\D/g, '')) : value}
        mark={<OriginMark origin={origin} confidence={field.confidence} />}
        beside={card === null || field.box === null ? null : <FieldCrop card={card} box={field.box} label={label} />}
        onChange={onChange}
        mono={field.name === 'nik'}
        inputMode={field.name === 'nik' ? 'numeric' : 'text'}
        maxLength={field.name === 'nik' ? 18 : 200}
        error={
          problem !== null && (showProblem || (value !== '' && field.name !== 'nik'))
            ? text(`fields.problem.${problem}`)
            : null
        }
        {...(hint === undefined ? {} : { hint })}
        onFocus={() => onLight(field.box)}
        onBlur={() => onLight(null)}
        testId={`field-${field.name}`}
      />
    </div>
  );
}

/** What the card says about its own NIK, decoded again as soon as sixteen digits stand there. */
function useLiveNik(initial: NikView | null) {
  const { bridge } = useStation();
  const [nik, setNik] = useState<NikView | null>(initial);
  const [known, setKnown] = useState<string | null>(null);
  const look = async (digits: string) => {
    const answer = await bridge.call('onboarding.lookup', { nik: digits }).catch(() => null);
    if (answer?.ok !== true) return;
    setNik(answer.value.nik);
    setKnown(answer.value.customer?.fullName ?? null);
  };
  const change = (text: string) => {
    const digits = text.replaceAll(/\D/g, '');
    if (digits === nik?.nik) return;
    setNik(null);
    setKnown(null);
    if (digits.length === 16) void look(digits);
  };
  return { nik, known, change };
}

function useFieldsForm(card: Card) {
  const [texts, setTexts] = useState(() => initialTexts(card.fields));
  const [tried, setTried] = useState(false);
  const [lit, setLit] = useState<Box | null>(null);
  const fields = allFields(card.fields);
  const valid = fields.every(({ name }) => fieldProblem(name, texts[name]) === null);
  const set = (name: KtpFieldName, value: string) => setTexts((now) => ({ ...now, [name]: value }));
  const unsure = card.typedByHand ? [] : fields.filter((field) => field.uncertain);
  return {
    texts,
    set,
    tried,
    setTried,
    lit,
    setLit,
    valid,
    unsure,
    rest: fields.filter((field) => !unsure.includes(field)),
  };
}

/** Only what can be settled here, by comparing and typing; doubts about the card itself belong to the result. */
function adviceHere(view: OnboardingView, card: Card): readonly Reason[] {
  const decoded = new Set((card.nik?.reasons ?? []).map(({ code }) => code));
  const aboutFields = ({ code, field }: Reason) => field !== undefined || /^(nik|field|ocr)_/.test(code);
  return [...view.advice, ...card.reasons].filter((reason) => aboutFields(reason) && !decoded.has(reason.code));
}

export function FieldsStep({ view, card }: { readonly view: OnboardingView; readonly card: Card }) {
  const text = useText();
  const { store } = useStation();
  const busy = useLoket((state) => state.busy !== null);
  const form = useFieldsForm(card);
  const live = useLiveNik(card.nik);
  const bitmap = useCardBitmap(card.image);
  const confirm = () => {
    form.setTried(true);
    if (form.valid) void store.onboard('onboarding.confirmFields', { fields: confirmedValues(form.texts) });
  };
  const row = (field: FieldView) => (
    <FieldRow
      key={field.name}
      field={field}
      card={bitmap}
      value={form.texts[field.name]}
      typedByHand={card.typedByHand}
      showProblem={form.tried}
      onChange={(value) => {
        form.set(field.name, value);
        if (field.name === 'nik') live.change(value);
      }}
      onLight={form.setLit}
    />
  );
  return (
    <StepFrame
      step="fields"
      testId="step-fields"
      turn={
        <TurnScreen
          screen={{
            step: 'fields',
            fields: Object.entries(confirmedValues(form.texts)).map(([name, value]) => ({ name, value })),
          }}
        />
      }
      actions={
        <>
          <Button
            icon={<Undo2 size={20} aria-hidden="true" />}
            onPress={() => void store.onboard('onboarding.retake', { step: 'card' })}
            disabled={busy}
            testId="retake-card"
          >
            {text('capture.retakeCard')}
          </Button>
          <Button kind="primary" onPress={confirm} disabled={busy} testId="confirm-fields">
            {text('fields.confirm')}
          </Button>
        </>
      }
    >
      <div className="fields-layout">
        <div className="stack fields-card">
          <h1>{text(card.typedByHand ? 'fields.typeTitle' : 'fields.title')}</h1>
          <CardPicture card={card} lit={form.lit} />
          {live.nik === null ? null : <DecodedNik nik={live.nik} />}
          {view.existingCustomer || live.known !== null ? (
            <Notice tone="pass" testId="existing-customer">
              {text('fields.existing', { name: live.known ?? view.customerName ?? '' })}
            </Notice>
          ) : null}
          <Advice reasons={adviceHere(view, card)} />
        </div>
        <div className="stack fields-form">
          {form.unsure.length > 0 ? (
            <section className="stack-tight" data-testid="uncertain-fields">
              <h2 className="word-review">{text('fields.checkFirst', { count: form.unsure.length })}</h2>
              <div className="fields-grid">{form.unsure.map(row)}</div>
            </section>
          ) : null}
          <section className="stack-tight">
            <h2>{text(card.typedByHand ? 'fields.fromCard' : 'fields.clear')}</h2>
            <div className="fields-grid">{form.rest.map(row)}</div>
          </section>
        </div>
      </div>
    </StepFrame>
  );
}
