const WINDOW_MS = 10_000;

const MB = 1_000_000;

const inWords = (seconds: number): string => {
  if (seconds < 1) return 'almost done';
  if (seconds < 90) return `about ${Math.round(seconds)} s left`;
  return `about ${Math.round(seconds / 60)} min left`;
};

/** How fast something goes, from what was done in the last ten seconds. */
export class Pace {
  private readonly total: number;
  private readonly now: () => number;
  private samples: Array<{ readonly at: number; readonly done: number }> = [];

  /** @param now milliseconds of a clock that never jumps */
  constructor(total: number, now: () => number = () => performance.now()) {
    this.total = total;
    this.now = now;
  }

  /** Notes how many bytes are done. @returns that and the time that is left, in words */
  note(done: number): string {
    const at = this.now();
    this.samples = [...this.samples.filter((sample) => at - sample.at <= WINDOW_MS), { at, done }];
    const amount = `${(done / MB).toFixed(0)} of ${(this.total / MB).toFixed(0)} MB`;
    const [first] = this.samples;
    if (first === undefined || done <= first.done || at <= first.at) return amount;
    return `${amount}, ${inWords(((this.total - done) * (at - first.at)) / (done - first.done) / 1000)}`;
  }
}
