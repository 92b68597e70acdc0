import { MOST_MENDED, NAMING_FIELDS, type DetectionEvent, type Mended } from '../../../../common/flow/event';
import { fits } from './field_limits';
import type { JsonObject } from '../../../../common/codec/json_object';

/* An event that is made of an alert has names as long as its document writes them. */

const MOST_TEXT = 256;

const textAt = (event: DetectionEvent, field: string): unknown => {
  const [outer = '', inner = ''] = field.split('.');
  const whole = (event as JsonObject)[outer];
  return inner === '' ? whole : (whole as JsonObject | undefined)?.[inner];
};

const without = (event: DetectionEvent, field: string): DetectionEvent => {
  const [outer = '', inner = ''] = field.split('.');
  const { [outer]: whole, ...rest } = event as JsonObject;
  const { [inner]: _left, ...kept } = (whole ?? {}) as JsonObject;
  return (inner === '' || Object.keys(kept).length === 0 ? rest : { ...rest, [outer]: kept }) as DetectionEvent;
};

interface MendedEvent {
  readonly event: DetectionEvent;
  readonly mended: readonly Mended[];
}

/** Leaves out names that are too long for the wire: the beginning of a name is another name. */
export const withoutLongNames = (whole: DetectionEvent): MendedEvent => {
  let event = whole;
  const mended: Mended[] = [];
  for (const field of NAMING_FIELDS) {
    const text = textAt(event, field);
    if (typeof text !== 'string' || fits(field, text)) continue;
    event = without(event, field);
    const head = text
      .slice(0, MOST_TEXT)
      .replace(/\0/g, '')
      .replace(/[\ud800-\udbff]$/, '');
    mended.push({ path: field, how: 'left_out', text: head });
  }
  return { event, mended: mended.slice(0, MOST_MENDED) };
};
