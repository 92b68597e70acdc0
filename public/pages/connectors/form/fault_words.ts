import { say } from '../../../i18n';
import type { TypedFault } from './drafts';

/** What is wrong with what was typed, before anybody was asked. */
export const typedFaultWord = (what: TypedFault['what']): string => {
  switch (what) {
    case 'number':
      return say('connector.form.not_number', 'is not a number');
    case 'json':
      return say('connector.form.not_json', 'is not JSON');
    case 'unnamed':
      return say('connector.form.unnamed', 'needs a name');
    case 'twice':
      return say('connector.form.twice', 'is there twice');
  }
};
