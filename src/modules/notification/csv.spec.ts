import { describe, expect, it } from 'vitest';
import { csvCell, csvLine } from './csv.js';

describe('CSV', () => {
  it.each([
    ['=1+2', "'=1+2"],
    ['+cmd', "'+cmd"],
    ['-cmd', "'-cmd"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\tx', "'\tx"],
  ])('takes the spell off %j', (text, cell) => {
    expect(csvCell(text)).toBe(cell);
  });

  it('leaves numbers alone, signed ones too', () => {
    expect(csvLine(['-12.50', '+3', 7])).toBe('-12.50,+3,7\r\n');
  });

  it('quotes separators, quotes and line breaks', () => {
    expect(csvLine(['a,b', 'say "hi"', 'two\nlines'])).toBe('"a,b","say ""hi""","two\nlines"\r\n');
  });

  it('quotes a neutralised cell as well', () => {
    expect(csvCell('=HYPERLINK("x","y")')).toBe(`"'=HYPERLINK(""x"",""y"")"`);
  });

  it('writes nothing for nothing and JSON for things', () => {
    expect(csvLine([null, undefined, { units: 2 }])).toBe(',,"{""units"":2}"\r\n');
  });
});
