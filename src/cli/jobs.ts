/** `loket jobs run`: the daily work, now, for an operator or a timer of the system. */
import { Command } from 'commander';
import { runDailyJob } from '../services/daily-job/run-daily-job.ts';
import { print, withInstallation } from './with-installation.ts';

export function jobsCommand(): Command {
  const jobs = new Command('jobs').description('work that is done once a day');
  jobs
    .command('run')
    .description(
      'expire tiers, retire frames, erase customers whose hold ended, sweep; also when today was done already',
    )
    .requiredOption('--data <dir>', 'data directory of the installation')
    .option('--json', 'one JSON document on stdout')
    .action(run);
  return jobs;
}

async function run(options: { data: string; json?: boolean }): Promise<void> {
  await withInstallation(
    options.data,
    (ctx) => runDailyJob(ctx, { again: true }),
    (report) => {
      const counts = Object.entries(report ?? {}).map(([name, value]) => `${name}  ${value}`);
      const text = report === null ? 'another process is doing it now' : counts.join('\n');
      print({ report }, options.json === true, text);
    },
  );
}
