import type { Label } from '../../../common/flow/feedback';

/** What people made of a case: to act was right, or it was wrong. */
export type PeoplesWord = 'right' | 'wrong';

/** What a label says about acting; nothing, where it does not say what the event was. */
export const wordOfLabel = (label: Label): PeoplesWord | undefined => {
  switch (label) {
    case 'true_positive':
      return 'right';
    case 'false_positive':
    case 'benign':
    case 'test':
      return 'wrong';
    case 'duplicate':
    case 'insufficient_data':
      return undefined;
  }
};
