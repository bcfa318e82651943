/** How two names' words meet. Weights are the rarity of a word among all names of both lists. */
export interface Alignment {
  /** 0 … 1: twice the weight that met, by how well it met, over the weight of both names. */
  similarity: number;
  /** Words without a partner, left and right. */
  leftOnly: string[];
  rightOnly: string[];
  /** The first word, or a rare one, of both names is the same, or the same but for a typing mistake. */
  sharesHead: boolean;
  /** Numbers stand on both sides and differ. */
  numbersDiffer: boolean;
  /** How many pairs met only approximately. */
  approximate: number;
}

const isNumber = (word: string): boolean => /^\d+$/.test(word);

/** Meets words two names have in common: equal, mistyped, abbreviated, cut off, or written as one. */
export function alignWords(
  left: readonly string[],
  right: readonly string[],
  weightOf: (word: string) => number,
  rareFrom: number,
): Alignment {
  const freeLeft = new Set(left.keys());
  const freeRight = new Set(right.keys());
  let met = 0;
  let sharesHead = false;
  let approximate = 0;
  const meet = (i: number, j: number, likeness: number): void => {
    freeLeft.delete(i);
    freeRight.delete(j);
    const [one, two] = [weightOf(left[i]!), weightOf(right[j]!)];
    // A short form is rare as text although the word it stands for is common.
    const weight = likeness === 1 ? one + two : 2 * Math.min(one, two);
    total -= one + two - weight;
    met += weight * likeness;
    if (likeness < 1) approximate += 1;
    if (likeness >= 0.75 && ((i === 0 && j === 0) || Math.min(one, two) >= rareFrom)) sharesHead = true;
  };
  let total = sum(left, weightOf) + sum(right, weightOf);
  for (const i of left.keys()) {
    const j = right.findIndex((word, index) => freeRight.has(index) && word === left[i]);
    if (j >= 0) meet(i, j, 1);
  }
  // Two words written as one, on either side.
  joinPairs(left, freeLeft, right, freeRight, (i, next, j) => {
    freeLeft.delete(next);
    total -= weightOf(left[next]!);
    meet(i, j, 0.98);
    sharesHead = true;
  });
  joinPairs(right, freeRight, left, freeLeft, (j, next, i) => {
    freeRight.delete(next);
    total -= weightOf(right[next]!);
    meet(i, j, 0.98);
    sharesHead = true;
  });
  for (const likeEnough of [0.75, 0.5])
    for (const i of freeLeft) {
      let best = -1;
      let likeness = likeEnough;
      for (const j of freeRight) {
        const isLast = i === left.length - 1 || j === right.length - 1;
        const found = isLast && isCutOff(left[i]!, right[j]!) ? 0.7 : wordLikeness(left[i]!, right[j]!);
        if (found > likeness) [best, likeness] = [j, found];
      }
      if (best >= 0) meet(i, best, likeness);
    }
  const leftOnly = [...freeLeft].map((i) => left[i]!);
  const rightOnly = [...freeRight].map((j) => right[j]!);
  return {
    similarity: total <= 0 ? 1 : met / total,
    leftOnly,
    rightOnly,
    sharesHead,
    numbersDiffer: leftOnly.some(isNumber) && rightOnly.some(isNumber),
    approximate,
  };
}

/** Calls back for each free word of `whole` that is two neighbouring free words of `parts` written as one. */
function joinPairs(
  parts: readonly string[],
  freeParts: ReadonlySet<number>,
  whole: readonly string[],
  freeWhole: ReadonlySet<number>,
  met: (first: number, second: number, whole: number) => void,
): void {
  for (let i = 0; i + 1 < parts.length; i++) {
    if (!freeParts.has(i) || !freeParts.has(i + 1)) continue;
    const joined = parts[i]! + parts[i + 1]!;
    for (const j of freeWhole) {
      const distance = whole[j]!.length < 6 ? Number(whole[j] !== joined) * 9 : editDistance(whole[j]!, joined, 1);
      if (distance > 1) continue;
      met(i, i + 1, j);
      break;
    }
  }
}

/** 0 … 1: how likely one word is the other, mistyped, abbreviated or cut off. Numbers are equal or not. */
export function wordLikeness(a: string, b: string): number {
  if (a === b) return 1;
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  if (isNumber(short) || isNumber(long)) return 0;
  const allowed = long.length >= 9 ? 2 : long.length >= 4 && short.length >= 3 ? 1 : 0;
  // One or two slips leave one of the first two letters where it was.
  const beginsAlike = a[0] === b[0] || a[1] === b[1] || a[0] === b[1] || a[1] === b[0];
  if (beginsAlike && long.length - short.length <= allowed) {
    const distance = editDistance(short, long, allowed);
    // People seldom mistype the first letter, and "Bramley" is no slip for "Framley".
    if (distance <= allowed) return 1 - (distance / long.length) * (short[0] === long[0] ? 0.6 : 2.2);
  }
  if (short.length < 2 || short[0] !== long[0] || long.length < 5) return 0;
  const share = short.length / long.length;
  if (long.startsWith(short)) return short.length >= 3 ? 0.75 + 0.25 * share : 0.55;
  // Consonant abbreviations: "svcs", "intl".
  return short.length >= 3 && share <= 0.75 && isSubsequence(short, long) && vowels(short) <= 1 ? 0.78 : 0;
}

/** The last word of a name that was too long for its field: one or two letters of the other's word. */
const isCutOff = (a: string, b: string): boolean =>
  Math.min(a.length, b.length) <= 2 && !isNumber(a) && (a.startsWith(b) || b.startsWith(a));

const vowels = (word: string): number => word.replace(/[^aeiou]/g, '').length;

function isSubsequence(short: string, long: string): boolean {
  let at = 0;
  for (const letter of long) if (letter === short[at]) at += 1;
  return at === short.length;
}

/**
 * Insertions, deletions, replacements and swaps of neighbours between two words; `most + 1` as soon as it must be more.
 */
export function editDistance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a.charCodeAt(i - 1) === b.charCodeAt(j - 1);
      let cost = Math.min(previous[j]! + 1, current[j - 1]! + 1, previous[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, before[j - 2]! + 1);
      current.push(cost);
      if (cost < least) least = cost;
    }
    if (least > most) return most + 1;
    before = previous;
    previous = current;
  }
  return Math.min(previous[b.length]!, most + 1);
}

function sum(words: readonly string[], weightOf: (word: string) => number): number {
  let total = 0;
  for (const word of words) total += weightOf(word);
  return total;
}
