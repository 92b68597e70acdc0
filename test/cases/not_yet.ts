/** What is missing, in plain words, and the cases that are not right because of it. */
interface NotYet {
  readonly why: string;
  readonly names: readonly string[];
}

/** Whoever makes a case right takes its name away: until then the suite fails. */
export const NOT_YET: readonly NotYet[] = [];
