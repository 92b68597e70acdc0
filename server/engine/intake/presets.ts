import type { Repetition } from '../../../common/flow/event';
import { present } from '../../../common/present';
import type { FieldMap } from './field_map';
import { guardduty, ocsf, securityHub } from './presets/cloud';
import type { Preset } from './presets/preset';
import { alertmanager, falco, suricata, zeek } from './presets/sensors';
import { elastic, sentinel, splunk, wazuh } from './presets/siem';

/*
 * Where the usual products have the fields of an event, as their makers document what they send. Where a product tells
 * no confidence, one is set for a detection that nobody has looked at; who knows the rules better says so in the map.
 */

export const PRESET_NAMES = [
  'elastic',
  'splunk',
  'wazuh',
  'sentinel',
  'suricata',
  'falco',
  'zeek',
  'guardduty',
  'security_hub',
  'alertmanager',
  'ocsf',
] as const;
export type PresetName = (typeof PRESET_NAMES)[number];

/** What is shipped, by the name under which settings ask for it. */
export const PRESETS: Readonly<Record<PresetName, Preset>> = {
  elastic,
  splunk,
  wazuh,
  sentinel,
  suricata,
  falco,
  zeek,
  guardduty,
  security_hub: securityHub,
  alertmanager,
  ocsf,
};

/** True for the name of a preset that this version ships. */
export const isPreset = (name: string): name is PresetName => PRESET_NAMES.some((each) => each === name);

/** How documents are read: by a preset, a map of one's own, or both. */
export interface ReadBy {
  readonly preset?: PresetName;
  readonly map?: FieldMap;
  readonly repetition?: Repetition;
}

/** With what the product of the preset sends filled in; what is said besides wins, field by field. */
export const filledIn = ({ preset, map, repetition }: ReadBy): Pick<ReadBy, 'map' | 'repetition'> => {
  const shipped = preset === undefined ? undefined : PRESETS[preset];
  return present({
    map: shipped === undefined ? map : { ...shipped.map, ...map },
    repetition: repetition ?? shipped?.repetition,
  });
};
