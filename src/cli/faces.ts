/** `loket faces add | list | remove`: faces a counter must notice. */
import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { fail, ok, type Result } from '../contract/result.ts';
import { addWatchedFace, removeWatchedFace, watchedFaces } from '../services/watched-faces.ts';
import { listUsers } from '../store/repositories/users.ts';
import { createInlineVision } from '../vision/create-vision.ts';
import { installedVisionOptions } from '../vision/open-vision.ts';
import { complain, operatorOf, print, withInstallation } from './with-installation.ts';

interface Common {
  readonly data: string;
  readonly org?: string;
  readonly json?: boolean;
}

interface Added extends Common {
  readonly photo: string;
  readonly reason: string;
  /** E-mail address of a member of staff; absent = somebody who is not served. */
  readonly staff?: string;
}

export function facesCommand(): Command {
  const faces = new Command('faces').description('faces a counter must notice: own staff, and people not served');
  const command = (name: string, text: string) =>
    faces
      .command(name)
      .description(text)
      .requiredOption('--data <dir>', 'data directory of the installation')
      .option('--org <id>', 'which organisation, where there are several')
      .option('--json', 'one JSON document on stdout');
  command('add', 'add a face from a photo; only its template is kept')
    .requiredOption('--photo <file>', 'JPEG or PNG with one face')
    .requiredOption('--reason <text>', 'why, without a name or a NIK')
    .option('--staff <email>', 'it is the face of this member of staff')
    .action(add);
  command('list', 'list the faces').action(list);
  command('remove <id>', 'watch no longer; the template is overwritten').action(remove);
  return faces;
}

async function add(options: Added): Promise<void> {
  const photo = await readPhoto(options.photo);
  if (!photo.ok) return complain(photo.error);
  const installed = installedVisionOptions();
  if (!installed.ok) return complain(installed.error);
  const vision = await createInlineVision(installed.value);
  try {
    await withInstallation(
      options.data,
      async (opened) => {
        const ctx = { ...opened, vision };
        const actor = await operatorOf(ctx, options.org);
        if (!actor.ok) return actor;
        const given = { reason: options.reason, photo: photo.value };
        if (options.staff === undefined) return addWatchedFace(ctx, actor.value, { ...given, kind: 'blocked' });
        const users = await listUsers(ctx.store.db, actor.value.orgId);
        const user = users.find(({ email }) => email === options.staff?.toLowerCase());
        if (user === undefined) return fail('not_found', 'no such member of staff');
        return addWatchedFace(ctx, actor.value, { ...given, kind: 'staff', userId: user.id });
      },
      (face) => print({ face }, options.json === true, `${face.id}  ${face.kind}`),
    );
  } finally {
    await vision.close();
  }
}

async function readPhoto(file: string): Promise<Result<Uint8Array>> {
  try {
    return ok(await readFile(file));
  } catch {
    return fail('validation_failed', '--photo: cannot be read');
  }
}

async function list(options: Common): Promise<void> {
  await withInstallation(
    options.data,
    async (ctx) => {
      const actor = await operatorOf(ctx, options.org);
      return actor.ok ? ok(await watchedFaces(ctx, actor.value.orgId)) : actor;
    },
    (faces) =>
      print(
        { faces },
        options.json === true,
        faces.map((face) => `${face.id}  ${face.kind}  ${face.createdAt}  ${face.reason}`).join('\n'),
      ),
  );
}

async function remove(id: string, options: Common): Promise<void> {
  await withInstallation(
    options.data,
    async (ctx) => {
      const actor = await operatorOf(ctx, options.org);
      return actor.ok ? removeWatchedFace(ctx, actor.value, id) : actor;
    },
    () => print({ removed: id }, options.json === true, `removed ${id}`),
  );
}
