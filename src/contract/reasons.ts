/**
 * Why a gate did not pass, and what to do about it. One catalogue for screen, receipt, CLI and API.
 * `id` and `en` are advice to the teller: short, polite, concrete, never a code alone (design: voice).
 */
interface ReasonText {
  readonly id: string;
  readonly en: string;
}

export const reasonCatalogue = {
  // frames
  image_unreadable: { id: 'Gambar tidak dapat dibaca. Ambil ulang.', en: 'The picture cannot be read. Take it again.' },
  image_too_large: {
    id: 'Gambar terlalu besar. Gunakan ukuran lebih kecil.',
    en: 'The picture is too large. Use a smaller one.',
  },
  image_animated: {
    id: 'Gambar bergerak tidak diterima. Ambil foto diam.',
    en: 'Animated pictures are not accepted. Take a still.',
  },
  image_too_small: { id: 'Gambar terlalu kecil. Dekatkan kamera.', en: 'The picture is too small. Move nearer.' },
  image_blurred: {
    id: 'Gambar buram. Tahan sebentar tanpa bergerak.',
    en: 'The picture is blurred. Hold still for a moment.',
  },
  image_dark: { id: 'Terlalu gelap. Nyalakan lampu meja.', en: 'Too dark. Switch on the desk lamp.' },
  image_bright: { id: 'Terlalu terang. Jauhkan dari lampu.', en: 'Too bright. Move away from the lamp.' },
  image_glare: {
    id: 'Pantulan lampu pada kartu. Miringkan kartu sedikit.',
    en: 'Glare on the card. Tilt it a little.',
  },
  frames_out_of_order: {
    id: 'Urutan gambar tidak benar. Ambil ulang.',
    en: 'The pictures are out of order. Take them again.',
  },
  frames_duplicated: {
    id: 'Gambar kamera berulang. Periksa kamera, lalu ambil ulang.',
    en: 'The camera repeats pictures. Check the camera and try again.',
  },
  // card
  card_not_found: {
    id: 'KTP tidak terlihat. Letakkan kartu di dalam bingkai.',
    en: 'No KTP in sight. Put the card inside the frame.',
  },
  card_several: {
    id: 'Terlihat lebih dari satu kartu. Letakkan satu KTP saja.',
    en: 'More than one card in sight. Show one KTP only.',
  },
  card_not_ktp: { id: 'Ini bukan KTP. Minta kartu KTP asli.', en: 'This is not a KTP. Ask for the KTP.' },
  card_back_side: {
    id: 'Ini sisi belakang KTP. Balik kartunya.',
    en: 'This is the back of the KTP. Turn the card over.',
  },
  card_too_far: { id: 'Kartu terlalu jauh. Dekatkan kartu.', en: 'The card is too far away. Bring it nearer.' },
  card_tilted: { id: 'Kartu terlalu miring. Ratakan kartu.', en: 'The card is too tilted. Hold it flat.' },
  card_turned: { id: 'Putar kartu hingga mendatar.', en: 'Turn the card until it lies sideways.' },
  card_moving: { id: 'Tahan kartu, jangan bergerak.', en: 'Hold the card still.' },
  card_from_file: {
    id: 'Gambar KTP berasal dari berkas, bukan kamera. Supervisor memeriksa kartu asli.',
    en: 'The picture of the KTP came from a file, not from a camera. A supervisor checks the card itself.',
  },
  // sources: the scanner's folder, files, barcode and card readers
  source_duplicate: {
    id: 'Gambar ini sudah pernah diterima. Pindai kartu lagi.',
    en: 'This picture was received before. Scan the card again.',
  },
  source_not_picture: {
    id: 'Berkas ini bukan gambar JPEG atau PNG. Atur pemindai ke JPEG.',
    en: 'This file is not a JPEG or PNG picture. Set the scanner to JPEG.',
  },
  source_link: {
    id: 'Tautan berkas tidak diterima. Simpan berkasnya sendiri.',
    en: 'Links to files are not accepted. Save the file itself.',
  },
  source_unreadable: {
    id: 'Berkas tidak dapat dibuka. Periksa hak akses folder pemindai.',
    en: "The file cannot be opened. Check the rights of the scanner's folder.",
  },
  source_folder_missing: {
    id: 'Folder pemindai tidak ditemukan. Periksa folder atau sambungan jaringan.',
    en: "The scanner's folder is not there. Check the folder or the network.",
  },
  source_folder_refused: {
    id: 'Folder ini tidak boleh dipakai. Pilih folder khusus pemindai.',
    en: 'This folder may not be used. Choose one for the scanner alone.',
  },
  scan_differs: {
    id: 'Hasil pemindai berbeda dari kartu. Cocokkan keduanya.',
    en: 'The scanner says something else than the card. Compare both.',
  },
  card_antispoof_unclear: {
    id: 'Keaslian kartu belum dapat dipastikan. Supervisor memeriksa kartu.',
    en: 'The card could not be shown to be genuine. A supervisor checks it.',
  },
  card_spoof_suspected: {
    id: 'Kartu tampak seperti salinan atau layar. Minta kartu asli.',
    en: 'The card looks like a copy or a screen. Ask for the original.',
  },
  card_tamper_suspected: {
    id: 'Ada tanda perubahan pada kartu. Supervisor memeriksa kartu.',
    en: 'The card shows signs of alteration. A supervisor checks it.',
  },
  ocr_unavailable: {
    id: 'Pembacaan kartu tidak tersedia. Ketik data dari kartu.',
    en: 'The card reader is not available. Type the fields from the card.',
  },
  field_uncertain: {
    id: 'Ada isian yang kurang jelas. Cocokkan dengan kartu.',
    en: 'A field is uncertain. Compare it with the card.',
  },
  field_missing: {
    id: 'Ada isian yang tidak terbaca. Ketik dari kartu.',
    en: 'A field could not be read. Type it from the card.',
  },
  field_corrected: {
    id: 'Isian penting diubah oleh petugas. Supervisor memeriksa.',
    en: 'Staff changed an important field. A supervisor checks it.',
  },
  // NIK
  nik_missing: {
    id: 'NIK tidak terbaca. Ketik 16 angka NIK dari kartu.',
    en: 'The NIK could not be read. Type its 16 digits from the card.',
  },
  nik_malformed: {
    id: 'NIK tidak sah. Periksa 16 angka NIK pada kartu.',
    en: 'The NIK is not valid. Check its 16 digits on the card.',
  },
  nik_region_unknown: {
    id: 'Kode wilayah NIK tidak dikenal. Periksa NIK pada kartu.',
    en: 'The region code of the NIK is unknown. Check the NIK on the card.',
  },
  nik_region_differs: {
    id: 'Wilayah pada kartu berbeda dari NIK. Biasa bila pernah pindah.',
    en: 'The region on the card differs from the NIK. Usual after a move.',
  },
  nik_region_historic: {
    id: 'NIK memakai kode provinsi lama, sebelum pemekaran. Wajar bagi yang terdaftar sebelumnya.',
    en: 'The NIK carries the code of the province before it was divided. Usual for who was registered before.',
  },
  nik_birth_date_differs: {
    id: 'Tanggal lahir berbeda dari NIK. Cocokkan keduanya.',
    en: 'The birth date differs from the NIK. Compare both.',
  },
  nik_sex_differs: {
    id: 'Jenis kelamin berbeda dari NIK. Cocokkan keduanya.',
    en: 'The sex differs from the NIK. Compare both.',
  },
  nik_differs_from_record: {
    id: 'NIK pada kartu berbeda dari data nasabah. Supervisor memeriksa.',
    en: 'The NIK on the card differs from the record. A supervisor checks it.',
  },
  // portrait and template
  portrait_not_found: {
    id: 'Foto pada kartu tidak terlihat jelas. Ambil ulang kartu.',
    en: 'The portrait on the card is not clear. Take the card again.',
  },
  portrait_too_small: {
    id: 'Foto pada kartu terlalu kecil. Dekatkan kartu.',
    en: 'The portrait on the card is too small. Bring the card nearer.',
  },
  reference_missing: {
    id: 'Belum ada foto acuan. Pindai KTP lebih dahulu.',
    en: 'No reference picture yet. Scan the KTP first.',
  },
  reference_stale: {
    id: 'Foto acuan terlalu lama untuk risiko ini. Ambil verifikasi baru.',
    en: 'The reference is too old for this risk. Verify anew.',
  },
  reference_unconfirmed: {
    id: 'KTP acuan belum disetujui. Selesaikan peninjauan lebih dahulu.',
    en: 'The reference card is not approved yet. Finish its review first.',
  },
  // face
  face_not_found: { id: 'Wajah tidak terlihat. Hadapkan wajah ke kamera.', en: 'No face in sight. Face the camera.' },
  face_several: {
    id: 'Terlihat lebih dari satu orang. Hanya nasabah di depan kamera.',
    en: 'More than one person in sight. Only the customer in front of the camera.',
  },
  face_too_small: { id: 'Dekatkan wajah sedikit.', en: 'Come a little closer.' },
  face_too_near: {
    id: 'Mundur sedikit, agar latar di belakang terlihat.',
    en: 'Move back a little, so that the background shows.',
  },
  face_turned: { id: 'Hadapkan wajah lurus ke kamera.', en: 'Look straight at the camera.' },
  image_flat: {
    id: 'Gambar wajah pucat tanpa kontras. Ratakan cahaya, bersihkan lensa.',
    en: 'The face has hardly any contrast. Even out the light, wipe the lens.',
  },
  eyes_closed: { id: 'Buka mata dan lihat ke kamera.', en: 'Open the eyes and look at the camera.' },
  eyes_covered: {
    id: 'Mata tertutup sesuatu. Lepaskan kacamata gelap atau singkirkan rambut.',
    en: 'The eyes are covered. Take off dark glasses or move the hair aside.',
  },
  mouth_covered: {
    id: 'Mulut tertutup sesuatu. Turunkan masker atau kain.',
    en: 'The mouth is covered. Lower the mask or cloth.',
  },
  face_changed: {
    id: 'Wajah berganti saat pengambilan. Ulangi dengan satu orang.',
    en: 'The face changed during capture. Repeat with one person.',
  },
  // liveness
  liveness_unclear: {
    id: 'Kehadiran belum dapat dipastikan. Ulangi selfie atau ajukan ke supervisor.',
    en: 'Presence could not be proven. Repeat the selfie or ask a supervisor.',
  },
  liveness_spoof: {
    id: 'Wajah tampak bukan langsung. Supervisor memeriksa.',
    en: 'The face does not look live. A supervisor checks it.',
  },
  flash_missing: { id: 'Uji cahaya tidak dijalankan.', en: 'The light test was not run.' },
  flash_too_bright: {
    id: 'Ruangan terlalu terang untuk uji cahaya. Redupkan lampu, lalu ulangi.',
    en: 'The room is too bright for the light test. Dim it and repeat.',
  },
  flash_wrong: {
    id: 'Pantulan cahaya tidak sesuai. Ulangi selfie.',
    en: 'The light on the face does not fit. Repeat the selfie.',
  },
  flash_flat: {
    id: 'Cahaya jatuh rata seperti pada gambar datar. Pastikan wajah asli di depan kamera, lalu ulangi.',
    en: 'The light falls as on a flat picture. Make sure that a real face is before the camera and repeat.',
  },
  flash_display: {
    id: 'Cahaya dipantulkan seperti oleh layar ponsel atau tablet. Pastikan wajah asli di depan kamera, lalu ulangi.',
    en: 'The light comes back as from the glass of a phone or tablet. Make sure that a real face is before the camera and repeat.',
  },
  flash_shape_unseen: {
    id: 'Bentuk wajah tidak terlihat dari uji cahaya. Ulangi selfie dengan kamera menyala sampai selesai.',
    en: 'The light test did not show the shape of the face. Repeat the selfie with the camera on until the end.',
  },
  passive_low: {
    id: 'Gambar wajah meragukan. Ulangi dengan cahaya merata.',
    en: 'The face picture is doubtful. Repeat in even light.',
  },
  prompt_missing: {
    id: 'Gerakan tidak diminta pada pengambilan ini.',
    en: 'No movement was asked for in this capture.',
  },
  prompt_unanswered: {
    id: 'Gerakan belum terlihat. Ulangi perlahan.',
    en: 'The movement was not seen. Repeat it slowly.',
  },
  stream_irregular: {
    id: 'Aliran kamera tidak wajar. Periksa kamera.',
    en: 'The camera stream is not natural. Check the camera.',
  },
  attestation_missing: { id: 'Perangkat atau kameranya tidak dikenal.', en: 'The device or its camera is not known.' },
  too_few_frames: { id: 'Gambar terlalu sedikit untuk dinilai.', en: 'Too few pictures to judge.' },
  too_short: { id: 'Rekaman terlalu pendek untuk pengukuran ini.', en: 'The clip is too short for this measurement.' },
  voter_not_validated: {
    id: 'Ukuran ini belum teruji dan tidak dihitung.',
    en: 'This measure is not validated yet and does not count.',
  },
  within_limits: { id: 'Sesuai.', en: 'Within limits.' },
  out_of_limits: { id: 'Di luar batas.', en: 'Out of limits.' },
  not_measured: { id: 'Tidak ada data.', en: 'No data.' },
  // match
  match_low: { id: 'Wajah tidak cocok dengan foto acuan.', en: 'The face does not match the reference.' },
  match_borderline: {
    id: 'Kemiripan wajah di ambang batas. Supervisor membandingkan.',
    en: 'The similarity is borderline. A supervisor compares.',
  },
  duplicate_face: {
    id: 'Wajah yang sama terdaftar dengan NIK lain. Supervisor memeriksa; jangan dibahas dengan nasabah.',
    en: 'The same face is enrolled under another NIK. A supervisor looks; do not discuss it with the customer.',
  },
  face_differs_from_record: {
    id: 'Foto di KTP berbeda dari wajah yang tercatat untuk NIK ini. Supervisor memeriksa.',
    en: 'The portrait differs from the faces on record for this NIK. A supervisor looks.',
  },
  face_of_operator: {
    id: 'Wajah ini milik petugas yang melayani. Petugas lain melayani, supervisor memutuskan.',
    en: 'This is the face of the serving member of staff. A colleague serves, a supervisor decides.',
  },
  face_of_staff: {
    id: 'Wajah ini milik pegawai. Supervisor memutuskan.',
    en: 'This is the face of a member of staff. A supervisor decides.',
  },
  face_blocked: {
    id: 'Supervisor memeriksa kasus ini; jangan dibahas dengan nasabah.',
    en: 'A supervisor looks at this case; do not discuss it with the customer.',
  },
  match_unavailable: {
    id: 'Pencocokan wajah tidak tersedia. Supervisor membandingkan.',
    en: 'Face matching is not available. A supervisor compares.',
  },
  template_model_differs: {
    id: 'Foto acuan dibuat dengan model lain. Pindai ulang.',
    en: 'The reference was made by another model. Scan again.',
  },
  // system
  vision_unavailable: {
    id: 'Pemeriksaan gambar sedang dimulai ulang. Data tetap tersimpan.',
    en: 'Picture checks are restarting. The data is kept.',
  },
  model_missing: {
    id: 'Model wajah belum terpasang. Kasus diteruskan ke supervisor.',
    en: 'The face model is not installed. The case goes to a supervisor.',
  },
  model_refused: {
    id: 'Model ditolak (sidik atau lisensi). Hubungi TI.',
    en: 'The model was refused (hash or licence). Call IT.',
  },
  clock_implausible: {
    id: 'Jam komputer tidak wajar. Periksa tanggal dan waktu.',
    en: 'The computer clock is implausible. Check date and time.',
  },
  freeze_pending_many: {
    id: 'Terlalu banyak bukti menunggu dikirim. Sambungkan jaringan, atau pindahkan lewat diska di Operasi.',
    en: 'Too many captures wait to be sent. Connect the network, or move them by disk under Operations.',
  },
  freeze_pending_old: {
    id: 'Ada bukti yang terlalu lama belum terkirim. Sambungkan jaringan, atau hubungi TI.',
    en: 'A capture has waited too long to be sent. Connect the network, or call IT.',
  },
  freeze_clock: {
    id: 'Jam komputer berbeda dari pusat. Betulkan tanggal dan waktu, lalu mulai lagi.',
    en: 'The clock differs from head office. Set date and time right, then begin again.',
  },
  freeze_lists_old: {
    id: 'Daftar penapisan sudah terlalu lama. Pasang daftar terbaru, atau hubungi TI.',
    en: 'The screening lists are too old. Install the current ones, or call IT.',
  },
  freeze_models_old: {
    id: 'Model sudah terlalu lama. Minta TI memasang versi Loket yang terbaru bersama modelnya.',
    en: 'The models are too old. Ask IT to install the current Loket with its models.',
  },
  freeze_disk_low: {
    id: 'Ruang diska hampir habis. Hubungi TI sebelum melayani nasabah berikutnya.',
    en: 'The disk is nearly full. Call IT before the next customer.',
  },
  freeze_self_test: {
    id: 'Uji awal hari gagal di loket ini. Ulangi di Operasi › Uji awal hari; bila tetap gagal, hubungi TI.',
    en: 'The self test failed at this counter. Repeat it under Operations › Self test; if it fails again, call IT.',
  },
  freeze_wipe: {
    id: 'Kantor pusat akan menghapus loket ini. Jangan layani nasabah baru; hubungi TI.',
    en: 'Head office is about to wipe this desk. Begin with no new customer; call IT.',
  },
  verdict_reversed: {
    id: 'Keputusan resmi berbeda dari hasil di loket. Hubungi nasabah dan buka kembali kasusnya.',
    en: 'The official verdict differs from what the counter said. Contact the customer and reopen the case.',
  },
  outcome_forced: {
    id: 'Hasil ditentukan oleh pengujian di sandbox, bukan oleh pemeriksaan.',
    en: 'The result was set by a sandbox test, not by the checks.',
  },
  dukcapil_declined: {
    id: 'Dukcapil tidak mengonfirmasi data. Minta nasabah mendatangi Dukcapil.',
    en: 'Dukcapil did not confirm the data. Ask the customer to see Dukcapil.',
  },
  customer_erased: {
    id: 'Data nasabah sudah dihapus atau dibatasi. Kasus ditutup.',
    en: "The customer's data were erased or restricted. The case is closed.",
  },
  simulated_capture: { id: 'Simulasi: bukan orang dan kartu sungguhan.', en: 'Simulation: no real person or card.' },
  duplicate_customer: {
    id: 'NIK sudah terdaftar. Lanjutkan dengan nasabah itu.',
    en: 'The NIK is already registered. Continue with that customer.',
  },
  // Says no more than this on purpose: what was found is shown to the reviewer alone.
  record_check: {
    id: 'Berkas ini diperiksa supervisor lebih dahulu. Lanjutkan pelayanan seperti biasa.',
    en: 'A supervisor checks this file first. Go on as usual.',
  },
  exception_path: { id: 'Jalur pengecualian. Supervisor memutuskan.', en: 'Exception path. A supervisor decides.' },
  signature_missing: {
    id: 'Nasabah setuju, tetapi tidak dapat menandatangani. Supervisor memutuskan.',
    en: 'The customer agreed but cannot sign. A supervisor decides.',
  },
} as const satisfies Record<string, ReasonText>;

export type ReasonCode = keyof typeof reasonCatalogue;

export const reasonCodes = Object.keys(reasonCatalogue) as ReasonCode[];

export function isReasonCode(code: string): code is ReasonCode {
  return Object.hasOwn(reasonCatalogue, code);
}

/** One reason of a decision: what was measured against what, and thereby what to do. */
export interface Reason {
  readonly code: ReasonCode;
  /** The gate it belongs to: `ktp`, `liveness`, `match`, `nik`, or a voter's name. */
  readonly gate: string;
  readonly value?: number;
  readonly threshold?: number;
  /** Name of a card field, where one is meant. */
  readonly field?: string;
}
