import { parse } from 'yaml';
import { decode } from '../../common/codec/decode';
import { FieldMap } from '../../server/engine/intake/field_map';
import { PRESETS, type PresetName } from '../../server/engine/intake/presets';
import type { Repetition } from '../../common/flow/event';

/*
 * The field maps of the cases: those that are shipped, and some as a careful user writes them. Where a case asks for
 * something that a map could not say yet, whoever builds it writes it into the map here.
 */

const GUARDDUTY_ADDRESS = 'service.action.networkConnectionAction.remoteIpDetails.ipAddressV4';

const MAPS = {
  generic: `
    event_id: id
    timestamp: { path: [ts, timestamp], format: [rfc1123, syslog, compact], zone: UTC }
    confidence: confidence
    severity: severity
    src_host: host
    source.ip: ip
    destination.domain: domain
    user.name: user
    file.path: file
    file.hash: hash
    process.pid: pid
    process.name: proc
    rule.id: rule
    rule.name: rule_name
    tags: { path: tags, values: { guessing: attack.t1110 } }`,
  /** A source that sends at once, and says neither the time nor a severity that is known. */
  lenient: `
    event_id: id
    timestamp: { path: ts, fallback: received_at }
    confidence: confidence
    severity: { path: severity, fallback: high }
    source.ip: ip`,
  /** The same without a fallback, and without a form of times. */
  strict: `
    event_id: id
    timestamp: ts
    severity: severity`,
  sns: `
    only: { Type: Notification }
    parse: Message
    event_id: { path: [Message.id, MessageId] }
    timestamp: { path: [Message.updatedAt, Timestamp] }
    confidence: { value: 0.7 }
    severity: { path: Message.severity, bands: { critical: 9, high: 7, medium: 4 }, value: high }
    source.ip: Message.${GUARDDUTY_ADDRESS}`,
  /** `flow_id` is no good identity of an alert; it is here because it has 64 bits. */
  suricataByFlow: `
    only: { event_type: alert }
    event_id: flow_id
    timestamp: timestamp
    confidence: { value: 0.7 }
    severity: { path: alert.severity, values: { '1': high, '2': medium, '3': low } }
    source.ip: src_ip
    rule.id: alert.signature_id`,
} as const;

export type MapName = keyof typeof MAPS | PresetName;

const isPreset = (name: MapName): name is PresetName => name in PRESETS;

export const mapNamed = (name: MapName): FieldMap => {
  if (isPreset(name)) return PRESETS[name].map;
  const map = decode(FieldMap, parse(MAPS[name]));
  if (!map.ok) throw new Error(`the map \`${name}\` is not valid: ${JSON.stringify(map.error)}`);
  return map.value;
};

/** What the source says of a repetition, besides its map. */
export const repetitionOf = (name: MapName): Repetition | undefined =>
  isPreset(name) ? PRESETS[name].repetition : undefined;
