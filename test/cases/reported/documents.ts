import { alert, each, eventOf, eventsOf, onlyCase, verdictOf, type PublicCase } from '../public_case';

/* What documents of real products look like, and what of them has to arrive. */

const firstOfAList: readonly PublicCase[] = [
  {
    name: 'first of a list/two findings in one envelope',
    from: ['aws-solutions/automated-security-response#243 (its shape)'],
    right: 'two events, each with its own id, severity and address',
    map: 'security_hub',
    run: async (rig) => {
      const finding = (id: string, Label: string, SourceIpV4: string) => ({
        Id: `arn:${id}/${rig.id()}`,
        UpdatedAt: rig.now(),
        Severity: { Label },
        GeneratorId: `g${id}`,
        Title: `finding ${id}`,
        Network: { SourceIpV4 },
      });
      const sent = await rig.send({
        id: rig.id(),
        'detail-type': 'Security Hub Findings - Imported',
        time: rig.now(),
        detail: { findings: [finding('1', 'HIGH', '203.0.113.130'), finding('2', 'CRITICAL', '203.0.113.131')] },
      });
      const inOrder = [...eventsOf(sent)].sort((one, other) => one.event_id.localeCompare(other.event_id));
      expect(inOrder).toMatchObject([
        { severity: 'high', source: { ip: '203.0.113.130' } },
        { severity: 'critical', source: { ip: '203.0.113.131' } },
      ]);
    },
  },
  {
    name: 'first of a list/a group whose first alert is resolved',
    from: ['prometheus/alertmanager#1051', 'prometheus/alertmanager#1423', 'kubermatic#8192'],
    right: 'one detection, of the alert that fires; the resolved one is none',
    map: 'alertmanager',
    run: async (rig) => {
      const one = (status: string, alertname: string, ip: string) => ({
        status,
        fingerprint: rig.id(),
        startsAt: rig.now(),
        labels: { alertname, severity: 'critical', ip },
      });
      const alerts = [one('resolved', 'A', '203.0.113.132'), one('firing', 'B', '203.0.113.133')];
      const sent = await rig.send({ version: '4', status: 'firing', alerts });
      expect(eventsOf(sent)).toMatchObject([{ rule: { name: 'B' }, source: { ip: '203.0.113.133' } }]);
    },
  },
  {
    name: 'first of a list/several addresses and users of Elastic',
    from: ['Elastic (alerts with arrays)'],
    right: 'the record says how many were left out, of addresses and of users',
    map: 'elastic',
    run: async (rig) => {
      const sent = await rig.send({
        'kibana.alert.uuid': rig.id(),
        '@timestamp': rig.now(),
        'kibana.alert.risk_score': 73,
        'kibana.alert.severity': 'high',
        source: { ip: ['203.0.113.134', '203.0.113.135'] },
        user: { name: ['a.smith', 'b.jones'] },
        'kibana.alert.rule.rule_id': 'r',
        'kibana.alert.rule.name': 'guessing',
      });
      expect(whatWasMended(onlyCase(sent).received)).toEqual(expect.arrayContaining(['source.ip', 'user.name']));
    },
  },
  {
    name: 'first of a list/fields with several values of Splunk',
    from: ['Splunk (fields with several values)'],
    right: 'as for Elastic',
    map: 'splunk',
    run: async (rig) => {
      const result = {
        _time: seconds(rig.utc),
        severity: 'high',
        src: ['203.0.113.136', '203.0.113.137'],
        user: ['a.smith', 'b.jones'],
      };
      const sent = await rig.send({ sid: rig.id(), search_name: 's', result });
      expect(whatWasMended(onlyCase(sent).received)).toEqual(expect.arrayContaining(['source.ip', 'user.name']));
    },
  },
];

const seconds = (utc: number): string => String(Math.floor(utc / 1_000));

/** What the record says was changed, cut or left out. */
const whatWasMended = (received: object): readonly string[] =>
  ((received as { readonly mended?: ReadonlyArray<{ readonly path: string }> }).mended ?? []).map(({ path }) => path);

const sentinel: readonly PublicCase[] = each(
  {
    name: 'real documents/entities of Sentinel',
    from: ['Azure/Azure-Sentinel#1065', 'Azure/Azure-Sentinel#501'],
    right: 'user, host and address are in the event, whatever their order, and where the list is JSON in a text',
    map: 'sentinel',
  },
  {
    'the account first': (list: readonly object[]) => list,
    'the address first': (list: readonly object[]) => [...list].reverse(),
    'as a text': (list: readonly object[]) => JSON.stringify(list),
  },
  async (rig, shape) => {
    const Entities = shape([
      { $id: '2', Type: 'account', Name: 'a.smith', UPNSuffix: 'office.example' },
      { $id: '3', Type: 'host', HostName: 'web-01' },
      { $id: '4', Type: 'ip', Address: '203.0.113.44' },
    ]);
    const named = { SystemAlertId: rig.id(), TimeGenerated: rig.now(), AlertType: 'a', DisplayName: 'd' };
    const event = eventOf(await rig.send({ ...named, Severity: 'High', Entities }));
    expect(event).toMatchObject({ source: { ip: '203.0.113.44' }, src_host: 'web-01' });
    expect(event.user?.name).toContain('a.smith');
  },
);

const wazuhAlert = (id: string, timestamp: string, more: object, rule: object = {}): object => ({
  id,
  timestamp,
  rule: { level: 10, description: 'd', id: '5712', ...rule },
  agent: { id: '001', name: 'web-01' },
  ...more,
});

const realDocuments: readonly PublicCase[] = [
  {
    name: 'real documents/three brute-force alerts of Wazuh',
    from: ['wazuh PR 21816 (payload)', 'Wazuh (alerts as JSON)'],
    right: 'the ids of techniques are brought to the form that the policies ask for: the third alert confirms',
    map: 'wazuh',
    policies: ['block-brute-force-source'],
    run: async (rig) => {
      const verdicts = [];
      for (let count = 0; count < 3; count += 1) {
        const data = { srcip: '203.0.113.50', srcuser: 'root' };
        const rule = { mitre: { id: ['T1110'] } };
        verdicts.push(verdictOf(await rig.send(wazuhAlert(rig.id(), rig.now(), { data }, rule))));
      }
      expect(verdicts).toEqual(['hold', 'hold', 'permit']);
    },
  },
  {
    name: 'real documents/a logon failure of Windows by Wazuh',
    from: ['wazuh-docker#1840'],
    right: 'source and user are in the event',
    map: 'wazuh',
    run: async (rig) => {
      const win = {
        system: { eventID: '4625', computer: 'dc01.office.example' },
        eventdata: {
          targetUserName: 'a.smith',
          targetDomainName: 'OFFICE',
          ipAddress: '203.0.113.51',
          logonType: '3',
        },
      };
      const event = eventOf(await rig.send(wazuhAlert(rig.id(), rig.now(), { data: { win } })));
      expect(event.source?.ip).toBe('203.0.113.51');
      expect(event.user?.name).toContain('a.smith');
    },
  },
  {
    name: 'real documents/techniques two lists deep of Elastic',
    from: ['Elastic (kibana.alert.rule.threat)'],
    right: 'the tags hold both techniques in the form that the policies ask for',
    map: 'elastic',
    run: async (rig) => {
      const technique = [{ id: 'T1110', subtechnique: [{ id: 'T1110.001' }] }];
      const sent = await rig.send({
        'kibana.alert.uuid': rig.id(),
        '@timestamp': rig.now(),
        'kibana.alert.risk_score': 73,
        'kibana.alert.severity': 'high',
        source: { ip: '203.0.113.138' },
        'kibana.alert.rule.rule_id': 'r',
        'kibana.alert.rule.name': 'guessing',
        'kibana.alert.rule.tags': ['Domain: Endpoint', 'Tactic: Credential Access'],
        'kibana.alert.rule.threat': [{ framework: 'MITRE ATT&CK', tactic: { id: 'TA0006' }, technique }],
      });
      expect(eventOf(sent).tags).toEqual(expect.arrayContaining(['attack.t1110', 'attack.t1110.001']));
    },
  },
  {
    name: 'real documents/tactics in one text of Sentinel',
    from: ['Azure/Azure-Sentinel (SecurityAlert.Tactics)'],
    right: 'two tags',
    map: 'sentinel',
    run: async (rig) => {
      const named = { SystemAlertId: rig.id(), TimeGenerated: rig.now(), AlertType: 'a', DisplayName: 'd' };
      const sent = await rig.send({ ...named, Severity: 'High', Tactics: 'InitialAccess,Impact' });
      expect(eventOf(sent).tags).toHaveLength(2);
    },
  },
  {
    name: 'real documents/a table of values for tags',
    from: ['wazuh PR 21816'],
    right: 'the table of the map is applied to each tag',
    run: async (rig) => {
      expect(eventOf(await rig.send(alert(rig, { ip: '203.0.113.54', tags: ['guessing'] }))).tags).toEqual([
        'attack.t1110',
      ]);
    },
  },
];

const guardDuty = (id: string, finding: string, at: string, count: number): object => ({
  id,
  'detail-type': 'GuardDuty Finding',
  source: 'aws.guardduty',
  time: at,
  detail: {
    id: finding,
    type: 'UnauthorizedAccess:EC2/SSHBruteForce',
    severity: 8,
    updatedAt: at,
    title: 'guessing',
    service: { count, action: { networkConnectionAction: { remoteIpDetails: { ipAddressV4: '203.0.113.70' } } } },
  },
});

const suricata = (timestamp: string, flowId: string): string =>
  `{"timestamp":"${timestamp}","event_type":"alert","src_ip":"203.0.113.81",` +
  `"alert":{"signature_id":7,"signature":"s","severity":1},"flow_id":${flowId}}`;

const identity: readonly PublicCase[] = [
  {
    name: 'identity/numbers beyond 2^53 in the content',
    from: ['OISF/suricata PR 2214', 'fever PR 48'],
    right: 'two events, and every digit is kept as evidence',
    map: 'suricata',
    run: async (rig) => {
      const at = rig.now();
      for (const flow of ['9007199254740993', '9007199254740992']) {
        const sent = await rig.sendText(suricata(at, flow));
        expect([flow, sent.status]).toEqual([flow, 202]);
        expect(JSON.stringify(onlyCase(sent).received.event.raw)).toContain(flow);
      }
    },
  },
  {
    name: 'identity/numbers beyond 2^53 as the id of an event',
    from: ['OISF/suricata PR 2214', 'fever PR 48'],
    right: 'three events, with the digits that were sent',
    map: 'suricataByFlow',
    run: async (rig) => {
      for (const flow of ['9007199254740993', '9007199254740992', '18446744073709551615'])
        expect(eventOf(await rig.sendText(suricata(rig.now(), flow))).event_id).toBe(flow);
    },
  },
  {
    name: 'identity/a finding that is sent again with newer data',
    from: ['panther-labs/panther-analysis#45', 'panther-labs/panther-analysis#1082', 'mozilla/foxsec-pipeline#198'],
    right: 'the same case is decided anew, with the new data',
    map: 'guardduty',
    run: async (rig) => {
      const first = onlyCase(await rig.send(guardDuty(rig.id(), rig.id('f'), rig.now(-2_000), 1)));
      const second = await rig.send(guardDuty(rig.id(), rig.id('f'), rig.now(), 40));
      expect([second.status, second.quarantined]).toEqual([202, 0]);
      expect(rig.decided(first)).toBe(2);
    },
  },
  {
    name: 'identity/two alerts of Wazuh with one id',
    from: ['wazuh#28904', 'wazuh PR 6266', 'ossec-hids#1487'],
    right: 'two events: an id made of a second and an offset is no identity',
    map: 'wazuh',
    run: async (rig) => {
      for (const srcip of ['203.0.113.191', '203.0.113.192']) {
        const sent = await rig.send(wazuhAlert(`1764328000.${rig.id('w')}`, rig.now(), { data: { srcip } }));
        expect(eventsOf(sent)).toMatchObject([{ source: { ip: srcip } }]);
      }
    },
  },
  {
    name: 'identity/many rows with one sid of Splunk',
    from: ['Splunk (trigger for each result)'],
    right: 'two events: the sid alone does not tell rows apart',
    map: 'splunk',
    run: async (rig) => {
      for (const [src, user] of [
        ['203.0.113.60', 'a.smith'],
        ['203.0.113.61', 'b.jones'],
      ]) {
        const result = { _time: seconds(rig.utc), severity: 'high', src, user };
        const sent = await rig.send({ sid: rig.id('s'), search_name: 's', result });
        expect(eventsOf(sent)).toMatchObject([{ source: { ip: src } }]);
      }
    },
  },
];

export const DOCUMENT_CASES: readonly PublicCase[] = [...firstOfAList, ...sentinel, ...realDocuments, ...identity];
