import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { aStatus, anEscalation, at } from '../../../test/builders/views';
import { faultsOfAccess } from '../../../test/stubs/accessible';
import { answer, giveReason, showPage } from '../../../test/stubs/page';
import type { AbsenceView } from '../../../common/api/routes';
import type { EscalationView } from '../../../common/api/views';

const absence = (more: Partial<AbsenceView> = {}): AbsenceView => ({
  ...{ id: 'a-1', who: 'paula', stand_in: 'ana', from: at(-600), until: at(86_400), reason: 'on leave', at: at(-600) },
  ...more,
});
const may = (...rights: ReadonlyArray<'read' | 'respond' | 'approve'>) =>
  aStatus({ caller: { name: 'ana', may: [...rights], single_user: false } });
const listed = (...escalations: readonly EscalationView[]) =>
  answer({ as_of: at(0), total: escalations.length, escalations: [...escalations] });

const show = (
  absences: readonly AbsenceView[],
  status = may('read', 'approve'),
  shown: readonly EscalationView[] = [],
) =>
  showPage('/escalations', {
    answers: {
      listEscalations: listed(...shown),
      listAbsences: answer({ absences: [...absences] }),
      setAbsence: answer({ absences: [absence()] }),
      endAbsence: answer({ absences: [] }),
      approveEscalation: answer({ case_id: 'case:1', state: 'waiting', progress: [] }),
    },
    status,
  });
const group = async () => within(await screen.findByRole('group', { name: 'Who is away' }));

describe('who is away', () => {
  it('is listed with who stands in, and is accessible', async () => {
    await show([absence({ also: ['cid'] })]);
    expect(await (await group()).findByText('paula')).toBeInTheDocument();
    expect((await group()).getByText(/is away, ana stands in:/)).toBeInTheDocument();
    expect((await group()).getByText(/ana is away too: cid/)).toBeInTheDocument();
    expect(await faultsOfAccess()).toEqual([]);
  });

  it.each([
    ['whoever said it', may('read', 'approve'), 'ana', true],
    ['whoever may stop', may('read', 'respond'), 'paula', true],
    ['nobody else', may('read', 'approve'), 'paula', false],
  ] as const)('is ended by %s', async (_who, status, who, isOffered) => {
    const { user, sentTo } = await show([absence({ who })], status);
    await (await group()).findByText(who);
    const button = (await group()).queryByRole('button', { name: 'End…' });
    expect(button !== null).toBe(isOffered);
    if (button === null) return;
    await user.click(button);
    await giveReason(user, 'back again{Enter}');
    await waitFor(() => expect(sentTo('endAbsence')).toHaveLength(1));
    expect(sentTo('endAbsence')).toMatchObject([{ params: { absence_id: 'a-1' }, body: { reason: 'back again' } }]);
  });

  it('is said by whoever may approve, with who stands in and until when', async () => {
    const { user, sentTo } = await show([]);
    await user.click(await (await group()).findByRole('button', { name: 'I am away…' }));
    await giveReason(user, 'on leave{Enter}');
    expect(await screen.findByText('say who stands in')).toBeInTheDocument();
    await user.type(screen.getByLabelText('Who stands in'), 'bob');
    expect(await screen.findByText('say until when')).toBeInTheDocument();
    fireEvent.change(screen.getByLabelText('Until'), { target: { value: '2026-12-24T18:00' } });
    await user.click(screen.getByRole('button', { name: 'Let them stand in' }));
    await waitFor(() => expect(sentTo('setAbsence')).toHaveLength(1));
    const until = new Date('2026-12-24T18:00').toISOString();
    expect(sentTo('setAbsence')).toMatchObject([{ body: { stand_in: 'bob', until, reason: 'on leave' } }]);
  });

  it('is not asked of whoever may not approve, or where there is one user', async () => {
    await show([absence()], may('read', 'respond'));
    await (await group()).findByText('paula');
    expect(screen.queryByRole('button', { name: 'I am away…' })).toBeNull();
  });
});

describe('an approval for somebody who is away', () => {
  const asks = (approvers: readonly string[]) =>
    anEscalation({
      approval: {
        demands: [{ policy: 'pay', by: 1, have: 0, approvers: [...approvers] }],
        given: [],
        stand_ins: [
          { stand_in: 'ana', name: 'paula', until: at(86_400) },
          { stand_in: 'cid', name: 'paula', via: 'ana', until: at(86_400) },
        ],
      },
    });

  it('is shown on the card, and sent as what it is', async () => {
    const { user, sentTo } = await show([absence()], may('read', 'approve'), [asks(['paula'])]);
    const who = within(await screen.findByRole('region', { name: 'Who has to approve it' }));
    expect(who.getByText(/ana approves for paula, who is away until/)).toBeInTheDocument();
    expect(who.getByText(/cid approves for paula, who is away as ana is, until/)).toBeInTheDocument();
    await user.keyboard('a');
    expect(await screen.findByLabelText(/for paula, who is away until/)).toBeChecked();
    await giveReason(user, 'it is real{Enter}');
    await waitFor(() => expect(sentTo('approveEscalation')).toHaveLength(1));
    expect(sentTo('approveEscalation')).toMatchObject([{ body: { stands_for: 'paula' } }]);
  });

  it('is one for oneself where one is named too', async () => {
    const { user, sentTo } = await show([absence()], may('read', 'approve'), [asks(['paula', 'ana'])]);
    await screen.findByRole('region', { name: 'Who has to approve it' });
    await user.keyboard('a');
    await giveReason(user, 'it is real{Enter}');
    await waitFor(() => expect(sentTo('approveEscalation')).toHaveLength(1));
    expect(sentTo('approveEscalation')[0]?.body).not.toHaveProperty('stands_for');
  });
});
