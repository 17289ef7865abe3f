import { Check, Minus, TriangleAlert, X } from 'lucide-react';
import type { GateView } from '../../contract/desk/answers.ts';
import { useText } from '../i18n/messages.ts';
import type { Tone } from './notice.tsx';

export const gateTone: Readonly<Record<GateView['state'], Tone>> = {
  pass: 'pass',
  review: 'review',
  fail: 'stop',
  missing: 'plain',
};
const marks = { pass: Check, review: TriangleAlert, fail: X, missing: Minus } as const;

/** Values come as 0–1 (similarity) or 0–100 (score); the bar takes either. */
export function gateShare(
  value: number,
  threshold: number | null,
): { readonly value: number; readonly threshold: number | null } {
  const full = Math.max(value, threshold ?? 0) > 1 ? 100 : 1;
  const share = (number: number) => Math.min(1, Math.max(0, number / full));
  return { value: share(value), threshold: threshold === null ? null : share(threshold) };
}

function Bar({ gate }: { readonly gate: GateView }) {
  if (gate.value === null) return <span className="gate-bar gate-bar-empty" />;
  const share = gateShare(gate.value, gate.threshold);
  return (
    <svg
      className={`gate-bar word-${gateTone[gate.state]}`}
      viewBox="0 0 200 16"
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <rect x="0" y="5" width="200" height="6" rx="3" fill="var(--track)" />
      <rect x="0" y="5" width={200 * share.value} height="6" rx="3" fill="currentColor" />
      {share.threshold === null ? null : (
        <rect x={200 * share.threshold - 1} y="0" width="2" height="16" fill="var(--ink)" />
      )}
    </svg>
  );
}

/** The gates as quiet rows: name, bar with threshold tick, value, state; reasons in words beneath. */
export function Gates({ gates }: { readonly gates: readonly GateView[] }) {
  const text = useText();
  // What a person overruled still says why he had to.
  const silent = (gate: GateView) => (gate.state === 'pass' && gate.byPerson !== true) || gate.reasons.length === 0;
  const shown = (value: number) => (value > 1 ? text.number(value) : text.number(value, 2));
  return (
    <ul className="gates">
      {gates.map((gate) => {
        const Mark = marks[gate.state];
        return (
          <li key={gate.gate} className="gate" data-testid={`gate-${gate.gate}`} data-state={gate.state}>
            <span className="gate-name">{text(`gate.${gate.gate}`)}</span>
            <Bar gate={gate} />
            <span className="gate-value">
              {gate.value === null ? text('gate.noValue') : shown(gate.value)}
              {gate.value !== null && gate.threshold !== null ? (
                <span className="muted small"> {text('gate.needs', { threshold: shown(gate.threshold) })}</span>
              ) : null}
            </span>
            <span className={`gate-state word-${gateTone[gate.state]}`}>
              <Mark size={20} aria-hidden="true" />
              {text(gate.byPerson === true ? `gateState.${gate.state}.byPerson` : `gateState.${gate.state}`)}
            </span>
            <p className="gate-plain muted">{text(`gatePlain.${gate.gate}.${gate.state}`)}</p>
            {silent(gate) ? null : (
              <ul className="gate-reasons muted">
                {[...new Set(gate.reasons.map((reason) => reason.code))].map((code) => (
                  <li key={code}>{text.reason(code)}</li>
                ))}
              </ul>
            )}
          </li>
        );
      })}
    </ul>
  );
}
