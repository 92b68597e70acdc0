import type { SessionContent } from '../keeping/kinds/session';
import { leads, type Task } from './leads';

/** Sessions by their id, with the tasks that they say they can do; undefined: an older one that says nothing. */
type Fleet = Readonly<Record<string, readonly string[] | undefined>>;

const leaderOf = (fleet: Fleet, task?: Task): string => {
  const ids = Object.keys(fleet);
  const leading = ids.filter((id) =>
    leads(
      {
        id,
        livePeers: ids.filter((each) => each !== id),
        saysOfItself: (each) => ({ tasks: fleet[each] }) as unknown as SessionContent,
      },
      task,
    ),
  );
  return leading.join(',');
};

describe('who does for all what is done once', () => {
  it.each<[note: string, fleet: Fleet, task: Task | undefined, leader: string]>([
    ['the first of all, where everybody can', { a: [], b: [] }, undefined, 'a'],
    ['the first of those that can', { a: [], b: ['alerts'], c: ['alerts'] }, 'alerts', 'b'],
    ['nobody, where nobody can', { a: [], b: ['alerts'] }, 'policies', ''],
    ['the one whose settings name the source', { a: ['index:x'], b: ['index:y'] }, 'index:y', 'b'],
    ['an older agent that does not say what it can', { a: undefined, b: ['alerts'] }, 'alerts', 'a'],
  ])('is %s', (_note, fleet, task, leader) => {
    expect(leaderOf(fleet, task)).toBe(leader);
  });

  it('waits for a session that was not looked at yet: it may be able to', () => {
    const session = { id: 'b', livePeers: ['a'], saysOfItself: () => undefined };
    expect(leads(session, 'alerts')).toBe(false);
  });
});
