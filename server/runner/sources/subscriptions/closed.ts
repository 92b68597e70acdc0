import type { SourceDocument } from '../../ports';

/** Why no action can be written into a source, for people. */
export const closedWhy = (closed: NonNullable<SourceDocument['closed']>): string => {
  switch (closed) {
    case 'custom_indices':
      return 'its alerts lie in indices of their own, and the API of Alerting refuses to change such a monitor; Reflex reads its alerts from there';
    case 'other_message':
      return 'what it sends names no alert, so a message of it is of no use; Reflex reads its alerts from their index';
  }
};
