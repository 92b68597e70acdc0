import type { ReceivedEvent } from '../../../common/flow/event';

/** Intakes whose id is the name of whoever handed the event in. */
const ASKED_BY_NAME: ReadonlySet<string> = new Set(['webhook', 'asker', 'analyst']);

/**
 * Everybody who may have asked for what an event leads to (INV-10): whoever handed it in, now or before it was in
 * quarantine, and who holds the token it came with first.
 */
export const askedBy = ({
  intake,
  owners = [],
  voice,
}: Pick<ReceivedEvent, 'intake' | 'owners' | 'voice'>): readonly string[] => [
  ...[intake, ...(voice?.handed ? [voice.handed.from] : [])]
    .filter(({ type }) => ASKED_BY_NAME.has(type))
    .map(({ id }) => id),
  ...owners,
];
