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
  'outbox.disk': 'Kirim lewat diska',
  'outbox.disk.what':
    'Bila jaringan ke pusat putus lama. Berkas tersegel untuk pusat; tidak seorang pun dapat membukanya di jalan. Bukti tetap menunggu di sini sampai tanda terima pusat dibaca.',
  'outbox.disk.hint': 'Diska yang terpasang pada loket ini, misalnya E:\\ atau /media/diska.',
  'outbox.disk.export': 'Ekspor yang menunggu',
  'outbox.disk.written': '{count} bukti tersalin: {file}',
  'outbox.disk.unreadable': '{count} tidak terbaca dan tetap menunggu; hubungi TI.',
  'outbox.disk.pick': 'Baca tanda terima pusat',
  'outbox.disk.acknowledged': 'Tanda terima dibaca: {delivered} diterima, {refused} ditolak.',
  'outbox.reversal.look': 'Lihat nasabah',
  'outbox.reversal.told': 'Nasabah sudah diberi tahu',
} as const;
