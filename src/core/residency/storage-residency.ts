/**
 * Where an object store lies, told from its address and region, and whether an organisation's data may lie there. Clouds name
 * their places by codes of their own; a store of the bank's own is where the bank says it is.
 */

interface Cloud {
  /** Host of the endpoint; the first group is the region it serves. */
  readonly host: RegExp;
  /** Region of this cloud → country and city, as `dataResidency` begins. */
  readonly places: Readonly<Record<string, string>>;
}

/** Regions in Indonesia, from the providers' lists of regions; any other region of these clouds lies abroad. */
const clouds: readonly Cloud[] = [
  { host: /(?:^|\.)s3[.-](?:dualstack\.)?([a-z0-9-]+)\.amazonaws\.com$/, places: { 'ap-southeast-3': 'id-jkt' } },
  { host: /(?:^|\.)oss-([a-z0-9-]+?)(?:-internal)?\.aliyuncs\.com$/, places: { 'ap-southeast-5': 'id-jkt' } },
  { host: /(?:^|\.)cos\.([a-z0-9-]+)\.myqcloud\.com$/, places: { 'ap-jakarta': 'id-jkt' } },
];
/** Addresses of clouds whose names do not say where the bytes lie. */
const nowhere = /(?:^|\.)(?:amazonaws\.com|aliyuncs\.com|myqcloud\.com|googleapis\.com|r2\.cloudflarestorage\.com)$/;

/**
 * `dataResidency` is `country-city-number` (`id-jkt-1`); the number is the bank's own. A cloud's region must lie in the
 * country and city; a store of the bank's own must be named exactly so by `region`.
 */
export function mayLieAt(store: { readonly host: string; readonly region: string }, dataResidency: string): boolean {
  const host = store.host.toLowerCase();
  const cloud = clouds.find((one) => one.host.test(host));
  if (cloud === undefined) return !nowhere.test(host) && store.region === dataResidency;
  // A request signed for one region may reach a bucket of another through a host that names neither.
  if (cloud.host.exec(host)?.[1] !== store.region) return false;
  const place = cloud.places[store.region];
  return place !== undefined && withoutNumber(dataResidency) === place;
}

function withoutNumber(dataResidency: string): string {
  return dataResidency.replace(/-\d+$/, '');
}
