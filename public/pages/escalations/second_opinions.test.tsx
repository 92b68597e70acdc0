import { screen, waitFor, within } from '@testing-library/react';
import { aStatus, anAct, anEscalation, at } from '../../../test/builders/views';
import { faultsOfAccess } from '../../../test/stubs/accessible';
import { answer, giveReason, showPage, type Answers } from '../../../test/stubs/page';
import type { OpinionView, OpinionGiven } from '../../../common/api/routes';
import type { QuestionLoad } from '../../../common/api/views';

const { brief } = anEscalation();
const ASKED: OpinionView = {
  ...{ opinion_id: 'opinion:1', decision_id: 'd1', act: anAct(), brief, score: 0.8, facts: [] },
  ...{ why: [{ code: 'policy_matched', text: 'a known address' }], asked_at: at(-60), until: at(86_400) },
};
const GIVEN: OpinionGiven = { agrees: false, first: { verb: 'approve', by: 'bob', at: at(-60) } };
const PACE: QuestionLoad['pace'] = { answers: 9, timed: 9, hasty: 0, median_ms: 40_000 };

const show = (
  answers: Answers = {},
  may: ReadonlyArray<'read' | 'approve'> = ['read', 'approve'],
  load?: QuestionLoad,
) =>
  showPage('/escalations', {
    answers: {
      listEscalations: answer({ as_of: at(0), total: 1, escalations: [anEscalation()], ...(load && { load }) }),
      listOpinions: answer({ as_of: at(0), asked: [ASKED], of_others: 0 }),
      giveOpinion: answer(GIVEN),
      ...answers,
    },
    status: aStatus({ caller: { name: 'ana', may: [...may], single_user: false } }),
  });
const section = async () => within(await screen.findByRole('region', { name: /What would you have answered/ }));

describe('a second opinion', () => {
  it('is asked for with what the first person saw, not with what they said; it is accessible', async () => {
    await show();
    const asked = await section();
    expect(asked.getByText('Block address 203.0.113.7')).toBeInTheDocument();
    expect(asked.getByText('a known address')).toBeInTheDocument();
    expect(asked.queryByText(/bob/)).toBeNull();
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('is given with a reason, and tells then what was answered', async () => {
    const { user, sentTo } = await show();
    await user.click((await section()).getByRole('button', { name: 'I would have denied…' }));
    await giveReason(user, 'a test machine{Enter}');
    expect(await (await section()).findByText('You differ: bob approved it.')).toBeInTheDocument();
    expect(sentTo('giveOpinion')).toMatchObject([
      { params: { opinion_id: 'opinion:1' }, body: { verb: 'deny', reason: 'a test machine' } },
    ]);
  });

  it('is asked of nobody who may not approve, and of nobody where there is none', async () => {
    await show({}, ['read']);
    await screen.findByRole('article', { name: 'The act in question' });
    await waitFor(() => expect(screen.queryByRole('region', { name: /What would you have answered/ })).toBeNull());
  });
});

describe('how often second opinions agree', () => {
  it('stands beside how fast people answer, with its interval', async () => {
    const agreement = { agree: 9, of: 10, asked: 1, share: 0.9, low: 0.5958, high: 0.9821 };
    await show({}, ['read'], { pace: PACE, budgets: [], agreement });
    const load = within(await screen.findByRole('group', { name: 'Load on people' }));
    expect(load.getByText(/Second opinions: 9 of 10 agree, 90 % \(60–98 %\)/)).toBeInTheDocument();
  });

  it('is not said where nobody gave one', async () => {
    await show({}, ['read'], { pace: PACE, budgets: [], agreement: { agree: 0, of: 0, asked: 2 } });
    const load = within(await screen.findByRole('group', { name: 'Load on people' }));
    expect(load.queryByText(/Second opinions/)).toBeNull();
  });
});
