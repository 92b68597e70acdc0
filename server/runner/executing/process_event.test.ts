import {
  aCase,
  aDecisionOf,
  anEffect,
  aReason,
  aRequest,
  aStateRoom,
  aWorld,
  caseDoc,
  EFFECT_ID,
  effectDoc,
  theAct,
  utcIn,
} from '../../../test/builders/executing';
import { journalEntryOf } from '../keeping/kinds/effect';
import { processEvent, type Processing, type ProcessHooks } from './process_event';

const act = theAct('a0');
const { received } = aRequest([act]);
/** A reason of the effect that an earlier claim of this very case made. */
const earlier = aReason('c1', { case_id: 'case:1' });
const hooks: ProcessHooks = {
  executes: () => undefined,
  executed: () => undefined,
  joined: () => undefined,
  open: () => undefined,
  met: () => undefined,
};

describe('a claim at which another agent was faster', () => {
  it('takes nothing back of an earlier claim of its case: what is in effect stays in the undo journal', async () => {
    const room = aStateRoom();
    const { commits, writing, journal, basics, port, disk } = room;
    room.put(effectDoc(anEffect('present', { reasons: [earlier] })));
    await journal.put([journalEntryOf(EFFECT_ID, earlier, { at: utcIn(0), fence: 1 })]);
    // The effect is remembered, so that the claim meets it instead of presuming that nothing is there.
    await room.run(commits.submit({ reads: [EFFECT_ID], build: () => ({ docs: [], answer: 0 }) }));
    const { bulk } = port.store;
    const raced: typeof bulk = (writes) => {
      Object.assign(port.store, { bulk });
      room.put(caseDoc(aCase([], { received })));
      return bulk(writes);
    };
    Object.assign(port.store, { bulk: raced });
    const processing: Processing = {
      decide: () => aDecisionOf([act]),
      undecided: () => '',
      worldNow: () => aWorld(),
      execute: () => Promise.reject(new Error('nothing may be sent')),
      commits,
      recovering: { writing, journal },
      history: { noteEvent: () => undefined, noteAct: () => undefined },
      basics,
    };
    const receipt = await room.run(processEvent(processing, received, hooks));
    expect(receipt.kind).toBe('duplicate');
    expect([...disk.journalEntries.keys()]).toEqual(['c1']);
    expect(room.effect()?.reasons.map(({ command }) => command.command_id)).toEqual(['c1']);
  });
});
