import { present } from '../../../common/present';
import { MAPPED_TEXTS, type MappedText, type SourceMapping } from '../../../common/api/source_mapping';
import type { Severity } from '../../../common/flow/event';
import { say } from '../../i18n';

/** A mapping as a form holds it: places as one text with commas, numbers as typed. */
export interface MappingForm {
  readonly texts: Readonly<Record<MappedText, string>>;
  readonly confidence: { readonly fixed: string; readonly from: string; readonly scale: string };
  readonly severity: { readonly fixed: string; readonly from: string; readonly scale: string };
  readonly entityField: string;
}

const joined = (places: readonly string[] | undefined): string => (places ?? []).join(', ');

/** A place that is a fixed text may hold a comma; then it must stand alone. */
const placesIn = (text: string): string[] =>
  text.trim().startsWith('=')
    ? [text.trim()]
    : text
        .split(',')
        .map((place) => place.trim())
        .filter((place) => place !== '');

export const formOf = (mapping: SourceMapping): MappingForm => ({
  texts: Object.fromEntries(MAPPED_TEXTS.map((name) => [name, joined(mapping[name])])) as Record<MappedText, string>,
  confidence: {
    fixed: mapping.confidence?.fixed === undefined ? '' : String(mapping.confidence.fixed),
    from: joined(mapping.confidence?.from),
    scale: mapping.confidence?.scale ?? 'unit',
  },
  severity: {
    fixed: mapping.severity?.fixed ?? '',
    from: joined(mapping.severity?.from),
    scale: mapping.severity?.scale ?? 'alerting',
  },
  entityField: mapping.entity_field ?? '',
});

type Confidence = NonNullable<SourceMapping['confidence']>;
type SeverityRule = NonNullable<SourceMapping['severity']>;

const confidenceOf = ({ fixed, from, scale }: MappingForm['confidence']): Confidence | undefined => {
  const places = placesIn(from);
  if (fixed.trim() === '' && places.length === 0) return undefined;
  return {
    ...present({ fixed: fixed.trim() === '' ? undefined : Number(fixed) }),
    ...(places.length === 0 ? {} : { from: places, scale: scale as NonNullable<Confidence['scale']> }),
  };
};

const severityOf = ({ fixed, from, scale }: MappingForm['severity']): SeverityRule | undefined => {
  const places = placesIn(from);
  if (fixed === '' && places.length === 0) return undefined;
  return {
    ...present({ fixed: fixed === '' ? undefined : (fixed as Severity) }),
    ...(places.length === 0 ? {} : { from: places, scale: scale as NonNullable<SeverityRule['scale']> }),
  };
};

/** The mapping that a form stands for; the server checks it and names every bad field. */
export const mappingOf = ({ texts, confidence, severity, entityField }: MappingForm): SourceMapping => {
  const [sure, bad] = [confidenceOf(confidence), severityOf(severity)];
  return {
    ...present({ confidence: sure, severity: bad }),
    ...Object.fromEntries(
      MAPPED_TEXTS.flatMap((name) => {
        const places = placesIn(texts[name]);
        return places.length === 0 ? [] : [[name, places]];
      }),
    ),
    ...present({ entity_field: entityField.trim() === '' ? undefined : entityField.trim() }),
  };
};

export const fieldWord = (name: MappedText): string => {
  switch (name) {
    case 'src_host':
      return say('mapping.src_host', 'Source host');
    case 'dst_host':
      return say('mapping.dst_host', 'Destination host');
    case 'user':
      return say('mapping.user', 'User');
    case 'source_ip':
      return say('mapping.source_ip', 'Source address');
    case 'destination_ip':
      return say('mapping.destination_ip', 'Destination address');
    case 'rule_id':
      return say('mapping.rule_id', 'Id of the rule');
    case 'rule_name':
      return say('mapping.rule_name', 'Name of the rule');
    case 'recommended_action':
      return say('mapping.recommended_action', 'Recommended action');
  }
};

/** What the built-in reading takes, shown where a field is left empty. */
export const builtIn = (name: MappedText): string => {
  switch (name) {
    case 'src_host':
      return 'host.name, host.hostname';
    case 'dst_host':
      return 'destination.host';
    case 'user':
      return 'user.name';
    case 'source_ip':
      return 'source.ip, client.ip';
    case 'destination_ip':
      return 'destination.ip, server.ip';
    case 'rule_id':
      return 'rule.id';
    case 'rule_name':
      return 'rule.name';
    case 'recommended_action':
      return 'reflex.recommended_action';
  }
};
