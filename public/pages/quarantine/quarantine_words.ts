import type { QuarantineEntryView } from '../../../common/api/routes';
import { say } from '../../i18n';

const REASONS: Readonly<Record<string, () => string>> = {
  invalid: () => say('quarantine.reason.invalid', 'not a valid event'),
  future: () => say('quarantine.reason.future', 'from the future'),
  too_old: () => say('quarantine.reason.too_old', 'too old'),
  conflicting_duplicate: () => say('quarantine.reason.conflict', 'same id, other content'),
  unreadable: () => say('quarantine.reason.unreadable', 'unreadable'),
  poison: () => say('quarantine.reason.poison', 'could not be processed'),
  own_records: () => say('quarantine.reason.own', 'about Reflex’ own records'),
  unverified: () => say('quarantine.reason.unverified', 'nobody vouches for it'),
  lookup_failed: () => say('quarantine.reason.lookup_failed', 'Alerting could not say what its monitor is'),
  too_many_entities: () => say('quarantine.reason.too_many_entities', 'too many entities in one alert'),
  record_refused: () => say('quarantine.reason.record_refused', 'a record that OpenSearch refused'),
};

/** Why something is in quarantine; a reason that this page does not know is shown as it is. */
export const reasonWord = (reason: string): string => REASONS[reason]?.() ?? reason;

export const sourceWord = ({ intake }: Pick<QuarantineEntryView, 'intake'>): string => `${intake.type}: ${intake.id}`;

/** What became of it, for a badge; undefined while it waits. */
export const resolvedWord = ({ resolution }: QuarantineEntryView): string | undefined =>
  resolution &&
  (resolution.how === 'requeued'
    ? say('quarantine.requeued', 'handed in again by {who}', { who: resolution.by })
    : say('quarantine.discarded', 'discarded by {who}', { who: resolution.by }));

/** JSON in lines, where it is JSON: easier to mend. */
export const editable = (original: string): string => {
  try {
    return JSON.stringify(JSON.parse(original), null, 2);
  } catch {
    return original;
  }
};

/** What people usually say who discard something. */
export const discardReasons = (): readonly string[] => [
  say('quarantine.why.noise', 'noise'),
  say('quarantine.why.test', 'a test'),
];
