import { describe, expect, it } from 'vitest';
import { mayLieAt } from './storage-residency.ts';

describe('where sealed frames may lie', () => {
  it.each([
    ['AWS in Jakarta', 's3.ap-southeast-3.amazonaws.com', 'ap-southeast-3', 'id-jkt-1', true],
    ['AWS in Singapore', 's3.ap-southeast-1.amazonaws.com', 'ap-southeast-1', 'id-jkt-1', false],
    ['AWS in Jakarta, signed for Singapore', 's3.ap-southeast-3.amazonaws.com', 'ap-southeast-1', 'id-jkt-1', false],
    ['Singapore, said to be Jakarta', 's3.ap-southeast-1.amazonaws.com', 'ap-southeast-3', 'id-jkt-1', false],
    ['AWS without a place in its name', 's3.amazonaws.com', 'ap-southeast-3', 'id-jkt-1', false],
    ['an accelerated bucket', 'b.s3-accelerate.amazonaws.com', 'ap-southeast-3', 'id-jkt-1', false],
    ['Alibaba in Jakarta', 'oss-ap-southeast-5.aliyuncs.com', 'ap-southeast-5', 'id-jkt-1', true],
    ['Alibaba in Jakarta from inside', 'oss-ap-southeast-5-internal.aliyuncs.com', 'ap-southeast-5', 'id-jkt-2', true],
    ['Tencent in Jakarta', 'cos.ap-jakarta.myqcloud.com', 'ap-jakarta', 'id-jkt-1', true],
    ['a bank that asks for another city', 's3.ap-southeast-3.amazonaws.com', 'ap-southeast-3', 'id-sby-1', false],
    ['a cloud whose address tells nothing', 'storage.googleapis.com', 'id-jkt-1', 'id-jkt-1', false],
    ['the bank’s own store, named so', 'minio.bank.id', 'id-jkt-1', 'id-jkt-1', true],
    ['the bank’s own store, named otherwise', 'minio.bank.id', 'id-jkt-2', 'id-jkt-1', false],
    [
      'a store that only sounds like AWS',
      's3.ap-southeast-3.amazonaws.com.evil.example',
      'ap-southeast-3',
      'id-jkt-1',
      false,
    ],
  ])('%s: %s', (_, host, region, residency, allowed) => {
    expect(mayLieAt({ host, region }, residency)).toBe(allowed);
  });
});
