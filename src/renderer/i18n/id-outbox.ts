/** Bahasa Indonesia: the queue of sealed captures, and verdicts that were reversed. */
export const idOutbox = {
  'outbox.pause': 'Jeda pengiriman',
  'outbox.resume': 'Lanjutkan pengiriman',
  'outbox.ceiling': 'Batas kecepatan kirim',
  'outbox.ceiling.none': 'Tanpa batas (atau sesuai pemasangan)',
  'outbox.ceiling.of': '{speed} Mbit/dtk',
  'outbox.tell.verified': 'Sampaikan kepada nasabah: verifikasinya ternyata berhasil, layanan dapat dilanjutkan.',
  'outbox.tell.review': 'Sampaikan kepada nasabah: pemeriksaan belum selesai, supervisor akan menghubunginya.',
  'outbox.tell.stopped': 'Tahan layanan yang baru dibuka dan minta nasabah kembali ke cabang dengan KTP asli.',
  'outbox.refused':
    'Tidak diterima pusat; bukti tetap tersimpan di loket. Tekan “Kirim sekarang”; bila tetap ditolak, hubungi TI.',
  'outbox.reversal.look': 'Lihat nasabah',
  'outbox.reversal.told': 'Nasabah sudah diberi tahu',
} as const;
