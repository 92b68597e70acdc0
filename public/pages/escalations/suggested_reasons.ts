import { say } from '../../i18n';
import type { Suggestion } from '../../components/dialogs/reason_field';
import type { Verb } from './answer';

/** Reasons that analysts give most; a person may write any other. */
export const suggestedReasons = (verb: Verb): ReadonlyArray<string | Suggestion> =>
  verb === 'approve'
    ? [
        { text: say('answer.reason.confirmed', 'confirmed attack'), label: 'true_positive' },
        say('answer.reason.owner', 'agreed with the owner of the target'),
        say('answer.reason.better_safe', 'not certain, but reversible and urgent'),
      ]
    : [
        { text: say('answer.reason.false_positive', 'false positive'), label: 'false_positive' },
        { text: say('answer.reason.test', 'known test or scanner'), label: 'test' },
        say('answer.reason.critical', 'target too important, handled by hand'),
        say('answer.reason.already', 'already contained otherwise'),
      ];
