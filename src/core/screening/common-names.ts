/**
 * How common a word of a name is, before any list is asked: shares of people that carry it, rough and of own estimate.
 * A small list says nothing about that, and "Budi Santoso" on it must not look like a rare find.
 */
const classes: readonly (readonly [share: number, words: string])[] = [
  [0.06, 'muhammad'],
  [0.025, 'siti ahmad'],
  [
    0.01,
    `sri nur dwi agus budi abdul dewi eka tri putri putra rahman setiawan susanto wahyu pratama saputra indah ratna yuli eko
    heri rudi hendra andi adi ade joko bambang slamet dian rina rini lestari wati sari ayu kurniawan hidayat santoso`,
  ],
  [
    0.004,
    `hasan husain umar usman ali yusuf ibrahim ismail abdullah arif rizki fajar dedi deni doni edi endang ani yani nurul aulia
    wulandari rahmawati handayani astuti utami puspita anggraini fitri maulana ramadhan firmansyah nugroho wibowo prasetyo
    gunawan wijaya kusuma purnomo suryadi hartono hartati mulyadi mulyani supriyadi suparman sutrisno sugeng sukardi iwan irwan
    yanto yanti maya mega lina linda rita rosa sinta tuti umi yayan asep ujang cecep dadang aminah fatimah khadijah aisyah zainal
    saiful syaiful syamsul khairul nasution siregar lubis harahap simanjuntak sitorus sinaga hutapea pasaribu made wayan ketut
    nyoman putu gede komang`,
  ],
  [
    0.0015,
    `ilham imam irfan ihsan ikhsan taufik hidayah rahmat rahayu ningsih purwanto suharto sukarno susilo wahyudi wahyuni yulianti
    yuliana novi novita nova dina diana desi devi elsa erna evi feri fitria galih gilang hani hanafi haris hari indra intan ika
    jamal karim kartika kartini laila latifah lukman malik mariam mustafa nadia nanda nia novia oki okta puji rama rendi reza
    ridwan rian riko rosi saiful salim samsul sandi sapto septi sofyan suci sulaiman surya teguh tini titin tono toni udin vera
    vina widodo winda wulan yogi yuni yusra zahra zaki mochtar idris bakar effendi efendi basri anwar hakim halim hamid harun
    bagus bayu cahya cahyo citra daniel david denny dimas faisal farid ferdian fikri hafiz jaya kevin krisna mahendra martin
    michael nabila naufal permana permata rafi rangga rosdiana safitri samuel satria sinta stefanus syahputra tiara utomo vicky
    yohanes yosef yulia agung agustina ari aris bima candra chandra christian dani danu darma galuh gita hendri hendro iman
    john james robert william maria jose juan carlos luis ivan aleksandr sergey vladimir li wang zhang chen liu kim lee park
    nguyen tran khan hussein singh kumar sharma`,
  ],
];

const entityWords: readonly (readonly [share: number, words: string])[] = [
  [0.04, 'indonesia international group trading global jaya'],
  [
    0.012,
    `abadi mandiri sejahtera makmur utama nusantara karya bersama sentosa mulia perkasa prima mitra sukses general services
    service industries industry holding holdings investment investments shipping bank energy oil gas petroleum construction
    development enterprises technology technologies transport logistics marine export import national foundation organization
    organisation association union center centre institute ministry state republic islamic exchange`,
  ],
];

function table(source: readonly (readonly [share: number, words: string])[]): ReadonlyMap<string, number> {
  return new Map(
    source.flatMap(([share, text]) =>
      text
        .trim()
        .split(/\s+/u)
        .map((word): [string, number] => [word, share]),
    ),
  );
}

export const commonPersonWords = table(classes);
export const commonEntityWords = table(entityWords);
