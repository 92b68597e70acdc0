import { aReason, aRequest, aView, aWorld, anEffect, effectDoc, theAct } from '../../../test/builders/executing';
import { anEffect as storedEffect, EFFECT } from '../../../test/builders/undoing';
import { undoRoom } from '../../../test/builders/undo_room';
import type { Effect } from '../../engine/execution/effect';
import { beginUndo } from './undo';
import { planClaim, type ClaimAnswer } from '../executing/claim';

/*
 * Opposing orders for one target (`block_ip` and `unblock_ip`, `disable_user` and `enable_user`) never meet at it. The
 * second of a pair is only ever the undoing of the first, both change the one document of the effect by
 * compare-and-set, and neither is sent while that document says that the other is under way.
 */

const OF_OTHERS = aReason('c1', { case_id: 'another' });

const claimed = (state: Effect['state']): string => {
  const plan = planClaim(() => aWorld(), aRequest([theAct('a0')]), true);
  const built = plan.build(aView([effectDoc(anEffect(state, state === 'absent' ? {} : { reasons: [OF_OTHERS] }))]));
  if (built === 'read_again') throw new Error('read again');
  const { content, start } = built.answer as ClaimAnswer & { kind: 'planned' };
  const [act] = content.acts;
  return `${act?.status ?? ''}${act?.stopped ? ` ${act.stopped.reason}` : ''}, ${start.length} sent`;
};

describe('an order to act', () => {
  it.each<[Effect['state'], string]>([
    ['undoing', 'held target_busy, 0 sent'],
    ['applying', 'held target_busy, 0 sent'],
    ['unknown', 'held target_busy, 0 sent'],
    ['absent', 'applying, 1 sent'],
  ])('on a target whose effect is `%s` is %s', (state, wanted) => expect(claimed(state)).toBe(wanted));
});

const UNDO = { by: 'ann', why: 'lifted', text: 'a person says so' } as const;

describe('an order to undo', () => {
  it.each<[Effect['state'], string | undefined]>([
    ['applying', undefined],
    ['undoing', undefined],
    ['absent', undefined],
    ['present', 'undoing'],
    ['unknown', 'undoing'],
  ])('of an effect that is `%s` makes it %s', async (state, wanted) => {
    const room = undoRoom();
    room.putEffect(storedEffect({ state }));
    const writing = { commits: room.commits, clock: room.basics.clock };
    const begun = await room.run(beginUndo({ writing }, EFFECT, UNDO, () => true));
    expect(begun?.state).toBe(wanted);
    expect(room.effect()?.state).toBe(wanted ?? state);
  });

  it('is begun once where two begin it, so that one order goes out', async () => {
    const room = undoRoom();
    room.putEffect(storedEffect({ state: 'present' }));
    const writing = { commits: room.commits, clock: room.basics.clock };
    const begin = () => beginUndo({ writing }, EFFECT, UNDO, () => true);
    const begun = await room.run(Promise.all([begin(), begin()]));
    expect(begun.filter((each) => each !== undefined)).toHaveLength(1);
  });
});
