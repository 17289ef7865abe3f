import type { Reason } from '../../../contract/reasons.ts';
import { useText } from '../../i18n/messages.ts';
import { Notice } from '../../ui/notice.tsx';

/** What the last attempt lacked, each sentence once. */
export function Advice({ reasons }: { readonly reasons: readonly Reason[] }) {
  const text = useText();
  const codes = [...new Set(reasons.map((reason) => reason.code))];
  if (codes.length === 0) return null;
  return (
    <div className="stack-tight" role="status" data-testid="advice">
      {codes.map((code) => (
        <Notice key={code} tone="review">
          {text.reason(code)}
        </Notice>
      ))}
    </div>
  );
}
