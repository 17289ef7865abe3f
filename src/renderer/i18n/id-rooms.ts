/** Bahasa Indonesia: nama ruang kerja dan kata yang dipakai semua ruang. */
export const idRooms = {
  'rooms.loading': 'Memuat…',
  'rooms.again': 'Coba lagi',
  'rooms.overview': 'Ringkasan',
  'rooms.devices': 'Perangkat',
  'rooms.models': 'Model & lisensi',
} as const;
