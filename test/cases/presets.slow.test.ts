import type { DetectionEvent } from '../../common/flow/event';
import { decode } from '../../common/codec/decode';
import { FieldMap } from '../../server/engine/intake/field_map';
import { PRESET_NAMES, PRESETS, type PresetName } from '../../server/engine/intake/presets';
import { verdictOf } from './public_case';
import { Rig } from './rig';

/*
 * Documents of each product, shaped as its maker publishes them, through what is shipped for it and the starter set.
 * Each is a report of guessed passwords: the third one within ten minutes blocks its source. Its twin must not.
 */

/** What a report is about; the product says it in its own way. */
interface About {
  readonly ip: string;
  /** Guessed passwords, or something that no policy acts on. */
  readonly guessing: boolean;
}

interface Product {
  readonly document: (rig: Rig, about: About) => object;
  /** What has to arrive of it, written before its map. */
  readonly event: Partial<DetectionEvent>;
}

const ATTACKER = '203.0.113.77';
const STARTER = ['block-brute-force-source', 'no-firewall-block-of-private-addresses', 'protect-public-resolvers'];
const seconds = (utc: number): string => String(Math.floor(utc / 1_000));

const PRODUCTS: Readonly<Record<PresetName, Product>> = {
  elastic: {
    document: (rig, { ip, guessing }) => ({
      '@timestamp': rig.now(),
      'kibana.alert.uuid': rig.id(),
      'kibana.alert.risk_score': 73,
      'kibana.alert.severity': 'high',
      'kibana.alert.workflow_status': 'open',
      'kibana.alert.rule.rule_id': 'b7a1',
      'kibana.alert.rule.name': 'Potential SSH Brute Force',
      'kibana.alert.rule.tags': ['Domain: Endpoint', 'Tactic: Credential Access'],
      'kibana.alert.rule.threat': [
        { framework: 'MITRE ATT&CK', technique: [{ id: guessing ? 'T1110' : 'T1595', name: 'x', subtechnique: [] }] },
      ],
      host: { name: 'web-01' },
      source: { ip },
      user: { name: 'root' },
    }),
    event: {
      severity: 'high',
      confidence: 0.73,
      src_host: 'web-01',
      user: { name: 'root' },
      rule: { id: 'b7a1', name: 'Potential SSH Brute Force' },
    },
  },
  splunk: {
    document: (rig, { ip, guessing }) => ({
      sid: 'scheduler__admin__search__RMD5',
      search_name: 'Access - Brute Force - Rule',
      result: {
        _time: seconds(rig.utc),
        event_id: rig.id(),
        urgency: 'high',
        risk_score: '80',
        src: ip,
        dest: '10.0.0.5',
        user: 'root',
        'annotations.mitre_attack': guessing ? ['T1110'] : ['T1595'],
      },
    }),
    event: {
      severity: 'high',
      confidence: 0.8,
      user: { name: 'root' },
      rule: { id: 'Access - Brute Force - Rule', name: 'Access - Brute Force - Rule' },
    },
  },
  wazuh: {
    document: (rig, { ip, guessing }) => ({
      timestamp: rig.now().replace('Z', '+0000'),
      id: `${seconds(rig.utc)}.${rig.id().slice(3)}`,
      agent: { id: '001', name: 'web-01', ip: '10.0.0.5' },
      manager: { name: 'wazuh-1' },
      rule: {
        id: '5763',
        level: 10,
        description: 'sshd: brute force trying to get access to the system.',
        mitre: { id: [guessing ? 'T1110' : 'T1595'], tactic: ['Credential Access'] },
      },
      data: { srcip: ip, dstuser: 'root' },
    }),
    event: {
      severity: 'high',
      src_host: 'web-01',
      user: { name: 'root' },
      rule: { id: '5763' },
    },
  },
  sentinel: {
    document: (rig, { ip, guessing }) => ({
      SystemAlertId: rig.id(),
      TimeGenerated: rig.now(),
      AlertType: 'SSH_BruteForce',
      DisplayName: 'SSH brute force',
      Severity: 'High',
      Status: 'New',
      ConfidenceScore: 0.8,
      Tactics: 'CredentialAccess,InitialAccess',
      Techniques: guessing ? 'T1110,T1078' : 'T1595',
      CompromisedEntity: 'web-01',
      Entities: JSON.stringify([
        { $id: '2', Name: 'root', Type: 'account' },
        { $id: '3', Address: ip, Type: 'ip' },
      ]),
    }),
    event: { severity: 'high', confidence: 0.8, src_host: 'web-01', user: { name: 'root' } },
  },
  suricata: {
    document: (rig, { ip, guessing }) => ({
      timestamp: rig.now().replace('Z', '+0000'),
      flow_id: Number(rig.id().slice(3)),
      event_type: 'alert',
      src_ip: ip,
      src_port: 51_234,
      dest_ip: '10.0.0.5',
      dest_port: 22,
      proto: 'TCP',
      alert: {
        action: 'allowed',
        signature_id: 2_001_219,
        signature: 'ET SCAN Potential SSH Scan',
        category: 'Attempted Information Leak',
        severity: 1,
        metadata: { mitre_technique_id: [guessing ? 'T1110' : 'T1595'] },
      },
    }),
    event: {
      severity: 'high',
      destination: { ip: '10.0.0.5' },
      rule: { id: '2001219', name: 'ET SCAN Potential SSH Scan' },
    },
  },
  falco: {
    document: (rig, { ip, guessing }) => ({
      uuid: rig.id(),
      time: rig.now().replace('Z', '000000Z'),
      priority: 'Critical',
      rule: 'Many failed logins over SSH',
      source: 'syscall',
      hostname: 'web-01',
      tags: ['host', 'mitre_credential_access', guessing ? 'T1110' : 'T1595'],
      output_fields: { 'fd.cip': ip, 'fd.sip': '10.0.0.5', 'proc.name': 'sshd', 'proc.pid': 812, 'user.name': 'root' },
    }),
    event: { severity: 'critical', src_host: 'web-01', user: { name: 'root' }, process: { name: 'sshd', pid: 812 } },
  },
  zeek: {
    document: (rig, { ip, guessing }) => ({
      ts: rig.utc / 1_000,
      uid: 'CHhAvVGS1DHFjwGM9',
      note: guessing ? 'SSH::Password_Guessing' : 'SSL::Invalid_Server_Cert',
      msg: `${ip} appears to be guessing SSH passwords (seen in 30 connections), ${rig.id()}.`,
      src: ip,
      dst: '10.0.0.5',
    }),
    event: { severity: 'medium', rule: { id: 'SSH::Password_Guessing', name: 'SSH::Password_Guessing' } },
  },
  guardduty: {
    document: (rig, { ip, guessing }) => ({
      id: rig.id(),
      'detail-type': 'GuardDuty Finding',
      source: 'aws.guardduty',
      time: rig.now(),
      detail: {
        id: rig.id(),
        type: guessing ? 'UnauthorizedAccess:EC2/SSHBruteForce' : 'Recon:EC2/PortProbeUnprotectedPort',
        severity: 8,
        updatedAt: rig.now(),
        title: `${ip} is performing SSH brute force attacks against i-99999999.`,
        resource: { resourceType: 'Instance', instanceDetails: { instanceId: 'i-99999999' } },
        service: {
          archived: false,
          count: 3,
          action: {
            actionType: 'NETWORK_CONNECTION',
            networkConnectionAction: { remoteIpDetails: { ipAddressV4: ip } },
          },
        },
      },
    }),
    event: { severity: 'high', src_host: 'i-99999999' },
  },
  security_hub: {
    document: (rig, { ip, guessing }) => ({
      'detail-type': 'Security Hub Findings - Imported',
      time: rig.now(),
      detail: {
        findings: [
          {
            SchemaVersion: '2018-10-08',
            Id: `arn:aws:guardduty:eu-west-1:123456789012:detector/1/finding/${rig.id()}`,
            GeneratorId: 'arn:aws:guardduty:eu-west-1:123456789012:detector/1',
            Types: [
              guessing
                ? 'TTPs/Initial Access/UnauthorizedAccess:EC2-SSHBruteForce'
                : 'TTPs/Discovery/Recon:EC2-PortProbeUnprotectedPort',
            ],
            UpdatedAt: rig.now(),
            Severity: { Label: 'HIGH', Normalized: 70 },
            Confidence: 90,
            Title: 'SSH brute force attacks against i-99999999.',
            Workflow: { Status: 'NEW' },
            RecordState: 'ACTIVE',
            Action: { NetworkConnectionAction: { RemoteIpDetails: { IpAddressV4: ip } } },
          },
        ],
      },
    }),
    event: { severity: 'high', confidence: 0.9 },
  },
  alertmanager: {
    document: (rig, { ip, guessing }) => ({
      version: '4',
      status: 'firing',
      receiver: 'reflex',
      alerts: [
        {
          status: 'firing',
          fingerprint: rig.id(),
          startsAt: rig.now(),
          labels: {
            alertname: 'SshGuessing',
            severity: 'critical',
            instance: 'web-01:9100',
            source_ip: ip,
            technique: guessing ? 'T1110' : 'T1595',
          },
        },
      ],
    }),
    event: { severity: 'critical', src_host: 'web-01', rule: { id: 'SshGuessing', name: 'SshGuessing' } },
  },
  ocsf: {
    document: (rig, { ip, guessing }) => ({
      class_uid: 2004,
      category_uid: 2,
      activity_id: 1,
      time: rig.utc,
      severity: 'High',
      severity_id: 4,
      status: 'New',
      status_id: 1,
      confidence_score: 90,
      metadata: { version: '1.1.0', product: { name: 'Detector', vendor_name: 'Example' } },
      finding_info: {
        uid: rig.id(),
        title: 'SSH brute force',
        analytic: { uid: 'r-77', name: 'SSH brute force', type_id: 1 },
        attacks: [{ technique: { uid: guessing ? 'T1110' : 'T1595' }, version: '14' }],
      },
      evidences: [{ src_endpoint: { ip }, dst_endpoint: { ip: '10.0.0.5' }, actor: { user: { name: 'root' } } }],
    }),
    event: {
      severity: 'high',
      confidence: 0.9,
      user: { name: 'root' },
      destination: { ip: '10.0.0.5' },
      rule: { id: 'r-77', name: 'SSH brute force' },
    },
  },
};

const thrice = async (name: PresetName, about: About) => {
  const rig = await Rig.start({ map: name, policies: STARTER });
  const sent = [];
  for (let count = 0; count < 3; count += 1) {
    sent.push(await rig.send(PRODUCTS[name].document(rig, about)));
    await rig.wait(1_000);
  }
  return { sent, orders: rig.orders() };
};

describe.each(PRESET_NAMES)('what is shipped for %s', (name) => {
  it('is a map as the settings take it', () => {
    expect(decode(FieldMap, PRESETS[name].map)).toMatchObject({ ok: true });
  });

  it('finds what the document is about, and mends nothing of it', async () => {
    const {
      sent: [first],
    } = await thrice(name, { ip: ATTACKER, guessing: true });
    const received = first?.cases[0]?.received;
    expect(received?.event).toMatchObject({ ...PRODUCTS[name].event, source: { ip: ATTACKER } });
    expect(received?.event.tags).toContain('attack.t1110');
    expect([received?.mended, received?.source_state]).toEqual([undefined, undefined]);
  });

  it('brings the starter set to block the source at the third report', async () => {
    const { sent, orders } = await thrice(name, { ip: ATTACKER, guessing: true });
    expect(sent.map(verdictOf)).toEqual(['hold', 'hold', 'permit']);
    expect(orders).toEqual([`block_ip ${ATTACKER}`]);
  });

  it.each<[string, About]>([
    ['inside the network', { ip: '10.0.0.66', guessing: true }],
    ['that resolves names for everybody', { ip: '8.8.8.8', guessing: true }],
    ['that guessed nothing', { ip: ATTACKER, guessing: false }],
  ])('brings it to block no source %s', async (_what, about) => {
    const { sent, orders } = await thrice(name, about);
    expect(sent.map(({ cases }) => cases.length)).toEqual([1, 1, 1]);
    expect(orders).toEqual([]);
  });
});
