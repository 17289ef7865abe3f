/** What the operations rooms may do to the installation of this station. */
import type { Upkeep } from '../desk/operations/upkeep.ts';
import { fail, ok } from '../contract/result.ts';
import { examine } from '../services/doctor/examine.ts';
import { installedModelCheck } from '../services/doctor/installed-models.ts';
import { installModels } from '../services/models/install-models.ts';
import type { KeyProvider } from '../vault/key-providers/key-provider.ts';
import {
  findInstallationRoot,
  installedModelsDirectory,
  modelDirectories,
  readModelManifest,
} from '../vision/runtime/model-manifest.ts';

export function upkeepOf(dataDirectory: string, keyProvider: KeyProvider, clock: () => Date): Upkeep {
  const root = findInstallationRoot();
  return {
    examine: () => examine({ dataDirectory, keyProvider, clock, models: installedModelCheck }),
    modelFolders: root === null ? [] : modelDirectories(root),
    async installModels(from) {
      const manifest =
        root === null ? fail('unavailable', 'models/manifest.json was not found') : readModelManifest(root);
      if (!manifest.ok || root === null) return manifest.ok ? fail('unavailable', 'no installation root') : manifest;
      const done = await installModels({
        manifest: manifest.value,
        target: installedModelsDirectory(root),
        packs: [],
        from,
        offline: true,
      });
      if (!done.ok) return done;
      const models = done.value.models.map(({ id, role, file, outcome }) => ({ id, role, file, outcome }));
      return ok({ models, complete: done.value.complete });
    },
  };
}
