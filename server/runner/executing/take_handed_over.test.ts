import { aCase, aDecisionOf, theAct } from '../../../test/builders/executing';
import { undoRoom, type Room } from '../../../test/builders/undo_room';
import { utcAt } from '../../../test/builders/undoing';
import type { CaseAct } from '../keeping/kinds/case';
import { escalationDigest } from './handed_over';
import { HandedApprovals } from './take_handed_over';

/* Approvals that were given on hosts which do not act. */

const HOOKS = { executes: jest.fn(), executed: jest.fn(), joined: jest.fn(), open: jest.fn(), met: jest.fn() };

let room: Room;
let over: boolean;
beforeEach(() => {
  room = undoRoom();
  over = false;
});
afterEach(() => {
  over = true;
});

const handOver = (id: string): void => {
  const decision = aDecisionOf([theAct('a0')]);
  const waiting: CaseAct = { act_id: 'a0', status: 'waiting' };
  const seen = escalationDigest(aCase([waiting], { decision }), 'a0') ?? '';
  const resolution = { by: 'ann', at: utcAt(0), text: 'yes', four_eyes: true } as never;
  const content = aCase([{ ...waiting, handed: { resolution, seen, until: utcAt(60_000) } }], { decision });
  room.putCase({ ...content, state: 'waiting', received: { ...content.received, case_id: id } });
};

it('an approval that cannot be taken holds up no other', async () => {
  handOver('case:1');
  handOver('case:2');
  const tried: string[] = [];
  const processing = {
    commits: { forget: (id: string) => void tried.push(id) },
    underWay: {
      begin: () => {
        throw new Error('a bug');
      },
    },
  };
  const bundles = { active: {} };
  const { port: session } = room.session;
  const { connectors, basics } = room;
  const ports = { store: room.port.store, session, bundles, connectors, processing, basics };
  void new HandedApprovals(ports as never, HOOKS).run(() => over);
  await room.wait(500);
  expect(tried).toEqual(['case:1', 'case:2']);
  expect(room.lines).toEqual(['taking approvals of other hosts failed']);
});
