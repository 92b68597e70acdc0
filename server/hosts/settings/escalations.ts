import type * as t from 'io-ts';
import { number, record } from '../../../common/codec/codecs';

/* How people are asked (`docs/guides/who_answers.md`). */

export const EscalationsFile = record({}, { second_opinion_percent: number({ min: 0, max: 100 }) });
type EscalationsGiven = t.TypeOf<typeof EscalationsFile>;

export interface EscalationSettings {
  /** So much of what people answer is asked of somebody else afterwards; 0: nothing. */
  readonly secondOpinionPercent: number;
}

const DEFAULT_PERCENT = 2;

export const escalationSettings = ({ second_opinion_percent }: EscalationsGiven = {}): EscalationSettings => ({
  secondOpinionPercent: second_opinion_percent ?? DEFAULT_PERCENT,
});
