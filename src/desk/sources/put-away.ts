/** What happens to a file of the folder afterwards. Every way keeps the file or destroys it knowingly; none loses it. */
import { lstat, mkdir, rename } from 'node:fs/promises';
import { join, parse } from 'node:path';

/** Moves into a subfolder under a free name. A link is moved as a link. Throws what the file system says. */
export async function moveAside(folder: string, name: string, into: 'rejected' | 'processed'): Promise<void> {
  const target = join(folder, into);
  await mkdir(target, { mode: 0o700, recursive: true });
  if (!(await lstat(target)).isDirectory()) throw new Error('the subfolder is not a folder');
  const { name: stem, ext } = parse(name);
  for (let attempt = 0; attempt < 1_000; attempt += 1) {
    const free = join(target, attempt === 0 ? name : `${stem}-${attempt}${ext}`);
    const taken = await lstat(free).then(
      () => true,
      () => false,
    );
    if (taken) continue;
    await rename(join(folder, name), free);
    return;
  }
  throw new Error('no free name left');
}
