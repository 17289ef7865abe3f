/** Bahasa Indonesia: jalan selain jalan lurus di loket. */
export const idOnboarding = {
  'exception.open': 'Lanjut tanpa selfie',
  'exception.title': 'Lanjut tanpa selfie?',
  'exception.what': 'KTP disimpan dan supervisor memutuskan. Tingkat premium belum dapat diberikan.',
  'exception.ground': 'Alasan',
  'exception.ground.camera_unavailable': 'Kamera tidak dapat dipakai',
  'exception.ground.customer_unable': 'Nasabah tidak dapat difoto',
  'exception.ground.tries_used_up': 'Sudah dicoba berkali-kali',
  'exception.back': 'Kembali',
  'exception.go': 'Serahkan ke supervisor',
  'review.loading': 'Memuat antrean…',
} as const;
