/** Bahasa Indonesia: passkey. */
export const idPasskeys = {
  'passkey.step': 'Kata sandi benar. Lanjutkan dengan passkey Anda: sidik jari, wajah, PIN, atau kunci keamanan.',
  'passkey.windowTitle': 'Konfirmasi dengan passkey',
  'passkey.window': 'Ikuti petunjuk di layar: sidik jari, wajah, PIN, atau kunci keamanan.',
  'passkey.elsewhere': 'Halaman ini hanya dibuka oleh Loket. Tutup saja halaman ini.',
  'passkey.use': 'Gunakan passkey',
  'passkey.again': 'Coba passkey lagi',
  'passkey.stopped':
    'Passkey tidak selesai atau dibatalkan. Coba lagi, atau minta admin menghapus passkey yang hilang.',
  'passkey.title': 'Passkey saya',
  'passkey.none': 'Belum ada passkey. Setelah satu terdaftar, kata sandi saja tidak membuka apa pun.',
  'passkey.unnamed': 'Passkey',
  'passkey.since': 'sejak {date}',
  'passkey.name': 'Nama passkey baru',
  'passkey.password': 'Kata sandi Anda',
  'passkey.register': 'Daftarkan passkey',
  'passkey.prove': 'Buktikan dengan passkey',
  'failure.passkey_required': 'Akun ini masuk dengan passkey.',
  'failure.passkey_refused': 'Passkey tidak diterima.',
  'failure.passkey_exists': 'Passkey ini sudah terdaftar.',
  'failure.passkey_unavailable': 'Passkey hanya bekerja di http://localhost.',
  'failure.reauthentication_required': 'Buktikan sekali lagi bahwa ini Anda: kata sandi atau passkey.',
} as const;
