import { present } from '../../../common/present';
import type * as t from 'io-ts';
import { number, oneOf, record } from '../../../common/codec/codecs';

/** What has to be there before a bundle is released. */
export interface ReleaseSettings {
  /** `required`: a candidate is released only with a backtest of exactly its policies, or by an approver's override. */
  readonly backtest: 'required' | 'optional';
  /** How many days of stored decisions a backtest has to look at. */
  readonly days: number;
  /** A backtest of more days ago does not count any more. */
  readonly maxAgeDays: number;
  /** More newly permitted acts than this share of the decisions take an approver's override. */
  readonly maxNewPermitsPercent?: number;
}

export const ReleaseSettingsFile = record(
  {},
  {
    backtest: oneOf(['required', 'optional']),
    days: number({ min: 1, max: 400, integer: true }),
    max_age_days: number({ min: 1, max: 400, integer: true }),
    max_new_permits_percent: number({ min: 0, max: 100 }),
  },
);

const DEFAULT_DAYS = 7;
const DEFAULT_AGE_DAYS = 7;

export const releaseSettings = ({
  backtest = 'required',
  days = DEFAULT_DAYS,
  max_age_days = DEFAULT_AGE_DAYS,
  max_new_permits_percent,
}: t.TypeOf<typeof ReleaseSettingsFile> = {}): ReleaseSettings => ({
  backtest,
  days,
  maxAgeDays: max_age_days,
  ...present({ maxNewPermitsPercent: max_new_permits_percent }),
});
