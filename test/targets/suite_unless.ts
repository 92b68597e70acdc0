/**
 * A suite over a real part that may not be there; where it is not, the report names the suite and says why it was left
 * out.
 *
 * @param why why its part cannot be had on this machine; undefined if it can
 */
export const suiteUnless =
  (why: string | undefined) =>
  (name: string, tests: () => void): void =>
    why === undefined ? describe(name, tests) : describe.skip(`${name} (${why})`, tests);
