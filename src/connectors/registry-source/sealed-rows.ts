/** How a person of the imported table lies in the store: found by keyed hash, sealed by the installation key. */
import type { RegistryPerson } from '../../core/registry/compare-fields.ts';
import type { Vault } from '../../vault/vault.ts';

/** Half of the keyed hash is enough to tell every Indonesian apart, and keeps the index of millions small. */
export function registryIndex(vault: Pick<Vault, 'blindIndex'>, orgId: string, nik: string): string {
  return vault.blindIndex(orgId, nik).slice(0, 32);
}

export const registryContexts = {
  row: (orgId: string, nikIndex: string): string => `registry-row:${orgId}:${nikIndex}`,
  photo: (orgId: string, nikIndex: string): string => `registry-photo:${orgId}:${nikIndex}`,
  template: (orgId: string, nikIndex: string): string => `registry-template:${orgId}:${nikIndex}`,
} as const;

/** Sealed order of the members; never changes. */
export function packPerson({ name, birthDate, birthPlace, address }: RegistryPerson): string {
  return JSON.stringify([name, birthDate, birthPlace, address]);
}

export function unpackPerson(text: string): RegistryPerson {
  const [name = '', birthDate = '', birthPlace = '', address = ''] = JSON.parse(text) as string[];
  return { name, birthDate, birthPlace, address };
}
