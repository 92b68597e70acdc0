import { whyOf } from '../../../../common/why';
import { DetectionEvent } from '../../../../common/flow/event';
import { decode, sentence } from '../../../../common/codec/decode';
import { err, ok, type Result } from '../../../../common/result';
import { say } from '../../../i18n';

/** An event to start from; its addresses are of the ranges for documentation. */
export const exampleEvent = (at: string): string =>
  JSON.stringify(
    {
      event_id: 'try-1',
      timestamp: at,
      confidence: 0.91,
      severity: 'high',
      source: { ip: '203.0.113.7' },
      dst_host: 'web-01',
      rule: { id: 'known-ioc-match', name: 'Connection to a known IOC', origin: 'known_ioc', status: 'stable' },
      tags: ['attack.t1071'],
    },
    null,
    2,
  );

/** Reads what was typed as an event: first as JSON, then as the wire has it, with every bad field. */
export const readEvent = (text: string): Result<DetectionEvent, string> => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    return err(say('try.not_json', 'this is not JSON: {why}', { why: whyOf(cause) }));
  }
  const decoded = decode(DetectionEvent, value);
  return decoded.ok ? ok(decoded.value) : err(sentence(decoded.error));
};
