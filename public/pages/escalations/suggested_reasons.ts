import { say } from '../../i18n';
import type { Verb } from './answer';

/** Reasons that analysts give most; a person may write any other. */
export const suggestedReasons = (verb: Verb): readonly string[] =>
  verb === 'approve'
    ? [
        say('answer.reason.confirmed', 'confirmed attack'),
        say('answer.reason.owner', 'agreed with the owner of the target'),
        say('answer.reason.better_safe', 'not certain, but reversible and urgent'),
      ]
    : [
        say('answer.reason.false_positive', 'false positive'),
        say('answer.reason.test', 'known test or scanner'),
        say('answer.reason.critical', 'target too important, handled by hand'),
        say('answer.reason.already', 'already contained otherwise'),
      ];
