import { readFileSync } from 'fs';
import { join } from 'path';
import { parse } from 'yaml';
import { decode } from '../../../common/codec/decode';
import { DetectionEvent } from '../../../common/flow/event';
import { mapPart } from '../../engine/intake/documents/map_fields';
import { splitDocument } from '../../engine/intake/documents/split_document';
import { FieldMap } from '../../engine/intake/field_map';
import { readSettings } from '../settings';

const guide = readFileSync(join(__dirname, '../../../docs/guides/connect_a_source.md'), 'utf8');
const blocks = [...guide.matchAll(/```yaml\n([\s\S]*?)```/g)].map(
  ([, text = '']) => parse(text) as Record<string, unknown>,
);
const presets = new Map(
  [...guide.matchAll(/### (\w+)[^\n]*\n\n```yaml\n([\s\S]*?)```/g)].map(([, name = '', text = '']) => [
    name,
    (parse(text) as { map: unknown }).map,
  ]),
);

/** One alert of each, cut down, as the products send them. */
const ALERTS: Record<string, { readonly alert: object; readonly event: object }> = {
  Elastic: {
    alert: {
      '@timestamp': '2026-11-22T10:00:00.000Z',
      'kibana.alert.uuid': 'abc',
      'kibana.alert.risk_score': 73,
      'kibana.alert.severity': 'high',
      'kibana.alert.rule.name': 'Ransomware',
      'kibana.alert.rule.rule_id': 'r1',
      'kibana.alert.rule.tags': ['attack.t1486'],
      host: { name: 'web-01' },
      user: { name: 'ana' },
    },
    event: { event_id: 'abc', confidence: 0.73, severity: 'high', src_host: 'web-01', user: { name: 'ana' } },
  },
  Splunk: {
    alert: {
      sid: 'scheduler_1',
      search_name: 'Brute force',
      result: {
        _time: '1764237600',
        urgency: 'critical',
        src: '203.0.113.7',
        host: 'idx-1',
        user: 'bo',
        risk_score: '80',
      },
    },
    event: { event_id: 'scheduler_1', confidence: 0.8, severity: 'critical', source: { ip: '203.0.113.7' } },
  },
  Wazuh: {
    alert: {
      id: '1764237600.1',
      timestamp: '2026-11-22T10:00:00.000+0000',
      rule: { id: '5712', level: 10, description: 'sshd: brute force', mitre: { id: ['T1110'] } },
      agent: { name: 'db-01' },
      data: { srcip: '203.0.113.7', srcuser: 'root' },
    },
    event: {
      event_id: '1764237600.1',
      severity: 'high',
      src_host: 'db-01',
      tags: ['T1110'],
      rule: { id: '5712', name: 'sshd: brute force' },
    },
  },
  Microsoft: {
    alert: {
      SystemAlertId: 'm1',
      TimeGenerated: '2026-11-22T10:00:00Z',
      Severity: 'Informational',
      ConfidenceScore: 0.4,
      CompromisedEntity: 'pc-7',
      Entities: JSON.stringify([
        { Type: 'process', Name: 'cmd.exe' },
        { Type: 'account', Name: 'ana' },
        { Type: 'ip', Address: '203.0.113.7' },
      ]),
      DisplayName: 'Odd login',
      Tactics: 'InitialAccess,Impact',
    },
    event: {
      event_id: 'm1',
      confidence: 0.4,
      severity: 'low',
      src_host: 'pc-7',
      source: { ip: '203.0.113.7' },
      user: { name: 'ana' },
      tags: ['InitialAccess', 'Impact'],
    },
  },
};

describe('the guide to sources', () => {
  it('shows settings that can be read', () => {
    const whole = blocks.filter((block) => 'intake' in block);
    expect(whole).toHaveLength(1);
    for (const block of whole) expect(readSettings(block)).toMatchObject({ ok: true });
    const settings = readSettings(whole[0]);
    expect(settings.ok && [...settings.value.intake.sources.vouch.keys()]).toEqual([
      'webhook:elastic',
      'index:detections',
    ]);
    for (const { auth } of blocks.filter((block) => 'auth' in block) as Array<{ auth: Record<string, object> }>) {
      const shown = auth.token === undefined ? auth : { token: { ...auth.token, sha256: '0'.repeat(64) } };
      expect(readSettings({ intake: { webhooks: [{ name: 'shown', auth: shown }] } })).toMatchObject({ ok: true });
    }
  });

  it.each(Object.entries(ALERTS))('has a map that makes an event of an alert of %s', (name, { alert, event }) => {
    const map = decode(FieldMap, presets.get(name));
    if (!map.ok) throw new Error(JSON.stringify(map.error));
    const [part] = splitDocument(map.value, alert).parts;
    if (part === undefined) throw new Error('it is not ours');
    const { candidate, faults, mended, uncalibrated } = mapPart(map.value, part, 0);
    expect([faults, mended, uncalibrated]).toEqual([[], [], false]);
    expect(candidate).toMatchObject(event);
    expect(decode(DetectionEvent, candidate)).toMatchObject({ ok: true });
  });
});
