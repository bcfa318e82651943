import { spelling } from './spelling.js';

/** One way to read a name: what is left of it when form, remarks and conjunctions are taken away. */
export interface NameReading {
  /** Words in order, lower case, without accents or punctuation; numbers as digits. */
  tokens: readonly string[];
}

/** A company's name as a matcher needs it. */
export interface CompanyName {
  /** As people see it; equal text = spelled the same (FEATURES MAP-2). */
  spelled: string;
  /** The name itself first, then trading names it states (*t/a*, *dba*, in brackets). */
  readings: readonly NameReading[];
  /** Family of the legal form, e.g. `gmbh`; absent when none is written. */
  legalForm?: string;
  /** The name says that it is a branch of something. */
  isBranch: boolean;
}

const FAMILIES: Record<string, string> = {};
for (const [family, spellings] of Object.entries({
  ltd: 'ltd limited ltda ltee cyf pvtltd ptyltd pteltd ptylimited privatelimited pvt pty coltd',
  plc: 'plc ccc',
  llp: 'llp',
  lp: 'lp',
  llc: 'llc lc pllc',
  inc: 'inc incorporated corp corporation',
  gmbh: 'gmbh mbh ggmbh ug ughaftungsbeschrankt gesmbh',
  gmbhcokg: 'gmbhcokg gmbhundcokg gmbhcokgaa ugcokg agcokg gmbhcoohg',
  kg: 'kg',
  ag: 'ag',
  se: 'se',
  ohg: 'ohg',
  gbr: 'gbr',
  ek: 'ek eks ekfr ekfm',
  ev: 'ev',
  eg: 'eg',
  bv: 'bv bvba besloten',
  nv: 'nv',
  vof: 'vof',
  cv: 'cv cvba',
  sarl: 'sarl eurl',
  sas: 'sas sasu',
  sa: 'sa sca',
  sci: 'sci',
  sl: 'sl slu sll srl',
  spa: 'spa',
  snc: 'snc',
  ab: 'ab aktiebolag publ',
  as: 'as asa',
  ans: 'ans',
  aps: 'aps',
  ivs: 'ivs',
  oy: 'oy oyj',
  spzoo: 'spzoo spolkazoo spolkazograniczonaodpowiedzialnoscia',
  spj: 'spj spk',
  sro: 'sro spolsro',
  kft: 'kft',
  zrt: 'zrt nyrt rt',
  doo: 'doo jdoo',
  dd: 'dd',
  ood: 'ood eood',
  ad: 'ad ead',
  lda: 'lda unipessoallda',
  ou: 'ou',
  uab: 'uab',
  sia: 'sia',
  ike: 'ike epe ae',
  asbl: 'asbl vzw',
  sdnbhd: 'sdnbhd bhd',
  kk: 'kk kabushikikaisha',
  ooo: 'ooo tov obshchestvosogranichennoiotvetstvennostyu tovarystvozobmezhenoiuvidpovidalnistyu',
  ao: 'ao oao zao pao aktsionernoeobshchestvo publichnoeaktsionernoeobshchestvo',
  sapi: 'sadecv srldecv sapidecv',
}))
  for (const text of spellings.split(' ')) FAMILIES[text] = family;
/** Forms that are also written in front of the name. */
const LEADING = new Set(
  `sarl sas eurl ab oy uab sia ooo sci zao tov doo ao oao pao aktsionernoeobshchestvo publichnoeaktsionernoeobshchestvo
   obshchestvosogranichennoiotvetstvennostyu tovarystvozobmezhenoiuvidpovidalnistyu`.split(/\s+/),
);
/** Forms that are written without a space beside the name. */
const ATTACHED = /株式会社|有限会社|合同会社|股份有限公司|有限责任公司|有限公司|주식회사|㈜|㈱/gu;

const CONJUNCTIONS = new Set(['and', 'und', 'et', 'en', 'og', 'och', 'ja', 'oraz', 'y', 'e', 'i', 'a']);
const ARTICLES = new Set([
  'the',
  'der',
  'die',
  'das',
  'den',
  'le',
  'la',
  'les',
  'el',
  'los',
  'las',
  'il',
  'het',
  'de',
  'du',
  'von',
  'van',
  'of',
]);
const NUMBERS: Record<string, string> = {};
for (const list of [
  'zero one two three four five six seven eight nine ten eleven twelve',
  'null eins zwei drei vier funf sechs sieben acht neun zehn elf zwolf',
  'zero un deux trois quatre cinq six sept huit neuf dix onze douze',
])
  list.split(' ').forEach((word, number) => (NUMBERS[word] = String(number)));
for (const [roman, number] of Object.entries({ ii: 2, iii: 3, iv: 4, vi: 6, vii: 7, viii: 8, ix: 9 }))
  NUMBERS[roman] = String(number);
// French "un" and Roman "v", "x", "i" are words and initials far more often than numbers.
delete NUMBERS['un'];

const BRANCH_WORDS = new Set(
  `branch office niederlassung zweigniederlassung filiale zweigstelle standort geschaftsstelle succursale agence sucursal
   vestiging filiaal filial avdeling afdeling oddzial sede delegacion betriebsstatte`.split(/\s+/),
);
/** Ordinals as they are written with digits. */
'first second third fourth fifth sixth seventh eighth ninth tenth'
  .split(' ')
  .forEach((word, index) => (NUMBERS[word] = `${index + 1}${['st', 'nd', 'rd'][index] ?? 'th'}`));

const LETTERS: Record<string, string> = { ß: 'ss', æ: 'ae', ø: 'o', ł: 'l', đ: 'd', œ: 'oe', þ: 'th', ð: 'd', ı: 'i' };
/** Cyrillic and Greek as names of companies are usually written in Latin letters; signs without a sound vanish. */
for (const pairs of [
  'а:a б:b в:v г:g д:d е:e ж:zh з:z и:i к:k л:l м:m н:n о:o п:p р:r с:s т:t у:u ф:f х:kh ц:ts ч:ch ш:sh щ:shch ъ: ы:y ь: э:e ю:yu я:ya',
  'і:i є:ie ґ:g ђ:dj ј:j љ:lj њ:nj ћ:c џ:dz ѓ:gj ќ:kj ѕ:dz',
  'α:a β:v γ:g δ:d ε:e ζ:z η:i θ:th ι:i κ:k λ:l μ:m ν:n ξ:x ο:o π:p ρ:r σ:s ς:s τ:t υ:y φ:f χ:ch ψ:ps ω:o',
])
  for (const pair of pairs.split(' ')) LETTERS[pair[0]!] = pair.slice(2);
const FOREIGN = new RegExp(`[${Object.keys(LETTERS).join('')}]`, 'gu');
/** *t/a*, *trading as*, *dba* … : what stands on either side is a name of its own. */
const ALSO_KNOWN =
  /\s+(?:t\/a|t\.a\.|trading as|d\/b\/a|dba|d\.b\.a\.|doing business as|aka|a\.k\.a\.|also known as|formerly|formerly known as|fka|vormals|ehemals|firmierend als|nom commercial|nombre comercial|handelend onder de naam|h\.o\.d\.n\.)\s+/i;
const BRACKETS = /[([{]([^)\]}]*)[)\]}]/g;
/** Notes people leave in a name: *prepaid*, "new", "do not use". */
const REMARK = /\*[^*]*\*|\b(?:do not use|prepaid|new customer|neukunde|inactive|old account|duplicate)\b/gi;
const REMARK_WORDS = new Set([
  'new',
  'neu',
  'nouveau',
  'nieuw',
  'old',
  'alt',
  'test',
  'vip',
  'prepaid',
  'managed',
  'msp',
]);

/** Lower case, without accents; Cyrillic and Greek in Latin letters, those of other alphabets as they are. */
export function plain(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(FOREIGN, (letter) => LETTERS[letter]!);
}

/** Words of a plain text; dotted initials are one word (`s.a.r.l.` → `sarl`), apostrophes vanish. */
function wordsOf(text: string): string[] {
  return plain(text)
    .replace(/(?<![\p{L}\p{N}])(?:\p{L}\.)+(?:\p{L}(?![\p{L}\p{N}]))?/gu, (initials) => initials.replaceAll('.', ''))
    .replace(/(?<=\p{L})[/](?=\p{L}(?![\p{L}\p{N}]))/gu, '')
    .replace(/['’`´]/g, '')
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
}

/**
 * Reads a company's name (FEATURES MAP-2): capitals, accents, punctuation, legal forms of many countries, articles,
 * "&" and "and", number words and remarks are taken out; trading names become readings of their own.
 */
export function readCompanyName(name: string): CompanyName {
  const spelled = spelling(name);
  let legalForm: string | undefined;
  const readings: NameReading[] = [];
  const take = (text: string): void => {
    const detached = text.replace(ATTACHED, ' ');
    const words = wordsOf(detached.replace(REMARK, ' '));
    const { rest, form } = withoutLegalForm(words);
    legalForm ??= form ?? (detached === text ? undefined : 'kk');
    const tokens = tokensOf(rest);
    if (tokens.length > 0 && !readings.some((known) => known.tokens.join(' ') === tokens.join(' ')))
      readings.push({ tokens });
  };
  // A form in brackets belongs to the form, as in "UG (haftungsbeschränkt)".
  const text = spelled.replace(/\(\s*haftungsbeschr[äa]nkt\s*\)/gi, ' ');
  const inBrackets: string[] = [];
  const outside = text.replace(BRACKETS, (_, inner: string) => {
    inBrackets.push(inner);
    return ' ';
  });
  for (const part of outside.split(ALSO_KNOWN)) take(part);
  for (const inner of inBrackets) if (!isRemark(inner)) take(inner.replace(/^\s*(?:t\/a|dba|trading as|aka)\s+/i, ''));
  if (readings.length === 0) {
    const tokens = wordsOf(spelled);
    if (tokens.length > 0) readings.push({ tokens });
  }
  return {
    spelled,
    readings,
    isBranch: readings.some(({ tokens }) => tokens.some((token) => BRANCH_WORDS.has(token))),
    ...(legalForm === undefined ? {} : { legalForm }),
  };
}

/** True for words that only say *a branch*. */
export const isBranchWord = (token: string): boolean => BRANCH_WORDS.has(token);

function isRemark(text: string): boolean {
  const words = wordsOf(text);
  return words.every((word) => REMARK_WORDS.has(word) || FAMILIES[word] !== undefined);
}

/** Takes a legal form off the end (or, for some, the start). A name that is nothing but a form keeps its words. */
function withoutLegalForm(words: readonly string[]): { rest: readonly string[]; form?: string } {
  let rest = words;
  let form: string | undefined;
  for (let again = true; again;) {
    again = false;
    for (let length = Math.min(5, rest.length - 1); length >= 1; length--) {
      const tail = rest.slice(-length);
      const family = FAMILIES[tail.join('')] ?? FAMILIES[tail.filter((word) => !CONJUNCTIONS.has(word)).join('')];
      if (family === undefined || (length > 1 && tail.some((word) => word.length > 5 && FAMILIES[word] === undefined)))
        continue;
      rest = rest.slice(0, -length);
      // "Holding GmbH & Co. KG": the outermost form is read whole before any part of it.
      form ??= family;
      again = true;
      break;
    }
  }
  for (let length = Math.min(4, rest.length - 1); length >= 1; length--) {
    const head = rest.slice(0, length).join('');
    if (!LEADING.has(head)) continue;
    form ??= FAMILIES[head];
    rest = rest.slice(length);
    break;
  }
  return form === undefined ? { rest } : { rest, form };
}

/** Words that tell names apart: no articles, conjunctions or remarks; numbers as digits. Never empty for a name with words. */
function tokensOf(words: readonly string[]): string[] {
  const numbered = words.map((word) => NUMBERS[word] ?? word.replace(/^0+(?=\d)/, ''));
  const telling = numbered.filter(
    (word, index) =>
      !ARTICLES.has(word) &&
      !REMARK_WORDS.has(word) &&
      // A single letter is a conjunction only between two words; elsewhere it is an initial.
      !(CONJUNCTIONS.has(word) && (word.length > 1 || (index > 0 && index < numbered.length - 1))),
  );
  return telling.length > 0 ? telling : numbered;
}
