import type { Intake } from '../../../../common/flow/intake';
import type { AlertNotice } from '../../../engine/intake/alert_notice';

/** Where an event of an alert came from; ids as long as the wire allows. */
export const intakeOf = ({ level, monitorId }: AlertNotice): Intake => ({
  type: level === 'correlation' || level === 'threat_intel' ? 'detector' : 'alerting',
  id: monitorId.slice(0, 256) || 'unknown',
});

/** Where a document lies that an alert names as `id|index`. An index has no `|` in its name, an id may. */
export const referenceOf = (related: string): { readonly index: string; readonly id: string } => {
  const bar = related.lastIndexOf('|');
  return { id: related.slice(0, bar), index: related.slice(bar + 1) };
};
