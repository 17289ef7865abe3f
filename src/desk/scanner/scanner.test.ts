import { describe, expect, it } from 'vitest';
import { probeHid } from './hid-library.ts';
import { classifyReading, type ScanReading } from './scanner-driver.ts';
import { createSimulatedScanner } from './simulated-scanner.ts';

describe('scanner', () => {
  it('tells a NIK, a card UID and text apart', () => {
    expect(classifyReading('3171014101900001\r')).toBe('nik');
    expect(classifyReading('04A1B2C3D4E5F6')).toBe('uid');
    expect(classifyReading('https://example.test/x')).toBe('text');
  });

  it('simulates openly', async () => {
    const scanner = createSimulatedScanner(() => new Date('2026-01-02T03:04:05.000Z'));
    const seen: ScanReading[] = [];
    const stop = scanner.onReading((reading) => seen.push(reading));
    scanner.present('3171014101900001');
    stop();
    scanner.present('3171014101900002');
    expect(scanner.info().simulated).toBe(true);
    expect(seen).toEqual([{ text: '3171014101900001', kind: 'nik', simulated: true, at: '2026-01-02T03:04:05.000Z' }]);
    await scanner.close();
  });

  it('survives a missing USB library, at load and at first use', async () => {
    const missing = await probeHid(() =>
      Promise.reject(new Error('libusb-1.0.so.0: cannot open shared object file\nmore')),
    );
    expect(missing).toEqual({
      available: false,
      note: 'USB scanners are not available: libusb-1.0.so.0: cannot open shared object file',
    });
    const broken = await probeHid(() =>
      Promise.resolve({
        devices() {
          throw new Error('cannot load driver');
        },
      }),
    );
    expect(broken.available).toBe(false);
    const working = await probeHid(() =>
      Promise.resolve({ default: { devices: () => [{ vendorId: 1, productId: 2 }] } }),
    );
    expect(working).toMatchObject({ available: true, devices: [{ vendorId: 1, productId: 2 }] });
  });
});
