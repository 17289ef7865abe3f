import type { PromptKind } from '../../../contract/vocabulary.ts';

const head = <path d="M100 22c38 0 60 28 60 70 0 46-26 86-60 86s-60-40-60-86c0-42 22-70 60-70Z" />;

/** Our own drawings. The picture is a mirror: an arrow to the left means the customer's left as he sees himself. */
export function PromptPicture({ kind }: { readonly kind: PromptKind }) {
  return (
    <svg
      className="prompt-picture"
      viewBox="-70 0 340 200"
      fill="none"
      stroke="currentColor"
      strokeWidth="7"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {head}
      {kind === 'turn_left' || kind === 'turn_right' ? (
        <g transform={kind === 'turn_right' ? 'translate(200 0) scale(-1 1)' : undefined}>
          <path d="M70 86v6M104 86v6M78 100l-16 24h14M66 150h30" />
          <path d="M20 100h-70m26-26-26 26 26 26" strokeWidth="10" />
        </g>
      ) : null}
      {kind === 'blink' ? (
        <path d="M60 92q14 12 28 0M112 92q14 12 28 0M66 104l-4 8M74 107v8M126 107v8M134 104l4 8M100 104v24h-8M80 148h40" />
      ) : null}
      {kind === 'smile' ? <path d="M74 86v6M126 86v6M100 98v22h-8M66 138q34 34 68 0q-34 10-68 0Z" /> : null}
    </svg>
  );
}
