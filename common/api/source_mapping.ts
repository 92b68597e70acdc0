import type * as t from 'io-ts';
import { described, list, number, oneOf, record, text } from '../codec/codecs';
import { SEVERITIES } from '../flow/event';

/*
 * From where the fields of an event come, for one source. What a mapping does not name, or does not find, keeps the
 * built-in ECS reading.
 */

/**
 * One place: `document.host.name` (the document found), `bucket.service` (keys of the bucket), `trigger.name`,
 * `finding.tag.user:` (what follows that prefix of a tag of the rule), or `=web-01`, a fixed text.
 */
export const Place = text({
  min: 2,
  max: 256,
  pattern: /^(=[\s\S]+|(monitor|trigger|alert|finding|document|bucket)\.\S[\s\S]*)$/,
  patternName: 'a place such as `document.host.name`, `bucket.service`, `trigger.name`, or `=` and a fixed text',
});
export type Place = t.TypeOf<typeof Place>;

/** Places in the order in which they are tried; the first that has a value counts. */
const Places = list(Place, 8);

/** How numbers of a confidence are counted: 0–1, 0–10 or 0–100. Words and Sigma's status are read too. */
const CONFIDENCE_SCALES = ['unit', 'ten', 'hundred'] as const;
/** How numbers of a severity are counted: Alerting's 1 (worst) to 5, or 0–10 or 0–100 with the worst at the end. */
const SEVERITY_SCALES = ['alerting', 'ten', 'hundred'] as const;

export const SourceMapping = record(
  {},
  {
    confidence: record(
      {},
      {
        fixed: described(number({ min: 0, max: 1 }), 'What the author of the detection vouches for'),
        from: Places,
        scale: oneOf(CONFIDENCE_SCALES),
      },
    ),
    severity: record({}, { fixed: oneOf(SEVERITIES), from: Places, scale: oneOf(SEVERITY_SCALES) }),
    src_host: Places,
    dst_host: Places,
    user: Places,
    source_ip: Places,
    destination_ip: Places,
    rule_id: Places,
    rule_name: Places,
    recommended_action: Places,
    entity_field: described(
      text({ min: 1, max: 256 }),
      'For query-level monitors, whose alerts name no entity: the field of the found documents that does',
    ),
  },
);
export type SourceMapping = t.TypeOf<typeof SourceMapping>;

/** Fields of a mapping that take a text of the event as it is. */
export const MAPPED_TEXTS = [
  'src_host',
  'dst_host',
  'user',
  'source_ip',
  'destination_ip',
  'rule_id',
  'rule_name',
  'recommended_action',
] as const satisfies ReadonlyArray<keyof SourceMapping>;
export type MappedText = (typeof MAPPED_TEXTS)[number];
