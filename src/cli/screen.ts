/** `loket screen NAME`: one name against the lists in force. Exit status 0 clear, 1 hits (or no list), 2 unusable. */
import { Command, Option } from 'commander';
import { ok } from '../contract/result.ts';
import {
  subjectTypes,
  type RelatedParty,
  type ScreeningAnswer,
  type ScreeningHit,
  type SubjectType,
} from '../contract/screening.ts';
import { recordAudit } from '../services/record-audit.ts';
import { screenName } from '../services/screening/screen-name.ts';
import { operatorOf, print, withInstallation } from './with-installation.ts';

interface Options {
  readonly data: string;
  readonly org?: string;
  readonly json?: boolean;
  readonly type: SubjectType;
  readonly dob?: string;
  readonly nationality?: string;
  readonly place?: string;
  readonly idNumber?: string;
  readonly limit: string;
  readonly threshold: string;
}

/** The `screen` sub-command. */
export function screenCommand(): Command {
  return new Command('screen')
    .description('screen one name against the lists in force')
    .argument('<name>', 'the name, in any script')
    .requiredOption('--data <dir>', 'data directory of the installation')
    .option('--org <id>', 'which organisation, where there are several')
    .addOption(new Option('--type <type>', 'person or entity').choices([...subjectTypes]).default('person'))
    .option('--dob <date>', 'date of birth (of registration): YYYY, YYYY-MM or YYYY-MM-DD')
    .option('--nationality <code>', 'ISO 3166-1 alpha-2')
    .option('--place <text>', 'place of birth')
    .option('--id-number <text>', 'NIK, passport or registration number')
    .option('--limit <n>', 'at most so many hits', '20')
    .option('--threshold <score>', '0–100', '85')
    .option('--json', 'print one JSON document')
    .action(screen);
}

async function screen(name: string, options: Options): Promise<void> {
  const { type, dob, nationality, place, idNumber } = options;
  await withInstallation(
    options.data,
    async (ctx) => {
      const actor = await operatorOf(ctx, options.org);
      if (!actor.ok) return actor;
      const answer = await screenName(ctx, {
        orgId: actor.value.orgId,
        name,
        type,
        ...(dob === undefined ? {} : { dob }),
        ...(nationality === undefined ? {} : { nationality }),
        ...(place === undefined ? {} : { place }),
        ...(idNumber === undefined ? {} : { idNumber }),
        limit: bounded(options.limit, 1, 1_000, 20),
        threshold: bounded(options.threshold, 1, 100, 85),
      });
      if (!answer.ok) return answer;
      const { hits, lists } = answer.value;
      await ctx.store.transaction((trx) =>
        recordAudit(ctx, trx, actor.value, {
          event: 'screening.performed',
          detail: { hits: hits.length, lists: lists.map(({ listId, version }) => `${listId} ${version}`) },
        }),
      );
      return ok(answer.value);
    },
    (answer) => {
      print(answer, options.json === true, answerText(answer));
      if (answer.hits.length > 0) process.exitCode = 1;
    },
  );
}

function bounded(text: string, least: number, most: number, otherwise: number): number {
  const value = Number(text);
  return Number.isFinite(value) ? Math.min(most, Math.max(least, Math.round(value))) : otherwise;
}

function answerText({ hits, lists, threshold }: ScreeningAnswer): string {
  const against = lists.map(({ listId, version, ageDays }) => `${listId} ${version} (${ageDays} days)`).join(', ');
  const head = `${hits.length} hits from ${threshold} against ${against}`;
  return [head, ...hits.map(hitText)].join('\n');
}

function hitText({ entry, score, matchedName, tokens, facts, related = [], relatedPep }: ScreeningHit): string {
  const words = tokens.map(({ asked, listed, how }) => `${asked ?? '–'}/${listed ?? '–'} ${how}`).join(', ');
  const told = facts
    .map(({ fact, effect, points }) => `${fact} ${effect} ${points > 0 ? '+' : ''}${points}`)
    .join(', ');
  const lines = [
    `${String(score).padStart(3)}  ${matchedName}  [${entry.listId}: ${entry.topics.join(', ')}]`,
    `     ${words}`,
  ];
  if (told !== '') lines.push(`     ${told}`);
  if (relatedPep === true) lines.push('     a director or shareholder is politically exposed (PEP)');
  return [...lines, ...related.map(relatedText)].join('\n');
}

function relatedText({ name, role, kind, listId, pep, matches, searched }: RelatedParty): string {
  const on = matches.map((match) => `${match.listId} ${match.score} (${match.topics.join(', ')})`).join('; ');
  const where = searched ? (on === '' ? 'no entry of its own' : on) : 'not looked up: too many names';
  return `     ${kind}: ${name}, ${role} [${listId}]${pep ? ' PEP' : ''}: ${where}`;
}
