import fc from 'fast-check';
import { ENTITY_KINDS } from '../../common/entity/entity';
import { mayBeSamePerson } from '../../common/entity/person';
import { keyOf, readEntity } from '../../common/entity/read';
import { decode } from '../../common/codec/decode';
import { maskedOriginal } from '../../common/codec/mask';
import { DetectionEvent } from '../../common/flow/event';
import { protobufCodec } from '../../server/adapters/protobuf/protobuf_codec';
import { noticeFromIndex } from '../../server/engine/intake/alert_notice';
import { readAlertingWebhook } from '../../server/engine/intake/alerting_webhook';
import { mapFields } from '../../server/engine/intake/documents/map_fields';
import { noticesOfFinding } from '../../server/engine/intake/finding_notice';
import { mapAlert } from '../../server/engine/intake/map_alert';
import { monitorDefinition } from '../../server/engine/intake/monitor_definition';
import { normaliseEvent } from '../../server/engine/intake/normalise_event';
import { readJson } from '../../server/engine/intake/strict_json';
import { parsePolicy } from '../../server/engine/policy/parse_policy';
import { readInventory } from '../../server/runner/operations/inventory_files';
import { decodeMessage, type MessageRules } from '../../server/runner/sources/decode_message';
import { itemsOf } from '../../server/runner/sources/receive_webhook_body';
import { aBucketAlert, aDocumentAlert, aQueryAlert } from '../builders/alerts';
import { anEvent } from '../builders/events';
import { BLOCK_KNOWN_IOC } from '../builders/policies';
import { mapNamed } from '../cases/maps';
import { policiesNamed } from '../cases/policies';
import { bentBytes, bentDocument, bentText, feed } from './fuzz';

/* X15: whatever comes in, a parser answers. It never throws, hangs, or changes anything but its answer. */

const EVENT = JSON.stringify(anEvent());
const RULES: MessageRules = { codec: protobufCodec(), format: 'json', schemas: new Map([[7, 'reflex.v1.Event']]) };
const bytesOf = (text: string): Uint8Array => Buffer.from(text);

/** Numbers beyond 2^53 keep their digits as texts, which JSON.parse rounds. */
const withoutBeyond = (_: string, value: unknown): unknown =>
  Math.abs(Number(value)) > 2 ** 53 - 1 ? 'beyond' : value;

describe('a policy', () => {
  it('is read or refused, with the place of each fault', () => {
    feed(bentText(BLOCK_KNOWN_IOC, ...policiesNamed(['t-file', 'protect-system-accounts'])), (text) => {
      const parsed = parsePolicy('policy.yaml', text);
      if (!parsed.ok) expect(parsed.error.length).toBeGreaterThan(0);
    });
  });
});

const MESSAGE = JSON.stringify({
  kind: 'bucket',
  monitor: 'errors per service',
  monitor_id: 'm1',
  trigger: 'service errors',
  trigger_id: 't1',
  severity: '2',
  period_start: '2026-11-22T04:14:15.084Z',
  period_end: '2026-11-22T04:15:15.084Z',
  alerts: [aBucketAlert()],
});

const CONTEXT = { at: '2026-11-22T04:15:16.000Z', documents: [] };

describe('what Alerting says', () => {
  it('is a message that is read or refused', () => {
    feed(bentText(MESSAGE), (text) => {
      const read = readAlertingWebhook(text);
      if (!read.ok) expect(read.error).not.toBe('');
    });
  });

  it.each([
    ['a query', aQueryAlert()],
    ['a bucket', aBucketAlert()],
    ['a document', aDocumentAlert('doc|index')],
  ])('is an alert of %s that makes events, or none', (_, sample) => {
    feed(bentDocument(sample), (document) => {
      for (const { event, identity } of mapAlert(noticeFromIndex('a1', document), CONTEXT)) {
        // What does not fit the wire goes to quarantine: it must be possible to say so.
        const checked = decode(DetectionEvent, event);
        if (checked.ok) normaliseEvent(checked.value);
        expect(identity.filter((part) => typeof part !== 'string')).toEqual([]);
      }
    });
  });

  it('is a finding of a monitor that is no more to be trusted', () => {
    const finding = { id: 'f', monitor_id: 'm1', index: 'logs', related_doc_ids: ['d'], queries: [{ id: 'q' }] };
    const trigger = { document_level_trigger: { id: 't1', name: 't', severity: '1', condition: {} } };
    const monitor = { name: 'm', monitor_type: 'doc_level_monitor', inputs: [{}], triggers: [trigger] };
    feed(fc.tuple(bentDocument({ ...finding, timestamp: 1 }), bentDocument(monitor)), ([found, defined]) => {
      const notices = noticesOfFinding(found, monitorDefinition('m1', defined));
      for (const notice of notices) mapAlert(notice, CONTEXT);
    });
  });
});

describe('what brokers and webhooks bring', () => {
  it.each([
    ['that says nothing of itself', {}],
    ['in a frame of a registry', { 'schema-id': '7' }],
    ['that says it is protobuf', { 'content-type': 'application/x-protobuf' }],
  ])('is a message %s', (_, headers: Record<string, string>) => {
    const samples = [bytesOf(EVENT), Buffer.from([0, 0, 0, 0, 7, 0, 10, 3, 97, 98, 99]), Buffer.from([10, 2, 10, 0])];
    feed(bentBytes(...samples), (bytes) => {
      const record = { payload: { kind: 'bytes', bytes }, headers: new Map(Object.entries(headers)) } as const;
      const read = decodeMessage(record as never, RULES);
      if (!read.ok) expect(read.error).not.toBe('');
    });
  });

  it('is a body', () => {
    const types = [undefined, 'application/json', 'application/x-ndjson', 'application/x-protobuf', 'text/plain'];
    feed(fc.tuple(bentText(EVENT, `[${EVENT}]`, `${EVENT}\n${EVENT}`), fc.constantFrom(...types)), ([text, type]) => {
      itemsOf({ messages: RULES }, { body: bytesOf(text), contentType: type });
    });
  });

  it('is JSON, in which each field stands once', () => {
    feed(bentText(EVENT), (text) => {
      const read = readJson(text);
      const same = (value: unknown): string => JSON.stringify(value, withoutBeyond);
      if (read.ok) expect(same(JSON.parse(text.replace(/^\ufeff/, '')))).toEqual(same(read.value));
    });
  });

  it.each(['generic', 'elastic', 'wazuh', 'sentinel', 'splunk', 'guardduty'] as const)(
    'is a document for the map %s, and makes an event of the wire, or faults',
    (name) => {
      const sample = JSON.parse(EVENT) as Record<string, unknown>;
      const map = mapNamed(name);
      feed(bentDocument({ ...sample, id: 'a', ts: sample.timestamp, Entities: [{}], rule: { level: 3 } }), (value) => {
        const { candidate, faults } = mapFields(map, value);
        const checked = decode(DetectionEvent, candidate);
        if (faults.length === 0 && checked.ok) normaliseEvent(checked.value);
      });
    },
  );
});

describe('what people load and name', () => {
  it('is an inventory', () => {
    feed(bentText('type,value,addresses\nhost,a,10.0.0.1\n', '[{"type":"host","value":"a"}]'), (text) => {
      const read = readInventory(text);
      if (!read.ok) expect(read.error.length).toBeGreaterThan(0);
    });
  });

  it('is a thing, which is called the same however often it is read', () => {
    const names = [
      'CORP\\ana',
      'ana@corp.example',
      '::ffff:203.0.113.7',
      '[2001:db8::1]:443',
      'C:\\a\\b.exe',
      'a.example.',
    ];
    feed(fc.tuple(fc.constantFrom(...ENTITY_KINDS), bentText(...names)), ([kind, text]) => {
      const read = readEntity(kind, text);
      if (!read.ok) return;
      const again = readEntity(kind, read.entity.text);
      expect(again.ok && again.entity.key).toBe(read.entity.key);
      expect(keyOf(kind, text)).toBe(read.entity.key);
    });
  });

  it('is somebody, who may always be themself', () => {
    feed(bentText('CORP\\ana', 'ana@corp.example', 'ana'), (name) => {
      expect(mayBeSamePerson(name, name)).toBe(true);
    });
  });

  it('is kept without its secrets', () => {
    feed(bentText(`${EVENT.slice(0, -1)},"password":"CANARY"}`), (text) => {
      expect(typeof maskedOriginal(text)).toBe('string');
    });
  });
});
