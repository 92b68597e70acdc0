import { say } from '../../i18n';

/** The word was taken, and the label that came with it is not on record. */
export const labelNotKept = (): string =>
  say('label.not_kept', 'the label was not kept: give it on the page of the decision');
