import { contentOf } from '../../../server/runner/keeping/state_docs';
import { GATE_ID } from '../../../server/runner/keeping/kinds/gate';
import { sessionId } from '../../../server/runner/keeping/kinds/session';
import type { World } from '../world';
import type { Violations } from './violations';

/* What is asked when all faults are healed and every deadline has passed. */

const checkTarget = ({ target }: World, violations: Violations): void => {
  const applied = new Map<string, number>();
  for (const { kind, command } of target.history)
    if (kind === 'applied') applied.set(command, (applied.get(command) ?? 0) + 1);
  for (const [command, times] of applied)
    if (times > 1) violations.add('INV-2', `command ${command} changed the target ${times} times`);
  for (const [key, command] of target.entries) violations.add('INV-4', `${key} is still in effect by ${command}`);
};

const checkState = ({ store }: World, violations: Violations, isStopped: boolean): void => {
  for (const [id, { body }] of store.documents) {
    const effect = body.kind === 'effect' ? contentOf('effect', body) : undefined;
    if (effect && effect.state !== 'absent') violations.add('INV-4', `${id} is still ${effect.state}`);
  }
  const gate = contentOf('gate', store.get(GATE_ID));
  if (gate && gate.stops.length > 0 && !isStopped) violations.add('INV-6', 'the switch is still thrown');
};

/** A session that beats though its agent gave it up keeps others waiting for what only the leader does. */
const checkSessions = ({ store }: World, violations: Violations): void => {
  const living = new Map<string, number>();
  const gate = contentOf('gate', store.get(GATE_ID));
  for (const id of Object.keys(gate?.sessions ?? {})) {
    const session = contentOf('session', store.get(sessionId(id)));
    if (session?.dead === false) living.set(session.agent, (living.get(session.agent) ?? 0) + 1);
  }
  for (const [agent, sessions] of living)
    if (sessions > 1) violations.add('sessions', `${agent} keeps ${sessions} sessions alive`);
};

/** What is over is forgotten: a journal that only grows is read whole at every start, and fills the disk. */
const checkJournals = ({ agents }: World, violations: Violations): void => {
  for (const { name, disk } of agents) {
    const { size } = disk.journalEntries;
    if (size > 0)
      violations.add(
        'growth',
        `the journal of ${name} still has ${size} entries, and nothing is in effect`,
        'journal_empties',
      );
  }
};

export const checkEnding = (world: World, violations: Violations, isStopped: boolean): void => {
  checkTarget(world, violations);
  checkState(world, violations, isStopped);
  checkSessions(world, violations);
  checkJournals(world, violations);
};
