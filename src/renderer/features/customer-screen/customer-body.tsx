import { CircleAlert, CircleCheck, IdCard, ScanFace } from 'lucide-react';
import type { SignatureInput } from '../../../contract/bundle.ts';
import type { CustomerScreen } from '../../../contract/desk/counter-calls.ts';
import { ktpFieldNames } from '../../../contract/vocabulary.ts';
import { useText } from '../../i18n/messages.ts';
import { Kawung } from '../../ui/kawung.tsx';
import { groupNik } from '../../ui/nik.tsx';
import { Progress } from '../../ui/progress.tsx';
import { SignaturePad } from '../../ui/signature-pad.tsx';
import { ConsentTexts } from '../onboarding/consent-texts.tsx';
import { toPrint } from '../onboarding/field-values.ts';
import { PromptPicture } from '../onboarding/prompt-picture.tsx';

export interface CustomerActs {
  readonly agreed: readonly string[];
  readonly signature: SignatureInput | null;
  readonly onTick: (purpose: string, on: boolean) => void;
  readonly onSign: (signature: SignatureInput | null) => void;
}

function Welcome() {
  const text = useText();
  return (
    <div className="customer-middle">
      <Kawung columns={9} rows={2} className="customer-mark" />
      <h1>{text('customer.welcome')}</h1>
    </div>
  );
}

function Consent({ screen, acts }: { readonly screen: CustomerScreen; readonly acts: CustomerActs }) {
  const text = useText();
  return (
    <div className="stack">
      <h1>{text('customer.consent')}</h1>
      <ConsentTexts texts={screen.consent?.text ?? []} agreed={acts.agreed} onTick={acts.onTick} />
      <h2>{text('customer.sign')}</h2>
      <SignaturePad value={acts.signature} onChange={acts.onSign} mayDecline={false} />
      {acts.signature === null ? null : (
        <p className="lead" role="status" data-testid="customer-signed">
          {text('customer.signed')}
        </p>
      )}
    </div>
  );
}

/** What to do before the camera: one picture and a few words. */
function Camera({ screen, kind }: { readonly screen: CustomerScreen; readonly kind: 'card' | 'selfie' }) {
  const text = useText();
  const Icon = kind === 'card' ? IdCard : ScanFace;
  const { prompt = null, advice = null } = screen.cue ?? {};
  let words = text(`customer.${kind}`);
  if (prompt !== null) words = text(`prompt.${prompt}`);
  else if (advice !== null) words = text.reason(advice);
  return (
    <div className="customer-middle" data-testid="customer-cue">
      {prompt === null ? <Icon size={160} strokeWidth={1.25} aria-hidden="true" /> : <PromptPicture kind={prompt} />}
      <h1 aria-live="polite">{words}</h1>
    </div>
  );
}

function Fields({ screen }: { readonly screen: CustomerScreen }) {
  const text = useText();
  const shown = ktpFieldNames.flatMap((name) => screen.fields.find((field) => field.name === name) ?? []);
  return (
    <div className="stack" tabIndex={0}>
      <h1>{text('customer.fields')}</h1>
      <dl className="customer-fields">
        {shown.map(({ name, value }) => (
          <div key={name}>
            <dt className="muted">{text.word('field', name)}</dt>
            <dd className={name === 'nik' ? 'mono' : undefined}>
              {name === 'nik' ? groupNik(value) : toPrint(name as (typeof ktpFieldNames)[number], value)}
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

/** One word and what comes next. Never why: that is said by a person, politely, and not at all on some grounds. */
function Outcome({ outcome }: { readonly outcome: NonNullable<CustomerScreen['outcome']> }) {
  const text = useText();
  const done = outcome === 'verified';
  const Icon = done ? CircleCheck : CircleAlert;
  return (
    <div className="customer-middle" data-testid="customer-outcome" data-outcome={outcome}>
      <Icon size={160} strokeWidth={1.5} aria-hidden="true" className={done ? 'word-pass' : 'word-review'} />
      <h1>{text(`customer.${outcome}`)}</h1>
      <p className="lead">{text(`customer.${outcome}.next`)}</p>
    </div>
  );
}

/** What concerns the customer at this step, twice the size, with the same names as on the staff's screen. */
export function CustomerBody({ screen, acts }: { readonly screen: CustomerScreen; readonly acts: CustomerActs }) {
  const text = useText();
  switch (screen.step) {
    case null:
      return <Welcome />;
    case 'consent':
      return <Consent screen={screen} acts={acts} />;
    case 'card':
    case 'selfie':
      return <Camera screen={screen} kind={screen.step} />;
    case 'fields':
      return <Fields screen={screen} />;
    case 'deciding':
      return (
        <div className="customer-middle">
          <h1>{text('deciding.title')}</h1>
          <Progress label={text('deciding.now')} value={null} />
        </div>
      );
    case 'result':
      return screen.outcome === null ? <Welcome /> : <Outcome outcome={screen.outcome} />;
  }
}
