import { LABELS, type Label } from './feedback';

/** Further words for what an event turned out to be, as people give them for a reason. */
const SAID: ReadonlyMap<string, Label> = new Map([
  ['confirmed attack', 'true_positive'],
  ['known test or scanner', 'test'],
]);

/**
 * The label that a reason is, where it is nothing but that: `false positive`. A sentence that has the words in it is
 * none, as it may say the contrary.
 */
export const labelOfReason = (reason: string): Label | undefined => {
  const said = reason.trim().toLowerCase();
  return LABELS.find((label) => label === said.replace(/[\s-]+/g, '_')) ?? SAID.get(said);
};
