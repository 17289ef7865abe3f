/** `loket doctor`: what is well, what is not, and what to do. Exit status: 0 green, 1 amber, 2 red. */
import { Command } from 'commander';
import { examine } from '../services/doctor/examine.ts';
import { overall, type Finding } from '../services/doctor/finding.ts';
import { installedModelCheck } from '../services/doctor/installed-models.ts';
import { chooseKeyProvider } from '../vault/key-providers/choose-key-provider.ts';
import { databasePlace } from './database-option.ts';
import { complain, print } from './with-installation.ts';

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('examine an installation, changing nothing; exit 0 green, 1 amber, 2 red')
    .requiredOption('--data <dir>', 'data directory of the installation')
    .option('--json', 'one JSON document on stdout')
    .action(doctor);
}

async function doctor(options: { data: string; json?: boolean }): Promise<void> {
  const place = databasePlace();
  if (!place.ok) return complain(place.error);
  const findings = await examine({
    ...place.value,
    dataDirectory: options.data,
    keyProvider: chooseKeyProvider(),
    clock: () => new Date(),
    models: installedModelCheck,
  });
  const state = overall(findings);
  print({ state, findings }, options.json === true, [...findings.map(inWords), state].join('\n'));
  process.exitCode = { green: 0, amber: 1, red: 2 }[state];
}

function inWords(finding: Finding): string {
  const head = `${finding.state.padEnd(6)} ${finding.check.padEnd(9)} ${finding.message}`;
  return finding.remedy === null ? head : `${head} [${finding.code}]\n       → ${finding.remedy}`;
}
