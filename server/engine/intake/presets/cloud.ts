import { GUESSING, UNREVIEWED, type Preset } from './preset';

const GUARDDUTY_ACTIONS = [
  'networkConnectionAction',
  'awsApiCallAction',
  'kubernetesApiCallAction',
  'rdsLoginAttemptAction',
];

export const guardduty: Preset = {
  title: 'Amazon GuardDuty: findings by EventBridge',
  documents: 'events of the detail type `GuardDuty Finding`, with the finding under `detail` (schema version 2.0)',
  repetition: 'update',
  map: {
    state: { path: 'detail.service.archived', values: { true: 'closed', false: 'open' } },
    event_id: 'detail.id',
    timestamp: { path: ['detail.updatedAt', 'time'] },
    confidence: UNREVIEWED,
    severity: { path: 'detail.severity', bands: { critical: 9, high: 7, medium: 4 } },
    src_host: 'detail.resource.instanceDetails.instanceId',
    'source.ip': {
      path: [
        ...GUARDDUTY_ACTIONS.map((action) => `detail.service.action.${action}.remoteIpDetails.ipAddressV4`),
        'detail.service.action.portProbeAction.portProbeDetails.remoteIpDetails.ipAddressV4',
      ],
    },
    'destination.domain': 'detail.service.action.dnsRequestAction.domain',
    'user.name': 'detail.resource.accessKeyDetails.userName',
    'rule.id': 'detail.type',
    'rule.name': 'detail.title',
    tags: { path: 'detail.type', values: GUESSING },
  },
};

export const securityHub: Preset = {
  title: 'AWS Security Hub: findings (ASFF) by EventBridge',
  documents:
    'events with a list `detail.findings` in ASFF (`SchemaVersion` 2018-10-08), such as `Security Hub Findings - Imported`',
  repetition: 'update',
  map: {
    each: 'detail.findings',
    state: 'Workflow.Status',
    event_id: 'Id',
    timestamp: { path: ['UpdatedAt', 'time'] },
    confidence: { path: 'Confidence', divide_by: 100, value: 0.6 },
    severity: 'Severity.Label',
    'source.ip': { path: ['Network.SourceIpV4', 'Action.NetworkConnectionAction.RemoteIpDetails.IpAddressV4'] },
    'destination.ip': 'Network.DestinationIpV4',
    'destination.domain': { path: ['Network.DestinationDomain', 'Action.DnsRequestAction.Domain'] },
    'process.name': 'Process.Name',
    'process.executable': 'Process.Path',
    'rule.id': 'GeneratorId',
    'rule.name': 'Title',
    tags: { path: 'Types', values: GUESSING },
  },
};

export const ocsf: Preset = {
  title: 'OCSF: Detection Finding (class 2004), as Amazon Security Lake has it',
  documents: '`class_uid` 2004, which OCSF has since 1.1; other classes are not ours',
  repetition: 'update',
  map: {
    only: { class_uid: 2004 },
    state: {
      path: ['status', 'status_id'],
      values: { '1': 'open', '2': 'acknowledged', '3': 'closed', '4': 'closed' },
    },
    event_id: { path: ['finding_info.uid', 'metadata.uid'] },
    timestamp: { path: ['time_dt', 'time'] },
    confidence: { path: 'confidence_score', divide_by: 100, value: 0.6 },
    severity: {
      path: ['severity', 'severity_id'],
      values: { '1': 'low', '2': 'low', '3': 'medium', '4': 'high', '5': 'critical', '6': 'critical' },
    },
    src_host: { path: ['device.hostname', 'evidences.src_endpoint.hostname'] },
    'source.ip': { path: ['evidences.src_endpoint.ip', 'src_endpoint.ip'] },
    'destination.ip': { path: ['evidences.dst_endpoint.ip', 'dst_endpoint.ip'] },
    'user.name': { path: ['evidences.actor.user.name', 'actor.user.name'] },
    'process.name': 'evidences.process.name',
    'process.pid': 'evidences.process.pid',
    'file.path': 'evidences.file.path',
    'rule.id': { path: ['finding_info.analytic.uid', 'metadata.product.name'] },
    'rule.name': { path: ['finding_info.analytic.name', 'finding_info.title'] },
    tags: {
      path: [
        'finding_info.attacks.technique.uid',
        'finding_info.attacks.sub_technique.uid',
        'attacks.technique.uid',
        'attacks.sub_technique.uid',
      ],
      all: true,
    },
  },
};
