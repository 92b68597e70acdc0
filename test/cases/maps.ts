import { readFileSync } from 'fs';
import { join } from 'path';
import { parse } from 'yaml';
import { decode } from '../../common/codec/decode';
import { FieldMap } from '../../server/engine/intake/field_map';
import type { Repetition } from '../../server/runner/sources/receive';

/*
 * The field maps of the cases. Those of the guide are read from the guide: what it tells people to write is what has to
 * give the right result. The others are as a careful user writes them. Where a case asks for something that a map could
 * not say yet, whoever builds it writes it into the map here.
 */

const guide = readFileSync(join(__dirname, '../../docs/guides/connect_a_source.md'), 'utf8');

const mapOfGuide = (heading: string): string => {
  const block = new RegExp(`### ${heading}[^\\n]*\\n[\\s\\S]*?\`\`\`yaml\\nmap:\\n([\\s\\S]*?)\`\`\``).exec(guide)?.[1];
  if (block === undefined) throw new Error(`the guide has no map for ${heading}`);
  return block;
};

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
  alertmanager: `
    each: alerts
    only: { status: firing }
    event_id: fingerprint
    timestamp: startsAt
    confidence: { value: 0.7 }
    severity: labels.severity
    source.ip: labels.ip
    rule.name: labels.alertname`,
  falco: `
    event_id: uuid
    timestamp: { path: [time, output_fields.evt.time] }
    confidence: { value: 0.7 }
    severity: priority
    src_host: hostname
    user.name: output_fields.user.name
    rule.name: rule
    tags: tags`,
  guardduty: `
    event_id: detail.id
    timestamp: detail.updatedAt
    confidence: { value: 0.7 }
    severity: { path: detail.severity, bands: { critical: 9, high: 7, medium: 4 } }
    source.ip: detail.${GUARDDUTY_ADDRESS}
    rule.id: detail.type
    rule.name: detail.title`,
  securityHub: `
    each: detail.findings
    event_id: Id
    timestamp: { path: [UpdatedAt, time] }
    confidence: { value: 0.7 }
    severity: Severity.Label
    source.ip: Network.SourceIpV4
    rule.id: GeneratorId
    rule.name: Title`,
  sns: `
    only: { Type: Notification }
    parse: Message
    event_id: { path: [Message.id, MessageId] }
    timestamp: { path: [Message.updatedAt, Timestamp] }
    confidence: { value: 0.7 }
    severity: { path: Message.severity, bands: { critical: 9, high: 7, medium: 4 }, value: high }
    source.ip: Message.${GUARDDUTY_ADDRESS}`,
  suricata: `
    only: { event_type: alert }
    timestamp: timestamp
    confidence: { value: 0.7 }
    severity: { path: alert.severity, values: { '1': high, '2': medium, '3': low } }
    source.ip: src_ip
    rule.id: alert.signature_id
    rule.name: alert.signature`,
  /** `flow_id` is no good identity of an alert; it is here because it has 64 bits. */
  suricataByFlow: `
    only: { event_type: alert }
    event_id: flow_id
    timestamp: timestamp
    confidence: { value: 0.7 }
    severity: { path: alert.severity, values: { '1': high, '2': medium, '3': low } }
    source.ip: src_ip
    rule.id: alert.signature_id`,
  zeek: `
    event_id: uid
    timestamp: ts
    confidence: { value: 0.7 }
    severity: { value: high }
    source.ip: { path: [src, id.orig_h] }
    rule.id: note
    rule.name: msg`,
  elastic: mapOfGuide('Elastic'),
  splunk: mapOfGuide('Splunk'),
  wazuh: mapOfGuide('Wazuh'),
  sentinel: mapOfGuide('Microsoft Sentinel'),
} as const;

export type MapName = keyof typeof MAPS;

export const mapNamed = (name: MapName): FieldMap => {
  const map = decode(FieldMap, parse(MAPS[name]));
  if (!map.ok) throw new Error(`the map \`${name}\` is not valid: ${JSON.stringify(map.error)}`);
  return map.value;
};

/** What sources say of a repetition, besides their map. */
export const REPETITIONS: Readonly<Partial<Record<MapName, Repetition>>> = {
  guardduty: 'update',
  splunk: 'new',
  wazuh: 'new',
};
