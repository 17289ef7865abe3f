import type { FleetRow } from '../../../contract/desk/fleet-calls.ts';
import { useText, type Text } from '../../i18n/messages.ts';

type Finding = FleetRow['findings'][number];

const days = (ms: number | undefined): number => Math.floor((ms ?? 0) / 86_400_000);
const hours = (ms: number | undefined): number => Math.floor((ms ?? 0) / 3_600_000);

/** One finding in words: what it is, how much, and of what. */
export function findingText(text: Text, { code, value, about }: Finding): string {
  const name = code === 'fleet_problem' ? text.word('fleet.problem', about ?? '') : (about ?? '');
  return text(`fleet.finding.${code}`, {
    name,
    days: days(value),
    hours: hours(value),
    minutes: Math.round((value ?? 0) / 60_000),
    megabytes: Math.round((value ?? 0) / 1_048_576),
    count: value ?? 0,
  });
}

/** What is wrong with a desk, worst first. */
export function Findings({ findings }: { readonly findings: readonly Finding[] }) {
  const text = useText();
  if (findings.length === 0) return null;
  const sorted = [...findings].sort((a, b) => (a.level === b.level ? 0 : a.level === 'red' ? -1 : 1));
  return (
    <ul className="plain-list small">
      {sorted.map((finding) => (
        <li key={`${finding.code} ${finding.about ?? ''}`}>{findingText(text, finding)}</li>
      ))}
    </ul>
  );
}
