import type { SetupCode, SetupState } from '../../../../common/api/routes';

/** What a look at one line found. */
export interface Found {
  readonly state: SetupState;
  readonly code: SetupCode;
  /** What the words of the code name. */
  readonly facts: Readonly<Record<string, string | number>>;
  /** What was asked and what was answered. */
  readonly proof?: readonly string[];
}

const MOST_FACT = 1_000;
const MOST_PROOF = 32;

/** Texts of other systems are cut to what the contract takes. */
export const found = (
  state: SetupState,
  code: SetupCode,
  facts: Found['facts'] = {},
  proof: readonly string[] = [],
): Found => ({
  state,
  code,
  facts: Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [name, typeof value === 'string' ? value.slice(0, MOST_FACT) : value]),
  ),
  ...(proof.length === 0 ? {} : { proof: proof.slice(0, MOST_PROOF).map((line) => line.slice(0, MOST_FACT)) }),
});

/** A few names, and how many more there are. */
export const few = (names: readonly string[], most = 4): string =>
  names.length <= most ? names.join(', ') : `${names.slice(0, most).join(', ')} and ${names.length - most} more`;
