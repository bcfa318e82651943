/** The same object without its undefined fields: "not set" is an absent field, as the domain types have it. */
export function dropUndefined<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}
