import { undoRoom } from '../../../test/builders/undo_room';
import { claimHome, type Claimant } from './doctrine_home';

const place = (id: string) => ({ kind: 'embedded', id }) as unknown as Claimant['place'];

describe('the repository of an agent whose disk was lost', () => {
  it.each<[note: string, names: { readonly before: string; readonly now: string }, isNew: boolean, isMine: boolean]>([
    [
      'is given up by an agent of the same machine that starts',
      { before: 'standalone@vm#aaaaaa', now: 'standalone@vm#bbbbbb' },
      true,
      true,
    ],
    ['also by the name of an earlier version', { before: 'standalone@vm', now: 'standalone@vm#bbbbbb' }, true, true],
    ['not by another machine', { before: 'standalone@vm#aaaaaa', now: 'standalone@other#aaaaaa' }, true, false],
    ['not by another kind', { before: 'dashboards@vm#aaaaaa', now: 'standalone@vm#bbbbbb' }, true, false],
    ['not by one that runs already', { before: 'standalone@vm#aaaaaa', now: 'standalone@vm#bbbbbb' }, false, false],
  ])('%s', async (_note, { before, now }, isNew, isMine) => {
    const room = undoRoom();
    const parts = { commits: room.commits, clock: room.basics.clock };
    const claim = (session: string, agent: string, id: string) =>
      room.run(
        claimHome(
          { parts: { ...parts, session: { id: session, livePeers: [] } as never } },
          { place: place(id), agent, host: 'vm', isNew },
        ),
      );
    expect((await claim('gone', before, 'old')).isMine).toBe(true);
    expect((await claim('here', now, 'new')).isMine).toBe(isMine);
  });
});
