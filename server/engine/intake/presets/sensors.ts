import { GUESSING, UNREVIEWED, type Preset } from './preset';

export const suricata: Preset = {
  title: 'Suricata: the EVE stream; only its alerts are taken',
  documents: 'lines of `eve.json` with `event_type`; techniques where the rule names them in its metadata',
  map: {
    only: { event_type: 'alert' },
    timestamp: 'timestamp',
    confidence: UNREVIEWED,
    severity: { path: 'alert.severity', values: { '1': 'high', '2': 'medium', '3': 'low', '4': 'low' } },
    'source.ip': 'src_ip',
    'destination.ip': 'dest_ip',
    'destination.domain': { path: ['tls.sni', 'http.hostname', 'dns.query.rrname'] },
    'rule.id': 'alert.signature_id',
    'rule.name': 'alert.signature',
    tags: { path: ['alert.metadata.mitre_technique_id', 'alert.category'], all: true },
  },
};

export const falco: Preset = {
  title: 'Falco: JSON output, or falcosidekick',
  documents: 'messages with `priority`, `rule` and `output_fields` (`json_output: true`)',
  map: {
    event_id: 'uuid',
    timestamp: { path: ['time', 'output_fields.evt.time'] },
    confidence: UNREVIEWED,
    severity: 'priority',
    src_host: 'hostname',
    'source.ip': 'output_fields.fd.cip',
    'destination.ip': { path: ['output_fields.fd.sip', 'output_fields.fd.rip'] },
    'user.name': 'output_fields.user.name',
    'process.name': 'output_fields.proc.name',
    'process.pid': 'output_fields.proc.pid',
    'process.executable': 'output_fields.proc.exepath',
    'file.path': 'output_fields.fd.name',
    'rule.id': 'rule',
    'rule.name': 'rule',
    tags: 'tags',
  },
};

export const zeek: Preset = {
  title: 'Zeek: the log `notice`',
  documents: 'lines of `notice.log` as JSON, with `note` and `ts`',
  map: {
    // Of many notices of one connection the uid is the same.
    timestamp: 'ts',
    confidence: UNREVIEWED,
    severity: { value: 'medium' },
    'source.ip': { path: ['src', 'id.orig_h'] },
    'destination.ip': { path: ['dst', 'id.resp_h'] },
    'rule.id': 'note',
    'rule.name': 'note',
    tags: { path: 'note', values: GUESSING },
  },
};

export const alertmanager: Preset = {
  title: 'Prometheus Alertmanager: a webhook receiver; only what fires is taken',
  documents: 'the payload of a webhook receiver, version 4: a list `alerts` with `fingerprint` and `labels`',
  // A fingerprint names the series, not the time that it fires.
  repetition: 'new',
  map: {
    each: 'alerts',
    only: { status: 'firing' },
    event_id: 'fingerprint',
    timestamp: 'startsAt',
    confidence: UNREVIEWED,
    severity: 'labels.severity',
    src_host: { path: ['labels.host', 'labels.instance'] },
    'source.ip': { path: ['labels.source_ip', 'labels.ip'] },
    'user.name': 'labels.user',
    'rule.id': 'labels.alertname',
    'rule.name': 'labels.alertname',
    tags: { path: ['labels.technique', 'labels.mitre'], split: ',', all: true },
  },
};
