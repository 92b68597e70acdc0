import { UNREVIEWED, type Preset } from './preset';

export const elastic: Preset = {
  title: 'Elastic Security: alerts, by an index or a webhook connector',
  documents: 'alerts with fields `kibana.alert.*`, as Elastic Security writes them since 8.0',
  repetition: 'update',
  map: {
    state: 'kibana.alert.workflow_status',
    event_id: 'kibana.alert.uuid',
    timestamp: '@timestamp',
    confidence: { path: 'kibana.alert.risk_score', divide_by: 100 },
    severity: 'kibana.alert.severity',
    src_host: 'host.name',
    'source.ip': 'source.ip',
    'destination.ip': 'destination.ip',
    'destination.domain': 'destination.domain',
    'user.name': 'user.name',
    'process.name': 'process.name',
    'process.pid': 'process.pid',
    'process.executable': 'process.executable',
    'process.hash': 'process.hash.sha256',
    'file.path': 'file.path',
    'file.hash': 'file.hash.sha256',
    'rule.id': 'kibana.alert.rule.rule_id',
    'rule.name': 'kibana.alert.rule.name',
    tags: {
      path: [
        'kibana.alert.rule.threat.technique.id',
        'kibana.alert.rule.threat.technique.subtechnique.id',
        'kibana.alert.rule.tags',
      ],
      all: true,
    },
  },
};

export const splunk: Preset = {
  title: 'Splunk: an alert action or HTTP, one result in each message',
  documents:
    'the payload of the webhook alert action: `sid`, `search_name`, `result`; with the fields of notable events of Enterprise Security where they are there',
  repetition: 'new',
  map: {
    event_id: { path: ['result.event_id', 'sid'] },
    timestamp: { path: ['result._time', 'result.orig_time'] },
    confidence: { path: 'result.risk_score', divide_by: 100 },
    severity: { path: ['result.severity', 'result.urgency'], values: { unknown: 'medium' } },
    src_host: { path: ['result.src_host', 'result.host'] },
    'source.ip': { path: ['result.src_ip', 'result.src'] },
    'destination.ip': { path: ['result.dest_ip', 'result.dest'] },
    'user.name': 'result.user',
    'rule.id': 'search_name',
    'rule.name': 'search_name',
    tags: { path: ['result.annotations.mitre_attack', 'result.mitre_technique_id'], all: true },
  },
};

export const wazuh: Preset = {
  title: 'Wazuh: a custom integration, or the index `wazuh-alerts-*`',
  documents: 'alerts of Wazuh 4 with `rule.level`, `agent` and `data`',
  // Its id is a second and a place in a file: two managers, or a busy one, give it twice.
  repetition: 'new',
  map: {
    event_id: 'id',
    timestamp: 'timestamp',
    confidence: UNREVIEWED,
    severity: { path: 'rule.level', bands: { critical: 13, high: 10, medium: 7 } },
    src_host: 'agent.name',
    'source.ip': { path: ['data.srcip', 'data.src_ip', 'data.win.eventdata.ipAddress'] },
    'destination.ip': { path: ['data.dstip', 'data.dest_ip'] },
    'user.name': { path: ['data.dstuser', 'data.srcuser', 'data.win.eventdata.targetUserName'] },
    'file.path': 'syscheck.path',
    'file.hash': 'syscheck.sha256_after',
    'rule.id': 'rule.id',
    'rule.name': 'rule.description',
    tags: 'rule.mitre.id',
  },
};

export const sentinel: Preset = {
  title: 'Microsoft Sentinel: a Logic App, one alert in each message',
  documents: 'rows of the table `SecurityAlert`, with `SystemAlertId` and `Entities` as a text of JSON',
  repetition: 'update',
  map: {
    parse: 'Entities',
    state: 'Status',
    event_id: 'SystemAlertId',
    timestamp: { path: ['TimeGenerated', 'StartTimeUtc'] },
    confidence: 'ConfidenceScore',
    severity: 'Severity',
    src_host: { path: ['Entities.HostName', 'CompromisedEntity'] },
    'source.ip': 'Entities.Address',
    'user.name': { path: 'Entities.Name', where: { Type: 'account' } },
    'rule.id': 'AlertType',
    'rule.name': 'DisplayName',
    tags: { path: ['Techniques', 'Tactics'], split: ',', all: true },
  },
};
