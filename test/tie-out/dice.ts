/** A range of months in which everything happens. */
export interface Span {
  /** First day of the first month. */
  first: string;
  months: number;
}

/** Throws of a die that are the same for the same seed. */
export class Dice {
  private state: number;

  constructor(seed: number) {
    this.state = (seed ^ 0x9e3779b9) >>> 0;
  }

  /** A whole number from 0 to `limit` − 1. */
  below(limit: number): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  }

  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  some<T>(list: readonly T[], count: number): T[] {
    const rest = [...list];
    return Array.from({ length: Math.min(count, rest.length) }, () => rest.splice(this.below(rest.length), 1)[0]!);
  }

  weighted<T extends { weight: number }>(list: readonly T[]): T {
    let point = this.below(list.reduce((sum, { weight }) => sum + weight, 0));
    return list.find(({ weight }) => (point -= weight) < 0)!;
  }

  /** A price with two to four decimals. */
  price(): string {
    return this.below(3) === 0
      ? `${1 + this.below(60)}.${String(1 + this.below(9999)).padStart(4, '0')}`
      : `${1 + this.below(60)}.${String(this.below(100)).padStart(2, '0')}`;
  }

  /** A day of the months `from` … `until` − 1 of the span; month-ends come up more often than by chance. */
  dayIn(span: Span, from: number, until: number): string {
    const first = monthsLater(span.first, from + this.below(Math.max(1, until - from)));
    const roll = this.below(100);
    const day = roll < 15 ? 1 : roll < 25 ? 31 : 1 + this.below(31);
    return monthsLater(`${first.slice(0, 8)}01`, 0).slice(0, 8) + String(Math.min(day, lastOf(first))).padStart(2, '0');
  }

  /** An amount of use with up to two decimals. */
  quantity(): string {
    return `${this.below(4_000)}.${String(this.below(100)).padStart(2, '0')}`;
  }

  /** A day after `last` within the span, at most so many days later. */
  dayAfter(last: string, span: Span, most = 100): string | undefined {
    const end = Date.parse(monthsLater(span.first, span.months)) - 86_400_000;
    const start = Date.parse(last) + 86_400_000;
    if (start > end) return undefined;
    const days = Math.min(most, Math.round((end - start) / 86_400_000) + 1);
    return new Date(start + this.below(days) * 86_400_000).toISOString().slice(0, 10);
  }
}

function lastOf(day: string): number {
  const [year, month] = day.split('-').map(Number) as [number, number];
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** The same day so many months later, or that month's last. */
export function monthsLater(day: string, months: number): string {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number];
  const first = new Date(Date.UTC(year, month - 1 + months, 1));
  const days = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  return `${first.toISOString().slice(0, 8)}${String(Math.min(date, days)).padStart(2, '0')}`;
}
