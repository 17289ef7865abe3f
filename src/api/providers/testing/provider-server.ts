/** Our provider routes over a real socket: an installation with a small population table, and clients of each provider. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { ClientSettings, ProviderName } from '../../../contract/providers/clients.ts';
import { enableProvider, type ClientWithSecrets } from '../../../services/providers/manage-clients.ts';
import { importPopulation } from '../../../services/registry/import-population.ts';
import { picture, type Scene } from '../../../services/testing/fake-vision.ts';
import {
  addOrganisation,
  openTestHouse,
  type TestHouse,
  type TestOrganisation,
} from '../../../services/testing/test-house.ts';
import { buildApi } from '../../build-api.ts';

export const siti = {
  nik: '3273016107900001',
  name: 'SITI RAHMAWATI',
  birthDate: '1990-07-21',
  birthPlace: 'BANDUNG',
  address: 'JL. MAWAR NO 3, RT 001/RW 002',
} as const;
/** Stands in the table without a photo. */
export const budi = { nik: '3273011208850002', name: 'BUDI SANTOSO', birthDate: '1985-08-12' } as const;
export const unknownNik = '3273015505910009';

export interface ProviderServer {
  readonly house: TestHouse;
  readonly bank: TestOrganisation;
  readonly app: FastifyInstance;
  /** `http://127.0.0.1:<port>`. */
  readonly address: string;
  enable(provider: ProviderName, settings?: Partial<ClientSettings>): Promise<ClientWithSecrets>;
  /** Fills the population table; without it nobody can be asked. */
  fill(): Promise<void>;
  lastAudit(event: string): Promise<Record<string, unknown> | null>;
  charges(): Promise<readonly { code: string; charged: number; count: number }[]>;
  close(): Promise<void>;
}

export async function openProviderServer(tls?: { cert: string; key: string }): Promise<ProviderServer> {
  const house = await openTestHouse();
  const bank = await addOrganisation(house, 'Bank');
  const folder = await mkdtemp(join(tmpdir(), 'loket-provider-'));
  const app = await buildApi({
    context: house.ctx,
    loopbackOnly: true,
    ...(tls === undefined ? {} : { tls }),
  });
  const address = await app.listen({ port: 0, host: '127.0.0.1' });
  return {
    house,
    bank,
    app,
    address,
    async enable(provider, settings = {}) {
      const made = await enableProvider(house.ctx, bank.actor('admin'), { provider, settings });
      if (!made.ok) throw new Error(made.error.message);
      return made.value;
    },
    async fill() {
      const file = join(folder, 'people.csv');
      const rows = [
        'nik,name,birth_date,birth_place,address,photo',
        `${siti.nik},${siti.name},${siti.birthDate},${siti.birthPlace},"${siti.address}",siti.jpg`,
        `${budi.nik},${budi.name},${budi.birthDate},JAKARTA,JL. MELATI 4,`,
      ];
      await writeFile(file, rows.join('\n'));
      await writeFile(join(folder, 'siti.jpg'), picture('still', 'siti'));
      const done = await importPopulation(house.ctx, bank.actor('admin'), { file, photos: folder });
      if (!done.ok || done.value.added !== 2) throw new Error('the population table was not filled');
    },
    async lastAudit(event) {
      const row = await house.ctx.store.db
        .selectFrom('audit_log')
        .select('detail')
        .where('event', '=', event as never)
        .orderBy('seq', 'desc')
        .executeTakeFirst();
      return row === undefined ? null : (JSON.parse(row.detail) as Record<string, unknown>);
    },
    charges: () =>
      house.ctx.store.db.selectFrom('provider_charges').select(['code', 'charged', 'count']).orderBy('code').execute(),
    async close() {
      await app.close();
      await house.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A scene of a certain size: what follows a picture's end is nothing to whoever looks at it. */
export function pictureOf(scene: Scene, bytes = 0, note = ''): Uint8Array {
  const drawn = picture(scene, note);
  if (drawn.length >= bytes) return drawn;
  const padded = new Uint8Array(bytes).fill(0x20);
  padded.set(drawn);
  return padded;
}
