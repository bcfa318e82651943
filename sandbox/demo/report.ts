/** A table of text for the terminal; numbers are right-aligned. */
export function table(head: string[], rows: (string | number)[][]): string {
  const cells = [head, ...rows.map((row) => row.map(String))];
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  const numeric = head.map((_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === 'number'));
  const line = (row: string[]) =>
    `  ${row.map((cell, column) => (numeric[column] ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!))).join('  ')}`.trimEnd();
  return [
    line(cells[0]!),
    `  ${widths.map((width) => '─'.repeat(width)).join('  ')}`,
    ...cells.slice(1).map(line),
  ].join('\n');
}

/** A progress bar on one line where the output is a terminal; a line per changed step where it is not. */
export class Progress {
  #last = '';

  constructor(
    private readonly title: string,
    private readonly out: NodeJS.WriteStream,
  ) {}

  /** Shows the state of some work. */
  show(done: number, total: number, step: string): void {
    if (this.out.isTTY) {
      const share = total > 0 ? Math.min(1, done / total) : 0;
      const bar = '█'.repeat(Math.round(share * 24)).padEnd(24, '░');
      this.out.write(`\r  ${this.title.padEnd(22)} ${bar} ${done}/${total} ${step}`.slice(0, 118).padEnd(118));
    } else if (step !== this.#last) {
      this.out.write(`  ${this.title}: ${step}${total > 0 ? ` (${done}/${total})` : ''}\n`);
      this.#last = step;
    }
  }

  /** Ends the line with a result. */
  end(result: string): void {
    const text = `  ${this.title.padEnd(22)} ${result}`;
    this.out.write(this.out.isTTY ? `\r${text.padEnd(118)}\n` : `${text}\n`);
  }
}
