import type { Verdict } from '../../common/flow/decision';

/** How the host's summaries begin, by verdict. */
const BEGINNINGS: Partial<Readonly<Record<Verdict, string>>> = {
  permit: 'permit ',
  escalate: 'ask a person about ',
  deny: 'deny ',
  hold: 'wait: ',
};

/** The summary of a decision where its verdict stands beside it anyway: `block_ip of 203.0.113.7: …`. */
export const besideVerdict = (verdict: Verdict, summary: string): string => {
  const beginning = BEGINNINGS[verdict];
  return beginning !== undefined && summary.startsWith(beginning) ? summary.slice(beginning.length) : summary;
};
