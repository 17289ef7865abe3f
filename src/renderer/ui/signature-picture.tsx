import type { SignatureInput } from '../../contract/bundle.ts';
import { useText } from '../i18n/messages.ts';

/** Strokes as they were drawn: lines, never a picture that could be copied under something else. */
export function Strokes({ strokes }: { readonly strokes: readonly (readonly number[])[] }) {
  return (
    <>
      <line className="signature-line" x1="40" x2="960" y1="780" y2="780" vectorEffect="non-scaling-stroke" />
      {strokes.map((stroke, index) =>
        stroke.length === 0 ? null : (
          <polyline key={index} points={stroke.join(' ')} vectorEffect="non-scaling-stroke" />
        ),
      )}
    </>
  );
}

/** A signature as it was given, to be looked at. */
export function SignaturePicture({ signature }: { readonly signature: SignatureInput }) {
  const text = useText();
  if (signature.method === 'unable') return <p className="word-review">{text('signature.wasUnable')}</p>;
  if (signature.method === 'typed')
    return (
      <p className="lead" data-testid="signature-typed-name">
        {text('signature.wasTyped', { name: signature.typedName ?? '' })}
      </p>
    );
  return (
    <svg
      className="signature-pad signature-shown"
      viewBox="0 0 1000 1000"
      preserveAspectRatio="none"
      role="img"
      aria-label={text('signature.wasDrawn')}
      data-testid="signature-shown"
      data-strokes={signature.strokes?.length ?? 0}
    >
      <Strokes strokes={signature.strokes ?? []} />
    </svg>
  );
}
