import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ListFormat } from '../../contract/screening.ts';
import { addOrganisation, openTestHouse, type TestOrganisation } from '../testing/test-house.ts';
import { importList } from './import-list.ts';
import { screenName } from './screen-name.ts';

let house: Awaited<ReturnType<typeof openTestHouse>>;
let bank: TestOrganisation;

async function importText(format: ListFormat, listId: string, text: string) {
  const path = join(house.directory, `${listId}.txt`);
  await writeFile(path, text);
  const done = await importList(house.ctx, bank.actor('admin'), { path, format, listId });
  if (!done.ok) throw new Error(`${done.error.code}: ${done.error.message}`);
}

const lines = (...entities: readonly object[]): string => entities.map((one) => JSON.stringify(one)).join('\n');
const person = (id: string, name: string, birthDate: string, topics: readonly string[]) => ({
  id,
  schema: 'Person',
  properties: { name: [name], birthDate: [birthDate], topics },
});
const company = (id: string, name: string) => ({ id, schema: 'Company', properties: { name: [name] } });
const tie = (id: string, schema: string, from: object, to: object, role?: string) => ({
  id,
  schema,
  properties: { ...from, ...to, ...(role === undefined ? {} : { role: [role] }) },
});

beforeAll(async () => {
  house = await openTestHouse();
  bank = await addOrganisation(house, 'Bank');
  const peps = lines(
    person('p1', 'Retno Pringgodirdjo', '1961-04-17', ['role.pep']),
    person('p2', 'Retno Pringgodirdjo', '1988', ['crime.terror']),
    person('p3', 'Sastro Kertopati', '1970-01-01', []),
    company('c1', 'PT Gandewa Wiryatama'),
    company('c2', 'PT Kencana Mulyosari'),
    company('c3', 'PT Lumbung Sejahtrawan'),
    company('c4', 'PT Bahari Tirtonegoro'),
    tie('t1', 'Directorship', { director: ['p1'] }, { organization: ['c1'] }, 'Komisaris'),
    tie('t2', 'Ownership', { owner: ['c2'] }, { asset: ['c1'] }),
    tie('t3', 'Ownership', { owner: ['c1'] }, { asset: ['c3'] }),
    tie('t4', 'Employment', { employee: ['p3'] }, { employer: ['c1'] }, 'Driver'),
    tie('t5', 'Directorship', { director: ['p3'] }, { organization: ['c2'] }, 'Direktur'),
  );
  await importText('ftm', 'peps', peps);
  const head = 'id,type,name,topics,birth_date,relations\n';
  const own = [
    'b1,person,Retno Pringgodirjo,blocklist,1961-04-17,',
    'b2,person,Retno Pringgodirdjo,terrorism,1999-09-09,',
    'b3,entity,CV Arta Wiryokusumo,blocklist,,Direktur Utama:Joko Tirtosudarmo:pep;Auditor:Sastro Kertopati:pep',
    'b4,entity,CV Pelita Sumodiningrat,blocklist,,Pemegang saham:Retno Pringgodirdjo:other',
  ];
  await importText('loket-csv', 'own', `${head}${own.join('\n')}\n`);
});
afterAll(() => house.close());

async function companyHit(name: string) {
  const answer = await screenName(house.ctx, { orgId: bank.orgId, name, type: 'entity' });
  if (!answer.ok) throw new Error(answer.error.code);
  expect(answer.value.hits).toHaveLength(1);
  return answer.value.hits[0];
}

describe('directors and shareholders of a company', () => {
  it('come with it: its director a PEP, its shareholder a company; neither its subsidiary nor its driver', async () => {
    const hit = await companyHit('Gandewa Wiryatama, PT');
    expect(hit?.relatedPep).toBe(true);
    expect(hit?.related).toEqual([
      {
        name: 'Retno Pringgodirdjo',
        role: 'Komisaris',
        kind: 'director',
        listId: 'peps',
        topics: ['pep'],
        searched: true,
        pep: true,
        // Not the namesake of the same list (p2), nor the one born in 1999 (b2).
        matches: [
          expect.objectContaining({ listId: 'peps', score: 100, topics: ['pep'], own: true }),
          expect.objectContaining({ listId: 'own', matchedName: 'Retno Pringgodirjo', own: false }),
        ],
      },
      expect.objectContaining({
        name: 'PT Kencana Mulyosari',
        role: 'Ownership',
        kind: 'shareholder',
        pep: false,
        matches: [expect.objectContaining({ listId: 'peps', own: true })],
      }),
    ]);
  });

  it('make no PEP of a company whose director is none', async () => {
    const hit = await companyHit('PT Kencana Mulyosari');
    expect(hit?.related).toMatchObject([{ name: 'Sastro Kertopati', role: 'Direktur', kind: 'director', pep: false }]);
    expect(hit?.relatedPep).toBe(false);
  });

  it('are not invented where the list ties nobody, nor for the owned side', async () => {
    expect(await companyHit('PT Bahari Tirtonegoro')).toMatchObject({ related: [], relatedPep: false });
    const owned = await companyHit('PT Lumbung Sejahtrawan');
    expect(owned?.related).toMatchObject([{ name: 'PT Gandewa Wiryatama', kind: 'shareholder', pep: false }]);
  });

  it("are told by the role's words in a bank's own list, and stand without an entry of their own", async () => {
    expect(await companyHit('CV Arta Wiryokusumo')).toMatchObject({
      relatedPep: true,
      related: [{ name: 'Joko Tirtosudarmo', role: 'Direktur Utama', kind: 'director', pep: true, matches: [] }],
    });
  });

  it('are found on other lists by name alone where the list does not say who is meant', async () => {
    const hit = await companyHit('CV Pelita Sumodiningrat');
    expect(hit?.relatedPep).toBe(true);
    expect(hit?.related?.[0]?.matches.map(({ own }) => own)).not.toContain(true);
    expect(hit?.related?.[0]?.matches.map(({ listId }) => listId)).toContain('peps');
  });

  it('are not asked for a person', async () => {
    const asked = { orgId: bank.orgId, name: 'Sastro Kertopati', type: 'person' } as const;
    const answer = await screenName(house.ctx, asked);
    expect(answer.ok && answer.value.hits[0]).not.toHaveProperty('related');
  });
});
