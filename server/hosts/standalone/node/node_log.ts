const KEPT = 60;
const LINE = /^\[[^\]]*\]\[\s*(TRACE|DEBUG|INFO|WARN|ERROR|FATAL)\s*\]\[[^\]]*\]\s*\[[^\]]*\]\s*(.*)$/;
const TELLING =
  /^(Caused by: |Exception in thread |Error: |Error occurred |Likely root cause: |\S*(Exception|Error): )/;

/** Remembers the end of what the node printed, and what of it tells of trouble. */
export class NodeLog {
  private readonly lines: string[] = [];
  private rest = '';

  /** Takes what came in, and calls back with each line that tells of an error. */
  take(chunk: string, told: (trouble: string) => void): void {
    const [rest = '', ...complete] = (this.rest + chunk).split('\n').reverse();
    this.rest = rest;
    for (const line of complete.reverse()) {
      this.lines.push(line);
      if (this.lines.length > KEPT) this.lines.shift();
      const found = LINE.exec(line);
      if (found !== null && (found[1] === 'ERROR' || found[1] === 'FATAL')) told(found[2] ?? line);
    }
  }

  /** The line that most likely says why the node stopped; "" if there is none. */
  verdict(): string {
    const errors = this.lines.filter((line) => TELLING.test(line) || /\]\[\s*(ERROR|FATAL)\s*\]/.test(line));
    const last = errors[errors.length - 1] ?? this.lines[this.lines.length - 1] ?? '';
    return (LINE.exec(last)?.[2] ?? last).trim().slice(0, 300);
  }
}
