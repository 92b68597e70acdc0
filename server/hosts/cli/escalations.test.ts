import { anEscalation } from '../../../test/builders/views';
import { parseCommand } from './arguments';
import { escalationLines } from './escalations';

const AS_OF = '2026-11-22T03:12:04.000Z';
const FULL = { limit: 'few', scope: '10.1.0.0/24', used: 2, most: 2, adds: 1 };

describe('`reflex escalations`', () => {
  it('says of each act what approving it would fill', () => {
    const escalations = [
      anEscalation({ limits: [FULL, { limit: 'blocks', scope: 'all', used: 17, most: 50, adds: 0 }] }),
    ];
    const lines = escalationLines({ as_of: AS_OF, total: 1, escalations });
    expect(lines[1]).toContain('Block address: 203.0.113.7');
    expect(lines).toContain('    limit few in 10.1.0.0/24: 2 of 2, if approved 3: more than it allows');
    expect(lines).toContain('    limit blocks: 17 of 50, if approved 17');
  });

  it('says who has to approve it and who did, and begins with what is most at stake', () => {
    const approval = {
      demands: [{ policy: 'pay', by: 2, have: 1, approvers: ['ann', 'role:lead'] }],
      given: [
        { by: 'ann', at: AS_OF, reason: 'r' },
        { by: 'bob', at: AS_OF, reason: 'r', stands_for: { name: 'paula', until: AS_OF } },
      ],
      stand_ins: [
        { stand_in: 'bob', name: 'paula', until: AS_OF },
        { stand_in: 'cid', name: 'paula', until: AS_OF, via: 'bob' },
      ],
    };
    const escalations = [
      anEscalation({ loss: 1, case_id: 'case:small' }),
      anEscalation({ loss: 90, alone: 'privileged_account', approval, reminded: { mark: 'half', at: AS_OF } }),
    ];
    const lines = escalationLines({ as_of: AS_OF, total: 2, escalations });
    expect(lines[1]).toMatch(/203\.0\.113\.7 {2}\[answer by itself: privileged account\]$/);
    expect(lines).toContain('    1 of 2 approvals, by ann, role:lead: pay');
    expect(lines).toContain(`    approved by ann at ${AS_OF}; it waits for others`);
    expect(lines).toContain(`    approved by bob for paula at ${AS_OF}; it waits for others`);
    expect(lines).toContain(`    bob may approve for paula, who is away until ${AS_OF}`);
    expect(lines).toContain(`    cid may approve for paula, who is away until ${AS_OF} as bob is`);
    expect(lines).toContain(`    people were told again at ${AS_OF}`);
    expect(lines.at(-2)).toContain('case:small');
  });

  it('says that there are more than are listed', () => {
    expect(escalationLines({ as_of: AS_OF, total: 1_200, escalations: [anEscalation()] })[0]).toBe(
      `1200 waiting for a person, as of ${AS_OF}; the first 1:`,
    );
  });

  it('takes no further words', () => {
    expect(parseCommand(['escalations'], '/key')).toMatchObject({ ok: true, value: { name: 'escalations' } });
    expect(parseCommand(['escalations', 'all'], '/key').ok).toBe(false);
  });
});
