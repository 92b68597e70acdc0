import type { StateDoc } from '../ports';

/** A document as it was last read or written; `doc` is undefined if it was not there. */
export interface Known {
  readonly doc: StateDoc | undefined;
  /** Monotonic moment at which this was so, ms. */
  readonly knownSince: number;
}

/** What all of it may weigh, bytes; a document of one alert weighs 2 to 100 kB. */
const MOST_BYTES = 64 * 1_048_576;
const EACH_BYTES = 512;

/** About how much memory a value takes, bytes: never less than half of it. */
export const weightOf = (value: unknown): number => {
  if (typeof value === 'string') return 24 + 2 * value.length;
  if (typeof value !== 'object' || value === null) return 8;
  if (Array.isArray(value)) return value.reduce<number>((sum, each) => sum + weightOf(each), 32);
  let sum = 48;
  for (const each of Object.values(value)) sum += 16 + weightOf(each);
  return sum;
};

/** What one session remembers of the documents that it read or wrote; those used longest ago are forgotten first. */
export class Remembered {
  private readonly known = new Map<string, { readonly known: Known; readonly weight: number }>();
  private weight = 0;

  constructor(private readonly most = MOST_BYTES) {}

  has(id: string): boolean {
    return this.known.has(id);
  }

  get(id: string): Known | undefined {
    return this.known.get(id)?.known;
  }

  set(id: string, known: Known): void {
    this.forget(id);
    const weight = EACH_BYTES + weightOf(known.doc?.content) + weightOf(known.doc?.outbox);
    this.known.set(id, { known, weight });
    this.weight += weight;
  }

  forget(id: string): void {
    this.weight -= this.known.get(id)?.weight ?? 0;
    this.known.delete(id);
  }

  /** Forgets what is too much, never what is in use: a plan that found its document gone would take it for absent. */
  trim(isInUse: (id: string) => boolean): void {
    if (this.weight <= this.most) return;
    for (const id of this.known.keys()) {
      if (this.weight <= this.most) return;
      if (!isInUse(id)) this.forget(id);
    }
  }
}
