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
