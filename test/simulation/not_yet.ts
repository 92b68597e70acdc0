import type { CheckName } from './checkers/violations';
import type { WeatherName } from './climate';

/** A weather or a check that `npm test` leaves out, because the code does not stand it yet. */
interface NotYet {
  readonly what: WeatherName | CheckName;
  /** The fault behind it, in plain words. Whoever mends it removes the line. */
  readonly why: string;
}

export const NOT_YET: readonly NotYet[] = [
  {
    what: 'native_ttl',
    why: 'a target that ends effects by itself is not told when a further reason makes one last longer',
  },
  { what: 'lacking', why: 'an agent takes over effects that it has no connector to undo, and nobody else may then' },
  { what: 'disk_full', why: 'a full disk blames the event (quarantine as poison) and is tried again without a pause' },
  { what: 'fences', why: 'undoing alone sends the highest fence there is, so the target refuses every later order' },
  { what: 'restored_alive', why: 'running agents go on for up to a minute in a state that was put back under them' },
  {
    what: 'early_alone',
    why: 'undoing alone goes by journal entry: it ends an effect whose second reason still holds',
  },
  {
    what: 'late_alive',
    why: 'a reason that joins counts only from when its keeper looks next: a whole ttl late at worst',
  },
  {
    what: 'late_restarted',
    why: 'after a restart the undo journal ends nothing on the monotonic clock of the same boot',
  },
  {
    what: 'late_alone',
    why: 'without OpenSearch the journal undoes only after 60 s, and not at all before clocks were compared',
  },
  { what: 'late_taken_over', why: 'a joined reason moves the end, and pauses grow while the store is foul' },
  { what: 'journal_empties', why: 'journal entries of effects that another agent ended stay until the next start' },
];

export const isNotYet = (what: string): boolean => NOT_YET.some((each) => each.what === what);
