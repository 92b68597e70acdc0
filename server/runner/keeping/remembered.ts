import type { StateDoc } from '../ports';

/** A document as it was last read or written; `doc` is undefined if it was not there. */
export interface Known {
  readonly doc: StateDoc | undefined;
  /** Monotonic moment at which this was so, ms. */
  readonly knownSince: number;
}

const MOST_REMEMBERED = 20_000;

/** What one session remembers of the documents that it read or wrote; those used longest ago are forgotten first. */
export class Remembered {
  private readonly known = new Map<string, Known>();

  has(id: string): boolean {
    return this.known.has(id);
  }

  get(id: string): Known | undefined {
    return this.known.get(id);
  }

  set(id: string, known: Known): void {
    this.known.delete(id);
    this.known.set(id, known);
    if (this.known.size <= MOST_REMEMBERED) return;
    const [oldest] = this.known.keys();
    if (oldest !== undefined) this.known.delete(oldest);
  }

  forget(id: string): void {
    this.known.delete(id);
  }
}
