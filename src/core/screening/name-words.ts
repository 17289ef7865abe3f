/**
 * Words of names that carry rank, kinship or legal form instead of identity. Own knowledge of Indonesian naming, no list
 * was copied. All lower case, without dots.
 */
const words = (text: string): readonly string[] => text.trim().split(/\s+/u);

/** Before a name: religious, academic, military, police, nobility, courtesy. */
export const titlesBefore: ReadonlySet<string> = new Set(
  words(`h hj haji hajah hajjah hajj kh kyai kiai nyai ust ustadz ustad ustaz ustadzah syekh syeikh sheikh shaikh habib gus tgk
  teungku tengku tgh buya dr drs dra drg drh ir prof profesor professor doktor dokter insinyur tn tuan ny nyonya nn nona bpk bapak
  ibu sdr sdri saudara mr mrs ms miss sir lady lord hon honourable honorable raden rm rr rd rmt kph krt krat gkr gph pangeran
  sultan datuk datuak dato sutan tuanku letnan lettu letda letkol letjen kapten kapt mayor mayjen kolonel kol jenderal jend
  brigjen laksamana laksda laksdya marsekal marsda marsdya sersan serka serma serda kopral kopda praka pratu bripda briptu brigpol
  bripka aipda aiptu ipda iptu akp kompol akbp kombes irjen komjen gen col maj capt sgt lt alm almh almarhum almarhumah`),
);

/** After a name: degrees and diplomas; dots are taken out before. */
export const degreesAfter: ReadonlySet<string> = new Set(
  words(`sh mh mhum mkn se me mm mba msi msc mt st spd mpd spdi mpdi spd mpdi sag mag ssi skom mkom sked sp mp spi mpi spt
  sip mip ssos msos sikom mikom shum ss ma mphil phd dba llm llb lc bsc ba bba bcom beng meng md ners skep mkep skm mkes sst
  sstp mstr str amd amdkeb amdkep amk akt ak ca cpa cfa cfp crm qia spog spa spb spjp spm sppd spak span spkj sptht spkk spu ipu
  ipm asean apt sfarm mfarm spsi mpsi psikolog ssn msn sth mth spak mtri shi mhi sei mei sy mesy esq jr sr dea dess dipl
  s1 s2 s3 d3 d4 hons ret purn`),
);

/** Between names: child of, house of, the. They tie, they do not tell. */
export const particles: ReadonlySet<string> = new Set(
  words(
    'bin binti bt bte ibn ibnu bint ibnat ben bn al el ul ad ar as at az an ash de del della der den van von da dos das di du la le y e',
  ),
);

/** What follows is the father's name: often left out, seldom wrong. */
export const patronymicMarks: ReadonlySet<string> = new Set(words('bin binti bt bte ibn ibnu bint ibnat bn'));

/** Forms of companies and other bodies, however written. */
export const legalForms: ReadonlySet<string> = new Set(
  words(`pt cv ud fa pd tbk persero perseroan terbatas firma koperasi yayasan perum perumda perseroda bumd ltd limited llc llp lp
  inc incorporated corp corporation co company plc gmbh ag kg sa sarl sas srl spa bv nv ab as oy oyj aps pte pty sdn bhd berhad
  fze fzc fzco fzllc jsc ojsc pjsc cjsc ooo oao pao zao ao llp kft zrt doo dd ead ood eood sal pjs est establishment`),
);

/** Written in many ways that no rule of spelling folds. The first of each line stands for all. */
const variantLines = `
muhammad mohammad mohamad muhamad mohammed mohamed muhammed muhamed mochammad mochamad muchammad muchamad mukhammad mokhamad mohamat muhamat moh muh mohd muhd moch much mhd mhmd mohmd mehmet mahomed mohd mohamet
abdul abd abdoel abdool abdel abdal abdu abdur abdus abdurr abdush abdil
ahmad achmad akhmad ahmed ahmat amad ahmd achmat amat ahamad
siti sitti sity st sitie
yusuf yusup jusuf joesoef yoesoef youssef yousef yusof jusup yousuf yusef ywsf josef
ibrahim ibrohim ebrahim ibraheem brahim abrhym
abdullah abdulah abdoellah abdallah abdulloh abdellah dullah bdllh
husain hussain husein hussein hosein hoesein husin husen hussien hsyn
hasan hassan hasen chasan khasan hsn
umar omar oemar umer
usman utsman othman oesman ousmane uthman osman
ismail ismael esmail ismaeel
yahya jahja yahia yehia
syarif sjarif syarief sharif sherif sarip sarif
zulkifli dzulkifli julkifli zulkipli zoelkifli
nur noor noer nour nor noerr
khairul chairul hairul choirul khoirul coirul chaerul haerul
khairil chairil hairil
khadijah chadidjah hadijah kadijah chadijah
nurul noerul nuroel
mukhtar mochtar muchtar moktar muhtar mokhtar
rahman rohman rachman rakhman rochman
rahmat rachmat rakhmat rohmat rochmat rahmad rachmad
fitri fitry fitrie pitri
feri ferry fery very feriy
heri herry hery heriy
christian kristian cristian kristyan
yohanes johanes johannes yohannes yohanis johanis yohan
yosef joseph yoseph yosep josep
mikhael michael mikael micheal mikail
petrus pieter peter
paulus paul paulo
stefanus stephanus stepanus stevanus
alexander aleksander alexsander iskandar eskandar aleksandr
ekaterina catherine katherine katarina
syamsudin syamsuddin sjamsuddin samsudin samsuddin shamsuddin syamsudin
jamaluddin djamaluddin jamaludin djamaludin
saifuddin syaifuddin saefudin saepudin saifudin syaefudin saipudin
said saeed sayid sayyid syed sayed seyed
khalid khaled khalied chalid
rashid rashed rasheed rasyid rosyid
majid majed majeed madjid
hamid hamed hameed
walid waleed oualid
nasir nasser naser nassir
faisal faysal feisal faizal fayshal
jamal gamal djamal djemal
tariq tarek tareq tarik thariq
aisyah aisha ayesha aishah aicha aisjah
fatimah fatima fatma fathimah fatemeh
maryam mariam miriam meryem mariyam
karim kareem kerim
salim saleem selim salem
mustafa mustapha moustafa mustofa musthofa
mahmud mahmoud mahmood machmud mehmood
dmitri dmitry dmitriy dimitri dimitry
sergei sergey sergej
aleksei aleksey alexei alexey alexej
yuri yury jurij iurii yuriy
nikolai nikolay nicolai
andrei andrey andrej
`;

/** Every spelling of a line stands for its first word. */
export const variants: ReadonlyMap<string, string> = new Map(
  variantLines
    .trim()
    .split('\n')
    .flatMap((line) => {
      const [first = '', ...others] = words(line);
      return [first, ...others].map((other): [string, string] => [other, first]);
    }),
);
