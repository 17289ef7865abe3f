/**
 * Names of nobody: given names and family names are combined freely. Common ones first (they are drawn more often); a long
 * tail is put together from syllables, as real populations have one. Nothing here is shared with the matcher.
 */
import { createDraw, type Draw } from './draw.ts';

const list = (text: string): readonly string[] => text.trim().split(/\s+/u);

const javaneseMenOwn =
  list(`Budi Agus Slamet Bambang Joko Sutrisno Eko Sugeng Hadi Supriyadi Wahyu Teguh Sumarno Suparman Mulyono Dwi Tri Heru Edi
  Yanto Sukardi Purwanto Suyanto Aris Bayu Dimas Galih Hendro Imam Kuncoro Margono Ngadimin Paijo Pranoto Rudi Sapto Tono Untung Wagiman
  Widodo Yudi Giyono Jumadi Kasiman Lasimin Mujiono Parman Radiman Samidi Tarno Warsito Waluyo Yuwono Ponidi Rohmadi Cipto Darmaji Gatot`);
const javaneseWomenOwn =
  list(`Sri Siti Endang Sulastri Wahyuni Suparmi Tutik Dewi Rini Yuni Ratna Lestari Tri Dwi Eka Sumiyati Ngatini Parti Sutini Warsini
  Kartini Lasmi Murni Ningsih Poniyem Retno Saminah Titik Umi Wiwik Yatmi Rubinem Kasiyem Juminten Painem Sarinah Giyem Harti Indah Juwita`);
const javaneseSecondsOwn =
  list(`Santoso Susanto Setiawan Wibowo Nugroho Prasetyo Hartono Kurniawan Widodo Purnomo Utomo Raharjo Wijaya Kusuma Sutanto Haryanto
  Suryanto Handoko Pranowo Saputro Pambudi Cahyono Wicaksono Hermawan Sulistyo Nurcahyo Prabowo Yulianto Darmawan Kuswanto Subagyo Mulyanto
  Hardjono Sasongko Wardoyo Suprapto Martono Widjanarko Aditama Baskoro Cokrowardoyo Danurejo Gondosuwito Jatmiko Kertanegara Lesmana
  Mangunsarkoro Notosusanto Pringgodigdo Reksohadi Sastroamidjojo Tjokronegoro Wirosardjono Yudhoyono Adiwinata Brotosewojo Djojodirdjo`);
const javaneseWomenSecondsOwn =
  list(`Wati Lestari Rahayu Ningsih Astuti Handayani Utami Wulandari Puspitasari Anggraeni Widyastuti Kusumawati Setyowati Purwaningsih
  Hastuti Mulyani Suryani Kurniasih Indriyani Fatmawati Susilowati Nuraini Pratiwi Maharani Larasati Kusumaningrum Sekarwangi Rukmini`);
const muslimMenOwn =
  list(`Muhammad Ahmad Abdul Ali Hasan Yusuf Ibrahim Ismail Umar Usman Zainal Syamsul Khairul Nurul Saiful Faisal Ridwan Hamzah Iqbal Arif Rizki
  Fauzi Hakim Malik Salman Bilal Idris Luqman Mahmud Anwar Bahrul Choirul Fathur Habibullah Junaidi Kamaruddin Masruri Nasrullah Qomarudin
  Rofiq Sholihin Thoriq Ubaidillah Wahab Yazid Zubair Asrul Baihaqi Dzikri Farhan Ghazali Hisyam Irsyad Jauhari Khatib Lutfi Muhtadin`);
const muslimSecondsOwn =
  list(`Rahman Hidayat Ramadhan Fadillah Maulana Hakim Arifin Fauzan Syahputra Amrullah Rosyid Mubarok Zulkarnain Alamsyah Nasution Rangkuti
  Firmansyah Syarifuddin Abdurrahman Jalaluddin Burhanuddin Fakhruddin Hasanuddin Baharuddin Tajuddin Nuruddin Zainuddin Mahfudz Muttaqin
  Al-Habsyi Assegaf Shihab Alatas Bafadal Baswedan Basalamah Bachmid Sungkar Makarim Thalib Ashari Mustofa Sanusi Marzuki Dimyati`);
const muslimWomenOwn =
  list(`Siti Nur Fatimah Aisyah Khadijah Aminah Nurul Zahra Laila Maryam Rohmah Halimah Umi Zainab Salma Hafsah Nadia Rabiatul Miftahul
  Nurhayati Rosmawati Syarifah Jamilah Kholifah Latifah Munawaroh Naimah Qonitah Ruqayyah Safiyah Ummu Wardah Yasmin Zubaidah`);
const muslimWomenSecondsOwn =
  list(`Aminah Hasanah Azizah Rahmawati Fitriani Nuraini Khasanah Mardhiyah Zakiyah Hidayati Maulida Ramadhani Salsabila Khairunnisa Rahmah
  Mahmudah Solihah Maesaroh Fauziah Muslimah Rosyidah Nafisah Humaira Kamila Alawiyah Istiqomah Qomariah Robiah`);
const batakFirst =
  list(`Parlindungan Togar Maruli Binsar Poltak Tumpal Sahat Jonathan Daniel Ronald Martin Roni Tiurma Rosmaida Lamria Duma Tiarma Sondang Hotma
  Marihot Saut Hasudungan Ganda Mangasi Bonar Jannes Patuan Rumiris Nurmala Ida Christina Ruth Debora Elisabeth`);
const margaOwn =
  list(`Simanjuntak Sitompul Siregar Nasution Lubis Harahap Hutagalung Panjaitan Pasaribu Sinaga Siahaan Situmorang Manurung Tampubolon Hutabarat
  Nainggolan Simatupang Silalahi Purba Saragih Ginting Sembiring Tarigan Karokaro Damanik Gultom Marpaung Napitupulu Rajagukguk Sihombing
  Lumbantobing Batubara Pohan Daulay Rambe Ritonga Hasibuan Dalimunthe Matondang Tanjung Sipahutar Aritonang Lumbangaol Hutasoit`);
const balineseBirth = list('Wayan Putu Made Kadek Nyoman Komang Ketut Gede');
const balineseNamesOwn =
  list(`Suartana Sudiarta Widiana Artawan Suardana Adnyana Mahendra Sukarta Wirawan Arjana Sutama Kariasa Suweta Darmayasa Yasa Astawa Budiasa
  Sukerti Suryani Widiastuti Ariani Murniati Sulasih Juniari Parwati Windia Oka Pastika Mantra Subrata Karmini Dharmaputra Negara`);
const easternFirst =
  list(`Yohanes Petrus Paulus Markus Matius Stefanus Fransiskus Agustinus Antonius Yosef Maria Theresia Veronika Kristina Yuliana Magdalena Elisabet
  Frans Hendrik Oktovianus Melkianus Alfons Benyamin Dominggus Ferdinand Gerson Yakobus Simon Thomas Adolfina Debora Ester Marselina`);
const easternFamiliesOwn =
  list(`Wanggai Rumbiak Kogoya Wenda Tabuni Matondang Latuconsina Pattinasarany Leimena Sahetapy Tuhumury Lalamentik Mandagi Wowor Rumengan Sondakh
  Kawilarang Bengu Kleden Fernandez Lamapaha Riwu Nalle Manafe Benu Tallo Beribe Keraf Tanamal Siwabessy Ayomi Kambuaya Yoku Rumaropen`);
const chineseIndonesianOwn =
  list(`Tanoto Wijaya Halim Gunawan Salim Hartanto Limantoro Widjaja Kusnadi Tjandra Sutedja Oentoro Lienardi Wongso Tedjo Santosa Budiman Hadiwijaya
  Liemena Tanzil Kosasih Setiadi Susilo Sugiarto Handojo Tanudjaja Angkasa Cahyadi Oei Liem Tan Kwee Thio Gozali Wiryawan`);
const modernFirstOwn =
  list(`Kevin Michael Jessica Stephanie Felicia Vincent Andreas William Nicholas Angelina Grace Steven Hendra Rudy Tommy Lina Susi Yenny Fenny Melinda
  Rizky Dimas Fajar Nanda Putri Bagas Rangga Adinda Nabila Salsa Aulia Cindy Dhea Ghina Intan Kirana Reza Rafi Zaki Vania`);

/** Every beginning with every end, in an order of no meaning: the productive part of Indonesian naming. */
function compounds(beginnings: string, ends: string, seed: number): readonly string[] {
  const all = list(beginnings).flatMap((first) => list(ends).map((last) => first + last));
  const draw = createDraw(seed);
  for (let at = all.length - 1; at > 0; at -= 1) {
    const other = draw.below(at + 1);
    [all[at], all[other]] = [all[other] as string, all[at] as string];
  }
  return all;
}

const javaRoots = `Su Har War Sar Dar Mar Kar Pur Nga Ka Tu Sa Ju Ra Ru Po Par Sun Sud Suk Sum Sup Sut Suw Suy Sugi Sul Sri Mul Wi Wid War Was Wag Tar Tas
  Ris Ros Rat Nar Mur Mir Las Kus Kas Jum Jar Gim Dir Dal Cip Cas Bas Bud And Am Yat Yul`;
const javaneseMen = [
  ...javaneseMenOwn,
  ...compounds(javaRoots, 'no to di man min yanto yono ono anto adi iyo arno iman tono jo kim modo', 11),
];
const javaneseWomen = [
  ...javaneseWomenOwn,
  ...compounds(javaRoots, 'ti ni mi yem nem nah yah wati yati inah iyah sih arti tini lin asih miati', 12),
];
const javaneseSeconds = [
  ...javaneseSecondsOwn,
  ...compounds(
    'Adi Wira Sastra Kusuma Surya Wijaya Nata Harja Karta Jaya Sasmita Reksa Mangku Dipa Cakra Tirta Raga Purwa Prawira Marta Noto Pura Darma Joyo',
    'negara wijaya kusuma atmaja dinata saputra winata praja diputra ningrat wibawa sasmita',
    13,
  ),
];
const javaneseWomenSeconds = [
  ...javaneseWomenSecondsOwn,
  ...compounds(
    'Kusuma Puspa Wulan Sekar Retna Dewi Ayu Candra Cahya Arum Indra Sari Ratna Kartika Anggra Widya Hapsa',
    'wati ningrum ningtyas dewi sari wardani puspita rini yani asih',
    14,
  ),
];
const muslimMen = [
  ...muslimMenOwn,
  ...compounds(
    'Syam Zain Saif Jal Nas Bad Burh Fakhr Taj Kamar Jam Hasan Bahar Syar Naj Awal Kam Muh Shal Qam Mus Rah Alim Imad Sirj',
    'uddin udin ul uli ruddin anuddin ahuddin',
    15,
  ),
  ...compounds(
    'Fa Ra Ha Ma Na Sa Za Ta Ka Wa Ya Al Ir Us Il',
    'ris dli fiz lik sir mil fran yyid him zim hmi rhan zril sdi hsan',
    16,
  ),
];
const muslimWomen = [
  ...muslimWomenOwn,
  ...compounds(
    'Nur Siti Um Ros Mar Mas Sal Has Jam Mun Khair Zul Rah Faz Lut',
    'hayati hidayah jannah aini laila hasanah azizah wahidah fadilah fitri halimah haliza lina dah asyah sinah yanti',
    17,
  ),
];
const muslimSeconds = [
  ...muslimSecondsOwn,
  ...compounds(
    'Al Ar As Ram Sya Fir Mau Nas Fa Ra Zul Has Nur Ab Ha',
    'fian rahman siddiq dani putra mansyah lana rullah dhillah madhan fikar bullah hadi idin barak kim faruq',
    18,
  ),
];
const muslimWomenSeconds = [
  ...muslimWomenSecondsOwn,
  ...compounds(
    'Kha Zak Maul Ram Sal Mah Sol Mae Fau Nab Hum Kam Ala Ist Qom Rif Wah Laz',
    'dijah iyah ida adhani sabila mudah ihah saroh ziah ilah aira ila wiyah iqomah ariah',
    19,
  ),
];
const modernFirst = [
  ...modernFirstOwn,
  ...compounds(
    'Ra De Fe Vi Na Ka Al Za Re Di Ar El Ke Me Ve Ge Cla Bri Ste Glo Fio Jo Mi Te',
    'ndra via nia fandi ra ya vin lya na fi no nda rel ssa tha nella rian dwin',
    20,
  ),
];

const balineseNames = [
  ...balineseNamesOwn,
  ...compounds(
    'Su Wi Ar Dar Ka Ad Bud Yud Wid Mus Pas Sus Suk Wir Mud Sud Jul Kert Rai',
    'artana diarta nata antara awan yasa wijaya iasa ika gunawan endra adnya ana awati iani asih artini riani',
    21,
  ),
];
const easternFamilies = [
  ...easternFamiliesOwn,
  ...compounds(
    'Wa Ru Ko Ta La Pa Se Ma Ri Na Be Ke Si Ka Lu Mo Ra Do Te Bo',
    'nggai mbiak goya buni tuconsina ttiasina hetapy ndagi wu lle nu raf wabessy mbuaya ko maropen lehu nahu tumury fmatan',
    22,
  ),
];
const marga = [
  ...margaOwn,
  ...compounds(
    'Si Huta Lumban Sima Nai Pa Ha Ta Sito Pang',
    'rait galung toruan njorang borhu nggabean rapap mpubon hang guluh baringin raja julu lobu',
    23,
  ),
];
const chineseIndonesian = [
  ...chineseIndonesianOwn,
  ...compounds(
    'Tan Lim Wi Gu Ha Su Ku Tje Oen Lie Kwe Hadi Budi Setia Wira',
    'jaya nawan lim gianto santo tanto diman wijaya toso nardi sutrisno dharma',
    24,
  ),
];

const abroad: Readonly<Record<string, { readonly first: readonly string[]; readonly family: readonly string[] }>> = {
  en: {
    first:
      list(`James John Robert Michael William David Richard Thomas Charles Daniel Matthew Anthony Mark Paul Steven Andrew Kenneth George Edward Brian
      Mary Patricia Jennifer Linda Elizabeth Barbara Susan Margaret Sarah Karen Nancy Lisa Helen Sandra Donna Carol Ruth Sharon Laura Emily`),
    family:
      list(`Smith Johnson Brown Taylor Wilson Davies Evans Walker Wright Robinson Thompson White Hughes Edwards Green Hall Lewis Harris Clarke Patel
      Jackson Wood Turner Martin Cooper Hill Ward Morris Moore Clark Harrison Whitfield Blackwood Ashdown Pemberton Lockhart Ravenscroft`),
  },
  ru: {
    first:
      list(`Aleksandr Sergey Vladimir Andrey Dmitry Aleksey Nikolay Ivan Mikhail Yuri Viktor Oleg Igor Pavel Roman Maksim Konstantin Boris Anatoly
      Olga Tatyana Natalya Elena Irina Svetlana Anna Marina Galina Lyudmila Vera Nadezhda Larisa Yulia Ksenia Gennady Valery Arkady Stanislav`),
    family:
      list(`Ivanov Petrov Smirnov Kuznetsov Popov Sokolov Lebedev Kozlov Novikov Morozov Volkov Solovyov Vasilyev Zaytsev Pavlov Semyonov Golubev Vinogradov
      Bogdanov Vorobyov Fyodorov Mikhaylov Belyaev Tarasov Belov Komarov Orlov Kiselyov Makarov Andreev Kovalyov Ilyin Gusev Titov Kuzmin Kudryavtsev`),
  },
  ar: {
    first:
      list(`Mohammed Ahmed Ali Hassan Hussein Omar Khalid Abdullah Ibrahim Yousef Mahmoud Mustafa Saleh Fahd Nasser Walid Tariq Jamal Karim Samir
      Fatima Aisha Maryam Layla Noura Huda Amal Rania Hanan Salma Zaynab Khadija Bashar Ghassan Haytham Imad Jihad Kamal Mazen Nabil`),
    family:
      list(`Al-Masri Al-Shami Al-Hashimi Al-Qahtani Al-Otaibi Al-Ghamdi Al-Baghdadi Al-Tikriti Haddad Khoury Nasrallah Mansour Qasim Saeed Farouk Barakat
      Darwish Fayyad Ghanem Hamdan Issa Jaber Kanaan Lahoud Maalouf Najjar Obeid Qureshi Rahmani Sabbagh Tamimi Younis Zidan Bishara Shahin`),
  },
  es: {
    first:
      list(`Jose Juan Carlos Luis Miguel Jorge Pedro Manuel Francisco Antonio Rafael Fernando Alejandro Ricardo Eduardo Roberto Sergio Andres Diego
      Maria Carmen Ana Rosa Isabel Teresa Lucia Elena Patricia Gabriela Silvia Claudia Beatriz Adriana Veronica Marcela Ignacio Ramiro Esteban`),
    family:
      list(`Garcia Rodriguez Martinez Hernandez Lopez Gonzalez Perez Sanchez Ramirez Torres Flores Rivera Gomez Diaz Reyes Morales Cruz Ortiz Gutierrez Chavez
      Ramos Ruiz Alvarez Mendoza Vasquez Castillo Jimenez Moreno Romero Herrera Medina Aguilar Vargas Guzman Salazar Delgado Fuentes Cardenas`),
  },
  cn: {
    first:
      list(`Wei Fang Na Xiuying Min Jing Li Qiang Lei Jun Yang Yong Yan Jie Juan Tao Ming Chao Xiulan Xia Ping Gang Guiying Hui Jianguo Jianhua
      Zhiqiang Haiyan Xiaoming Weidong Guoqiang Yulan Shuzhen Hongmei Zhenhua Dongmei Wenbin Haifeng Xuemei Lihua`),
    family: list(
      'Wang Li Zhang Liu Chen Yang Zhao Huang Zhou Wu Xu Sun Hu Zhu Gao Lin He Guo Ma Luo Liang Song Zheng Xie Han Tang Feng Yu Dong Xiao Cheng',
    ),
  },
  in: {
    first:
      list(`Rajesh Sanjay Amit Suresh Ramesh Vijay Anil Sunil Ashok Manoj Deepak Rahul Arun Ravi Prakash Mukesh Dinesh Ganesh Mahesh Naresh
      Sunita Anita Geeta Rekha Kavita Seema Meena Lakshmi Pooja Neha Priya Shanti Usha Asha Kamala Radha Savitri Venkatesh Subramaniam Harish`),
    family:
      list(`Kumar Sharma Singh Patel Gupta Verma Reddy Nair Menon Iyer Rao Joshi Desai Mehta Shah Agarwal Banerjee Mukherjee Chatterjee Das Ghosh Bose
      Pillai Naidu Chauhan Rathore Yadav Mishra Pandey Tiwari Chaudhary Malhotra Kapoor Khanna Bhatt Kulkarni Deshmukh Patil`),
  },
  af: {
    first:
      list(`Emmanuel Joseph Samuel Ibrahim Musa Moses Peter Chinedu Kwame Kofi Abena Amina Grace Blessing Ngozi Tendai Thabo Sipho Jabu Mandla
      Oluwaseun Babajide Temitope Chukwuemeka Obinna Ifeanyi Adaeze Nkechi Fatoumata Mamadou Ousmane Seydou Aminata Mariama Bakary Modibo`),
    family:
      list(`Okafor Okonkwo Adeyemi Balogun Mensah Owusu Boateng Diallo Traore Keita Coulibaly Toure Cisse Kone Moyo Ncube Dlamini Nkosi Mbeki Zuma
      Kamau Otieno Mwangi Njoroge Wanjiru Abubakar Danjuma Eze Nwosu Obasanjo Asante Appiah Sissoko Camara Barry Sow Kabila Tshisekedi Mugisha`),
  },
  tr: {
    first:
      list(`Mehmet Mustafa Ahmet Ali Huseyin Hasan Ibrahim Ismail Osman Yusuf Murat Omer Kemal Emre Burak Serkan Fatma Ayse Emine Hatice Zeynep Elif
      Meryem Ozlem Hakan Orhan Selim Tolga Ugur Volkan Cengiz Ferhat Gokhan Ilker Koray Levent`),
    family:
      list(`Yilmaz Kaya Demir Celik Sahin Yildiz Yildirim Ozturk Aydin Ozdemir Arslan Dogan Kilic Aslan Cetin Kara Koc Kurt Ozkan Simsek Polat Korkmaz
      Cakir Erdogan Karaca Bulut Tekin Avci Gunes Aksoy Bozkurt Turan Acar Basaran Coskun Duman Erbil`),
  },
};

const onsets = list('b br d dr f g gr h j k kr l m n p pr r s st t tr v w z sh ch');
const middles = list('a e i o u ai au ei ia io');
const ends: Readonly<Record<string, readonly string[]>> = {
  id: list('no to wan wati di man yono manto nata dinata harja karta sasmita wijoyo sentana kusumo ningrat'),
  en: list('son ton ford ley man well wood ham field worth stone er'),
  ru: list('ov ev in sky enko chenko uk ovich ansky'),
  ar: list('i awi ani an ati uni ri'),
  es: list('ez es ano era illo ado ona ero'),
  in: list('kar wal appa raj nathan murthy lal mani'),
  af: list('anda obi ele ambo ula wale ike onga'),
  tr: list('oglu er man turk can lar'),
  cn: list('ng n'),
};

/** A family name nobody drew before, sounding of its country. */
function tail(draw: Draw, country: string): string {
  const syllables = country === 'cn' ? 1 : 1 + draw.below(2);
  let word = '';
  for (let index = 0; index < syllables; index += 1) word += draw.pick(onsets) + draw.pick(middles);
  if (syllables === 1 && country !== 'cn') word += draw.pick(list('l m n r s k d'));
  word += draw.pick(ends[country] ?? (ends.en as readonly string[]));
  return word.charAt(0).toUpperCase() + word.slice(1);
}

export function indonesianName(draw: Draw): string {
  const woman = draw.chance(0.45);
  const kind = draw.below(100);
  if (kind < 8) return draw.chance(0.5) ? draw.often(woman ? javaneseWomen : javaneseMen) + '' : tail(draw, 'id');
  if (kind < 36) return javanese(draw, woman);
  if (kind < 68) return muslim(draw, woman);
  if (kind < 76)
    return join(draw.often(batakFirst), draw.chance(0.3) ? draw.often(modernFirst) : '', draw.often(marga));
  if (kind < 82)
    return join(
      draw.chance(0.7) ? (woman ? 'Ni' : 'I') : '',
      draw.often(balineseBirth),
      draw.chance(0.35) ? draw.often(modernFirst) : '',
      draw.often(balineseNames),
    );
  if (kind < 89)
    return join(
      draw.often(easternFirst),
      draw.chance(0.35) ? draw.often(easternFirst) : '',
      familyOf(draw, easternFamilies),
    );
  return join(
    draw.often(modernFirst),
    draw.chance(0.3) ? draw.often(modernFirst) : '',
    familyOf(draw, chineseIndonesian),
  );
}

function familyOf(draw: Draw, families: readonly string[]): string {
  return draw.chance(0.25) ? tail(draw, 'id') : draw.often(families);
}

function javanese(draw: Draw, woman: boolean): string {
  const first = draw.often(woman ? javaneseWomen : javaneseMen);
  const middle = draw.chance(0.35) ? draw.often([...modernFirst, ...javaneseMen]) : '';
  const last = draw.chance(0.2) ? tail(draw, 'id') : draw.often(woman ? javaneseWomenSeconds : javaneseSeconds);
  return join(first, middle, last);
}

function muslim(draw: Draw, woman: boolean): string {
  const first = draw.often(woman ? muslimWomen : muslimMen);
  const middle = draw.chance(0.4)
    ? draw.often(woman ? [...modernFirst, ...muslimWomen] : [...muslimMen, ...modernFirst])
    : '';
  const last = draw.chance(0.15) ? tail(draw, 'id') : draw.often(woman ? muslimWomenSeconds : muslimSeconds);
  return join(first, middle, last);
}

/** A father's name or the like: one word. */
export function singleName(draw: Draw): string {
  return draw.often(draw.chance(0.5) ? muslimMen : javaneseMen);
}

export const foreignCountries = Object.keys(abroad);

export function foreignName(draw: Draw, country: string): string {
  const pool = abroad[country] as (typeof abroad)[string];
  const family = (): string => (draw.chance(0.45) ? tail(draw, country) : draw.often(pool.family));
  const second = draw.chance(country === 'cn' ? 0.1 : 0.45) ? draw.often(pool.first) : '';
  const extra = country === 'es' || (country === 'ar' && draw.chance(0.4)) ? family() : '';
  return join(draw.often(pool.first), second, family(), extra);
}

const trades =
  list(`Bangun Tani Tambang Niaga Baja Bahari Angkasa Energi Surya Graha Citra Duta Lintas Mega Multi Tirta Agro Sarana Teknik Logistik Finance
  Trading Marine Textile Petro Chemical Steel Cargo Timber Fisheries Aviation Telecom Pharma Minerals Electric Motor Paper Capital`);
const qualities = list(
  'Jaya Abadi Makmur Sentosa Perkasa Utama Mandiri Sejahtera Nusantara Global International Pratama Lestari Persada Sukses Gemilang',
);

export function companyName(draw: Draw, country: string): string {
  const own = tail(draw, country === 'id' ? 'id' : draw.pick(foreignCountries));
  const core = join(
    draw.chance(0.95) ? own : draw.often(trades),
    draw.often(trades),
    draw.chance(0.7) ? draw.often(qualities) : '',
  );
  if (country === 'id') return draw.chance(0.8) ? `PT ${core}${draw.chance(0.15) ? ' Tbk' : ''}` : `CV ${core}`;
  return `${core} ${draw.pick(['Ltd', 'LLC', 'Inc', 'GmbH', 'Co', 'FZE', 'Corp', 'JSC'])}`;
}

function join(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' ');
}
