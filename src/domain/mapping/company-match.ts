import type { Company } from '../autotask/entities.js';
import type { Customer } from '../marketplace/customer.js';
import { isBranchWord } from './company-name.js';
import { factsOfCompany, factsOfCustomer, type MatchFacts } from './match-facts.js';
import { alignWords, editDistance, type Alignment } from './word-alignment.js';

/** Facts that speak for a match, strongest first. */
export const MATCH_REASONS = [
  'SAME_EXTERNAL_ID',
  'SAME_TAX_NUMBER',
  'SAME_NAME',
  'ALIKE_NAME',
  'CLOSE_NAME',
  'SAME_DOMAIN',
  'SAME_PHONE',
  'SAME_ADDRESS',
  'SAME_TOWN',
] as const;
export type MatchReasonCode = (typeof MATCH_REASONS)[number];

/** A fact that speaks for a match, with both sides' values as they are written there. */
export interface MatchReason {
  code: MatchReasonCode;
  customer: string;
  company: string;
}

/** What speaks against an otherwise good match, so that a person must look. */
export type MatchDoubt = 'OTHER_TOWN' | 'OTHER_TAX_NUMBER' | 'OTHER_LEGAL_FORM' | 'NAME_DIFFERS' | 'BRANCH';

/** A customer and a company that may be one, before anybody chose. */
export interface MatchCandidate {
  customerId: string;
  companyId: number;
  /** 0 … 1 with two decimals. */
  score: number;
  /** What the score is made of, in points with one decimal; tells candidates apart where the score is 1. */
  strength: number;
  /** The names are spelled the same. */
  exact: boolean;
  reasons: MatchReason[];
  doubts: MatchDoubt[];
}

/** Below this score nothing is suggested. */
export const SUGGEST_FROM = 0.75;
/** With a doubt, so much is enough to be shown; a person decides. */
const DOUBTFUL_FROM = 0.5;
/** So many companies per customer are compared in full; measured: more find nothing more. */
const CLOSE_LOOKS = 8;
/** What letters that no company has weigh against a likeness. */
const UNSEEN_WEIGHT = 20;

/** One side's value that several records share says less about each of them. */
const SHARED_BY_MANY = 4;

interface Entry<T> {
  record: T;
  facts: MatchFacts;
}

/**
 * Finds the companies that each customer may be (FEATURES MAP-2, WIN-7; DESIGN B9). Built once over all active records of
 * a connection, because how telling a word, a domain or a phone number is depends on who else has it.
 */
export class CompanyMatcher {
  readonly #companies: Entry<Company>[];
  readonly #customers: Entry<Customer>[];
  readonly #weights = new Map<string, number>();
  readonly #rareFrom: number;
  readonly #domainUse = new Map<string, number>();
  readonly #phoneUse = new Map<string, number>();
  readonly #addressUse = new Map<string, number>();
  readonly #towns = new Set<string>();
  readonly #index: CandidateIndex;

  constructor(customers: readonly Customer[], companies: readonly Company[]) {
    this.#customers = customers.map((record) => ({ record, facts: factsOfCustomer(record) }));
    this.#companies = companies.map((record) => ({ record, facts: factsOfCompany(record) }));
    const names = new Map<string, number>();
    for (const side of [this.#customers, this.#companies]) {
      const use = {
        domains: new Map<string, number>(),
        phones: new Map<string, number>(),
        places: new Map<string, number>(),
      };
      for (const { facts } of side) {
        const words = new Set(facts.name.readings.flatMap(({ tokens }) => tokens));
        for (const word of words) names.set(word, (names.get(word) ?? 0) + 1);
        for (const key of facts.domains.keys()) count(use.domains, key);
        for (const key of facts.phones.keys()) count(use.phones, key);
        const place = placeKey(facts);
        if (place) count(use.places, place);
        if (facts.city) this.#towns.add(facts.city);
      }
      for (const [key, n] of use.domains) this.#domainUse.set(key, Math.max(n, this.#domainUse.get(key) ?? 0));
      for (const [key, n] of use.phones) this.#phoneUse.set(key, Math.max(n, this.#phoneUse.get(key) ?? 0));
      for (const [key, n] of use.places) this.#addressUse.set(key, Math.max(n, this.#addressUse.get(key) ?? 0));
    }
    // In a short list every word is rare; pretend to have seen a thousand names.
    const size = Math.max(1_000, this.#customers.length + this.#companies.length);
    for (const [word, n] of names)
      this.#weights.set(word, Math.log((size + 1) / (n + 1)) * (COMMON.has(word) ? 0.5 : 1));
    this.#rareFrom = Math.log((size + 1) / Math.max(13, size / 400));
    this.#index = new CandidateIndex(
      this.#companies.map(({ facts }) => facts),
      this.#domainUse,
      this.#phoneUse,
    );
  }

  /** How many customers there are to look at with `candidatesOf`. */
  get size(): number {
    return this.#customers.length;
  }

  /** Companies that customer number `at` may be, best first; independent of what is mapped or rejected. */
  candidatesOf(at: number): MatchCandidate[] {
    const { record, facts } = this.#customers[at]!;
    return this.#index
      .lookup(facts)
      .map((index) => this.#judge(record, facts, this.#companies[index]!))
      .filter((candidate) => candidate !== undefined)
      .sort((a, b) => b.strength - a.strength || a.companyId - b.companyId);
  }

  readonly #weightOf = (word: string): number => this.#weights.get(word) ?? 6;

  #judge(
    customer: Customer,
    left: MatchFacts,
    { record: company, facts: right }: Entry<Company>,
  ): MatchCandidate | undefined {
    const reasons: MatchReason[] = [];
    const doubts: MatchDoubt[] = [];
    const note = (code: MatchReasonCode, one: string, two: string) =>
      reasons.push({ code, customer: one, company: two });

    let points = this.#evidence(left, right, note);
    const sameTown = reasons.some(({ code }) => code === 'SAME_TOWN' || code === 'SAME_ADDRESS');
    const identified = reasons.some(({ code }) => code === 'SAME_EXTERNAL_ID' || code === 'SAME_TAX_NUMBER');

    const exact = left.name.spelled === right.name.spelled;
    const name = this.#compareNames(left, right);
    if (exact) {
      note('SAME_NAME', customer.name, company.name);
      points += 2.4;
    } else {
      points += namePoints(name.similarity);
      if (name.similarity >= 0.999 && name.approximate === 0) note('ALIKE_NAME', customer.name, company.name);
      else if (name.similarity >= 0.75) note('CLOSE_NAME', customer.name, company.name);
      else doubts.push('NAME_DIFFERS');
    }
    points -= name.penalty;
    if (name.branch) {
      points -= 8;
      doubts.push('BRANCH');
    }
    if (left.name.legalForm && right.name.legalForm && left.name.legalForm !== right.name.legalForm) {
      points -= identified ? 0.5 : sameTown ? 1 : 3.5;
      doubts.push('OTHER_LEGAL_FORM');
    }
    if (townsDiffer(left, right) && !sameTown) {
      points -= 2.2;
      doubts.push('OTHER_TOWN');
    }
    if (taxNumbersDiffer(left, right)) {
      points -= 6;
      doubts.push('OTHER_TAX_NUMBER');
    }

    const score = Math.round(100 / (1 + Math.exp(-points))) / 100;
    if (score < (doubts.length > 0 ? DOUBTFUL_FROM : SUGGEST_FROM)) return undefined;
    return {
      customerId: customer.id,
      companyId: company.id,
      score,
      strength: Math.round(points * 10) / 10,
      exact,
      reasons: reasons.sort((a, b) => MATCH_REASONS.indexOf(a.code) - MATCH_REASONS.indexOf(b.code)),
      // What is certain enough needs no second look for a moved office or a new legal form.
      doubts: score >= SUGGEST_FROM ? [] : doubts,
    };
  }

  #evidence(
    left: MatchFacts,
    right: MatchFacts,
    note: (code: MatchReasonCode, one: string, two: string) => void,
  ): number {
    let points = 0;
    const shared = (use: number, alone: number): number =>
      use <= 1 ? alone : use < SHARED_BY_MANY ? alone / 2 : use < 3 * SHARED_BY_MANY ? alone / 6 : 0;
    const number = common(left.numbers, right.numbers);
    if (number) {
      note('SAME_EXTERNAL_ID', ...number.written);
      points += 6;
    }
    if (left.taxNumber && right.taxNumber && sameTaxNumber(left.taxNumber, right.taxNumber)) {
      note('SAME_TAX_NUMBER', left.taxNumber.written, right.taxNumber.written);
      points += 7.5;
    }
    const domain = common(left.domains, right.domains);
    if (domain) {
      const worth = shared(this.#domainUse.get(domain.key)!, 4.5);
      points += worth;
      if (worth > 0) note('SAME_DOMAIN', ...domain.written);
    }
    const phone = common(left.phones, right.phones);
    if (phone) {
      const worth = shared(this.#phoneUse.get(phone.key)!, 3.5);
      points += worth;
      if (worth > 0) note('SAME_PHONE', ...phone.written);
    }
    const place = placeKey(left);
    if (place && place === placeKey(right)) {
      points += 1 + shared(this.#addressUse.get(place)!, 2.2);
      note('SAME_ADDRESS', left.address, right.address);
    } else if (
      (left.postalCode && left.postalCode === right.postalCode) ||
      (left.city && left.city === right.city && !(left.postalCode && right.postalCode))
    ) {
      points += 1.2;
      note('SAME_TOWN', left.address, right.address);
    }
    return points;
  }

  /** The best way to read both names, and what in them says that they are not one firm. */
  #compareNames(left: MatchFacts, right: MatchFacts): NameComparison {
    let best: NameComparison | undefined;
    for (const one of left.name.readings)
      for (const two of right.name.readings) {
        const found = this.#compareReadings(one.tokens, two.tokens, left, right);
        if (!best || found.similarity - found.penalty / 10 > best.similarity - best.penalty / 10) best = found;
      }
    return best ?? { similarity: 0, approximate: 0, penalty: 0, branch: false };
  }

  #compareReadings(
    one: readonly string[],
    two: readonly string[],
    left: MatchFacts,
    right: MatchFacts,
  ): NameComparison {
    const alignment = alignWords(one, two, this.#weightOf, this.#rareFrom);
    const places = placeWords(alignment, left, right, this.#towns);
    // A town in the name that the other record is in anyway says nothing; one that it is not in says "another branch".
    const cleared =
      places.agree.size === 0
        ? alignment
        : alignWords(without(one, places.agree), without(two, places.agree), this.#weightOf, this.#rareFrom);
    const leftOnly = cleared.leftOnly.filter((word) => !places.elsewhere.has(word));
    const rightOnly = cleared.rightOnly.filter((word) => !places.elsewhere.has(word));
    let penalty = 0;
    if (cleared.numbersDiffer) penalty += 8;
    else if ([...leftOnly, ...rightOnly].some((word) => /^\d+$/.test(word))) penalty += 2;
    const structural = [...leftOnly, ...rightOnly].filter((word) => STRUCTURE.has(word));
    // One group, two firms: the rare word is shared and each goes on with a word of its own.
    if (cleared.sharesHead && leftOnly.length > 0 && rightOnly.length > 0) penalty += 9;
    if (structural.length > 0 && cleared.sharesHead) penalty += 6;
    const branch =
      places.elsewhere.size > 0 ||
      [...cleared.leftOnly, ...cleared.rightOnly].some((word) => isBranchWord(word)) ||
      left.name.isBranch !== right.name.isBranch;
    return { similarity: cleared.similarity, approximate: cleared.approximate, penalty, branch };
  }
}

interface NameComparison {
  similarity: number;
  approximate: number;
  penalty: number;
  branch: boolean;
}

/** Words that make another firm of the same group, not another spelling. */
const STRUCTURE = new Set(
  `holding holdings beteiligungen beteiligung beteiligungs verwaltung verwaltungs immobilien property properties pension
   pensions trust foundation stiftung verein charity ventures capital invest investments leasing north south east west nord
   sud ost zuid noord oost est ouest norte sur junior school`.split(/\s+/),
);

/** Words of trades and company kinds that tell little, however rare they are in one list. */
const COMMON = new Set(
  `services service solutions systems group international company partners consulting management trading products supplies
   works studio studios technologies technology tech global europe uk deutschland germany france nederland industries
   enterprise enterprises`.split(/\s+/),
);

/** From the likeness of two names to points; steep where people begin to hesitate. */
function namePoints(similarity: number): number {
  const steps: [from: number, points: number][] = [
    [0, -6],
    [0.3, -6],
    [0.5, -4],
    [0.65, -2.2],
    [0.75, -0.8],
    [0.82, 0.3],
    [0.9, 1.3],
    [0.96, 1.8],
    [1, 2.2],
  ];
  for (let i = 1; i < steps.length; i++) {
    const [to, high] = steps[i]!;
    const [from, low] = steps[i - 1]!;
    if (similarity <= to) return low + ((similarity - from) / (to - from)) * (high - low);
  }
  return 2.2;
}

/** Towns among the words that only one name has: those the other side is in as well, and those it is not. */
function placeWords(
  { leftOnly, rightOnly }: Alignment,
  left: MatchFacts,
  right: MatchFacts,
  towns: ReadonlySet<string>,
): { agree: Set<string>; elsewhere: Set<string> } {
  const agree = new Set<string>();
  const elsewhere = new Set<string>();
  const sort = (words: readonly string[], own: MatchFacts, other: MatchFacts): void => {
    for (const word of words) {
      const isOwn = own.city?.split(' ').includes(word) ?? false;
      if (!isOwn && !towns.has(word)) continue;
      if (other.city === undefined ? isOwn : other.city.split(' ').includes(word)) agree.add(word);
      else elsewhere.add(word);
    }
  };
  sort(leftOnly, left, right);
  sort(rightOnly, right, left);
  return { agree, elsewhere };
}

function townsDiffer(left: MatchFacts, right: MatchFacts): boolean {
  const postalDiffers = left.postalCode && right.postalCode && left.postalCode !== right.postalCode;
  if (!left.city || !right.city) return Boolean(postalDiffers);
  if (left.city === right.city) return Boolean(postalDiffers) && left.street !== right.street;
  return editDistance(left.city, right.city, 1) > 1 && (!left.postalCode || left.postalCode !== right.postalCode);
}

function sameTaxNumber(one: NonNullable<MatchFacts['taxNumber']>, two: NonNullable<MatchFacts['taxNumber']>): boolean {
  return one.digits === two.digits && (!one.country || !two.country || one.country === two.country);
}

/** Two numbers of one kind that are not the same, nor the same but for one slip. */
function taxNumbersDiffer({ taxNumber: one }: MatchFacts, { taxNumber: two }: MatchFacts): boolean {
  if (!one || !two || sameTaxNumber(one, two)) return false;
  if (one.country && two.country && one.country !== two.country) return true;
  // Numbers of another kind (a VAT and a register number) say nothing; one slip in typing does not either.
  return one.digits.length === two.digits.length && editDistance(one.digits, two.digits, 1) > 1;
}

function placeKey({ street, postalCode, city }: MatchFacts): string | undefined {
  return street === undefined || (postalCode ?? city) === undefined ? undefined : `${street}|${postalCode ?? city}`;
}

function common(
  left: ReadonlyMap<string, string>,
  right: ReadonlyMap<string, string>,
): { key: string; written: [string, string] } | undefined {
  for (const [key, written] of left) {
    const other = right.get(key);
    if (other !== undefined) return { key, written: [written, other] };
  }
  return undefined;
}

const without = (words: readonly string[], gone: ReadonlySet<string>): string[] =>
  words.filter((word) => !gone.has(word));

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** Letters of a name that every second company has tell little and cost most; so many rows are looked at per customer. */
const ROWS_PER_LOOKUP = 2_000;
/** A name must share this much of what is rare in it before it is compared word by word. */
const SHARED_ENOUGH = 0.3;

/** Which companies are worth a full comparison: those that share an identifier, and those with the likest names. */
class CandidateIndex {
  readonly #byKey = new Map<string, number[]>();
  readonly #grams = new Map<string, { rows: number[]; weight: number }>();
  readonly #norms: Float64Array;
  readonly #scores: Float64Array;
  readonly #touched: Int32Array;

  constructor(
    companies: readonly MatchFacts[],
    private readonly domainUse: ReadonlyMap<string, number>,
    private readonly phoneUse: ReadonlyMap<string, number>,
  ) {
    this.#norms = new Float64Array(companies.length);
    this.#scores = new Float64Array(companies.length);
    this.#touched = new Int32Array(companies.length);
    const gramsPerRow = companies.map(gramsOf);
    companies.forEach((facts, index) => {
      for (const key of this.#keysOf(facts)) push(this.#byKey, key, index);
      for (const gram of gramsPerRow[index]!) {
        const posting = this.#grams.get(gram);
        if (posting) posting.rows.push(index);
        else this.#grams.set(gram, { rows: [index], weight: 0 });
      }
    });
    for (const posting of this.#grams.values())
      posting.weight = Math.log((Math.max(companies.length, 50) + 1) / (posting.rows.length + 1)) ** 2;
    gramsPerRow.forEach((grams, index) => {
      for (const gram of grams) this.#norms[index]! += this.#grams.get(gram)!.weight;
    });
  }

  /** Row numbers of companies worth a look. */
  lookup(facts: MatchFacts): number[] {
    const found = new Set<number>();
    for (const key of this.#keysOf(facts)) for (const row of this.#byKey.get(key) ?? []) found.add(row);
    // Letters nobody has are a typing mistake; they weigh what the rarest do.
    let own = 0;
    const postings: { rows: number[]; weight: number }[] = [];
    for (const gram of gramsOf(facts)) {
      const posting = this.#grams.get(gram);
      if (posting) postings.push(posting);
      own += posting?.weight ?? UNSEEN_WEIGHT;
    }
    postings.sort((a, b) => a.rows.length - b.rows.length);
    let touched = 0;
    let looked = 0;
    for (const { rows, weight } of postings) {
      if (looked > 0 && looked + rows.length > ROWS_PER_LOOKUP) {
        own -= weight;
        continue;
      }
      looked += rows.length;
      for (const row of rows) {
        if (this.#scores[row] === 0) this.#touched[touched++] = row;
        this.#scores[row]! += weight;
      }
    }
    const ranked: { row: number; share: number }[] = [];
    for (let at = 0; at < touched; at++) {
      const row = this.#touched[at]!;
      const share = this.#scores[row]! / Math.max(1, Math.min(own, this.#norms[row]!));
      this.#scores[row] = 0;
      if (share > SHARED_ENOUGH) ranked.push({ row, share });
    }
    if (ranked.length > CLOSE_LOOKS) ranked.sort((a, b) => b.share - a.share);
    for (const { row } of ranked.slice(0, CLOSE_LOOKS)) found.add(row);
    return [...found];
  }

  #keysOf(facts: MatchFacts): string[] {
    const keys: string[] = [];
    for (const key of facts.numbers.keys()) keys.push(`n${key}`);
    if (facts.taxNumber) keys.push(`t${facts.taxNumber.digits}`);
    for (const key of facts.domains.keys()) if ((this.domainUse.get(key) ?? 0) < 30) keys.push(`d${key}`);
    for (const key of facts.phones.keys()) if ((this.phoneUse.get(key) ?? 0) < 30) keys.push(`p${key}`);
    for (const { tokens } of facts.name.readings) keys.push(`w${[...tokens].sort().join(' ')}`, `j${tokens.join('')}`);
    return keys;
  }
}

/** Pieces of three letters of every word, with a mark where a word begins. */
function gramsOf({ name }: MatchFacts): Set<string> {
  const grams = new Set<string>();
  for (const { tokens } of name.readings)
    for (const token of tokens) {
      const text = `_${token}`;
      if (text.length <= 3) grams.add(text);
      for (let at = 0; at + 3 <= text.length; at++) grams.add(text.slice(at, at + 3));
    }
  return grams;
}

function push<V>(lists: Map<string, V[]>, key: string, value: V): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
