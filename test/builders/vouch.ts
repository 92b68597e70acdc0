import type { Grant, SettingsGrant } from '../../common/flow/voice';
import { EVERYTHING_GRANTED } from '../../server/engine/intake/voice';

/* For tests about what Reflex does with events, where who is believed is not the question. */

/** Grants for the settings, so that these sources may say everything. */
export const vouchFor = (sources: readonly string[]): readonly SettingsGrant[] =>
  sources.map((source) => ({ ...EVERYTHING_GRANTED.grant, source }));

/** The same as settings are once they were read. */
export const vouchedFor = (sources: readonly string[]): ReadonlyMap<string, Grant> =>
  new Map(sources.map((source) => [source, EVERYTHING_GRANTED.grant]));
