/**
 * One CSV cell (RFC 4180). Text that a spreadsheet would run as a formula – it begins with `=`, `+`, `-`, `@`, a tab or a
 * carriage return – gets an apostrophe in front, plain numbers excepted: names come from outside.
 */
export function csvCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const harmless = /^[=+\-@\t\r]/.test(text) && !/^[+-]?\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** One CSV line, ended with CR LF. */
export function csvLine(values: readonly unknown[]): string {
  return `${values.map(csvCell).join(',')}\r\n`;
}
