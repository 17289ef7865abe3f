/** Against a stand-in for S3 that checks signatures (`testing/s3-stand-in.ts`); no cloud is asked. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readS3Address, s3Blobs, type S3Credentials, type S3Options } from './s3-blobs.ts';
import { standInBucket, standInKeys, standInRegion, startS3StandIn, type S3StandIn } from './testing/s3-stand-in.ts';

let store: S3StandIn;
beforeEach(async () => (store = await startS3StandIn()));
afterEach(() => store.close());

const bytes = new Uint8Array(Array.from({ length: 3_000 }, (_, n) => n % 251));
const times = { connect: 500, headers: 300, idle: 300 };

function blobs(credentials: S3Credentials = standInKeys, options: S3Options = {}, bucket = standInBucket) {
  const place = { endpoint: new URL(store.origin), region: standInRegion, bucket, prefix: 'hub/a' };
  return s3Blobs(place, credentials, { pauseMs: 1, times, ...options });
}

const reason = (code: string) => ({ ok: false, error: { code: 'unavailable', details: { reason: code } } });

describe('sealed frames in an S3 store', () => {
  it('are put, fetched and removed under bucket, prefix and key, each request signed', async () => {
    const place = blobs();
    expect(await place.put('org_1/blob_1', bytes)).toEqual({ ok: true, value: true });
    expect([...store.objects.keys()]).toEqual([`${standInBucket}/hub/a/org_1/blob_1`]);
    const got = await place.get('org_1/blob_1');
    expect(got.ok && Buffer.compare(Buffer.from(got.value ?? []), bytes)).toBe(0);
    expect(await place.remove('org_1/blob_1')).toEqual({ ok: true, value: true });
    expect(await place.get('org_1/blob_1')).toEqual({ ok: true, value: null });
    expect(await place.remove('org_1/blob_1')).toEqual({ ok: true, value: true });
    expect(store.log.map((line) => line.split(' ').at(-1))).toEqual(['200', '200', '204', '404', '204']);
  });

  it('a session token is part of what is signed', async () => {
    const place = blobs({ ...standInKeys, sessionToken: 'temporary' });
    expect((await place.put('o/b', bytes)).ok).toBe(true);
  });

  it.each([
    ['another secret', { ...standInKeys, secretAccessKey: 'wrong' }],
    ['another account', { ...standInKeys, accessKeyId: 'SOMEBODY' }],
  ])('%s is refused once and not tried again', async (_, credentials) => {
    expect(await blobs(credentials).put('o/b', bytes)).toMatchObject(reason('blobs_refused'));
    expect(store.log).toHaveLength(1);
  });

  it('a bucket that is gone is not an object that is gone', async () => {
    expect(await blobs(standInKeys, {}, 'another-bucket').get('o/b')).toMatchObject(reason('blobs_refused'));
  });

  it('a store at fault is asked again, and not for ever', async () => {
    store.faults({ kind: 'status', status: 500 }, { kind: 'status', status: 503, code: 'SlowDown' });
    expect(await blobs().put('o/b', bytes)).toMatchObject({ ok: true });
    store.faults({ kind: 'status', status: 500 }, 'for ever');
    expect(await blobs().put('o/c', bytes)).toMatchObject(reason('blobs_broken'));
    expect(store.log.filter((line) => line.startsWith('PUT'))).toHaveLength(6);
  });

  it('a slow store is a failure in time', async () => {
    store.faults({ kind: 'slow', ms: 30_000 }, 'for ever');
    expect(await blobs().put('o/b', bytes)).toMatchObject(reason('blobs_slow'));
  });

  it('half a body is no body', async () => {
    await blobs().put('o/b', bytes);
    store.faults({ kind: 'truncated' }, 'for ever');
    expect(await blobs().get('o/b')).toMatchObject(reason('blobs_broken'));
    store.faults({ kind: 'truncated' });
    expect(await blobs().get('o/b')).toMatchObject({ ok: true });
  });

  it('a connection that breaks is tried again; nobody there is said so', async () => {
    store.faults({ kind: 'cut' });
    expect(await blobs().put('o/b', bytes)).toMatchObject({ ok: true });
    const place = blobs();
    await store.close();
    expect(await place.get('o/b')).toMatchObject(reason('blobs_unreachable'));
  });
});

describe('the address of a store', () => {
  it('is bucket, prefix, endpoint and region', () => {
    const read = readS3Address('s3://frames/hub/a/?endpoint=https://s3.bank.id:9000&region=id-jkt-1');
    expect(read).toMatchObject({ ok: true, value: { bucket: 'frames', prefix: 'hub/a', region: 'id-jkt-1' } });
    expect(read.ok && read.value.endpoint.origin).toBe('https://s3.bank.id:9000');
    const aws = readS3Address('s3://frames?region=ap-southeast-3');
    expect(aws.ok && aws.value.endpoint.origin).toBe('https://s3.ap-southeast-3.amazonaws.com');
  });

  it.each([
    ['no region', 's3://frames'],
    ['no TLS beyond this machine', 's3://frames?region=id-jkt-1&endpoint=http://s3.bank.id'],
    ['credentials in it', 's3://key:secret@frames?region=id-jkt-1'],
    ['a path in the endpoint', 's3://frames?region=id-jkt-1&endpoint=https://s3.bank.id/x'],
    ['a prefix that climbs', 's3://frames/a%2F..?region=id-jkt-1'],
    ['an option nobody knows', 's3://frames?region=id-jkt-1&accesskey=x'],
    ['no bucket', 's3:///x?region=id-jkt-1'],
  ])('%s is refused', (_, address) => {
    const read = readS3Address(address);
    expect(read).toMatchObject({ ok: false, error: { code: 'validation_failed' } });
    expect(JSON.stringify(read)).not.toContain('secret@');
  });
});
