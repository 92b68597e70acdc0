/** What is missing, in plain words, and the cases that are not right because of it. */
interface NotYet {
  readonly why: string;
  readonly names: readonly string[];
}

/** Whoever makes a case right takes its name away: until then the suite fails. */
export const NOT_YET: readonly NotYet[] = [
  {
    why: 'the list of decisions shows what the policies said, not what came of it',
    names: ['shown is not so/a permitted act that the brakes stopped'],
  },
  {
    why: 'no trouble tells of undos that are overdue',
    names: ['shown is not so/a target that is away'],
  },
];
