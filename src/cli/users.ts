/** `loket users add | list`. */
import { Command, Option } from 'commander';
import { ok } from '../contract/result.ts';
import { roles, type Role } from '../contract/vocabulary.ts';
import { addUser } from '../services/set-up-organisation.ts';
import { listUsers } from '../store/repositories/users.ts';
import { randomToken } from '../vault/random.ts';
import { operatorOf, print, withInstallation } from './with-installation.ts';

interface Common {
  readonly data: string;
  readonly org?: string;
  readonly json?: boolean;
}

export function usersCommand(): Command {
  const users = new Command('users').description('people who may sign in');
  users
    .command('add')
    .description('add a person; without LOKET_NEW_PASSWORD a password is made and said once')
    .requiredOption('--data <dir>', 'data directory of the installation')
    .addOption(new Option('--role <role>', 'what the person may do').choices([...roles]).makeOptionMandatory())
    .requiredOption('--email <address>', 'address to sign in with')
    .requiredOption('--name <name>', 'full name')
    .option('--org <id>', 'which organisation, where there are several')
    .option('--json', 'one JSON document on stdout')
    .action(add);
  users
    .command('list')
    .description('list the people of an organisation')
    .requiredOption('--data <dir>', 'data directory of the installation')
    .option('--org <id>', 'which organisation, where there are several')
    .option('--json', 'one JSON document on stdout')
    .action(list);
  return users;
}

/** A password never comes as an argument: process lists and shell histories keep those. */
async function add(options: Common & { role: Role; email: string; name: string }): Promise<void> {
  const given = process.env['LOKET_NEW_PASSWORD'];
  const password = given ?? randomToken(18);
  await withInstallation(
    options.data,
    async (ctx) => {
      const actor = await operatorOf(ctx, options.org);
      if (!actor.ok) return actor;
      return addUser(ctx, actor.value, { fullName: options.name, email: options.email, role: options.role, password });
    },
    (user) => {
      const shown = given === undefined ? { password } : {};
      print(
        { user, ...shown },
        options.json === true,
        [`${user.id}  ${user.email}`, ...(given === undefined ? [`password  ${password}`] : [])].join('\n'),
      );
    },
  );
}

async function list(options: Common): Promise<void> {
  await withInstallation(
    options.data,
    async (ctx) => {
      const actor = await operatorOf(ctx, options.org);
      return actor.ok ? ok(await listUsers(ctx.store.db, actor.value.orgId)) : actor;
    },
    (rows) => {
      const users = rows.map((row) => ({
        id: row.id,
        email: row.email,
        fullName: row.full_name,
        role: row.role,
        disabled: row.disabled === 1,
      }));
      print(
        { users },
        options.json === true,
        users.map((user) => `${user.id}  ${user.role}  ${user.email}`).join('\n'),
      );
    },
  );
}
