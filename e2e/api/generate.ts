/** `npm run generate`: writes what follows from the API's schemas. A test fails when the files are stale. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generatedFiles, openApiDocument } from './generated-files.ts';

const root = new URL('../../', import.meta.url);

for (const [path, text] of Object.entries(await generatedFiles(await openApiDocument()))) {
  const file = fileURLToPath(new URL(path, root));
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  console.log(`${path} ${text.length} characters`);
}
