// Loaded before the program: this process's clock is wrong by CRASH_SKEW_MS, as a machine's may be. Leases and settle
// times must not care.
const skewMs = Number(process.env.CRASH_SKEW_MS ?? 0);
const Real = Date;

class SkewedDate extends Real {
  constructor(...values: [] | [number | string | Date]) {
    if (values.length === 0) super(Real.now() + skewMs);
    // Every other form of the constructor, also the one with seven numbers.
    else super(...(values as [number]));
  }

  static override now(): number {
    return Real.now() + skewMs;
  }
}

globalThis.Date = SkewedDate as DateConstructor;
