import { screen, within } from '@testing-library/react';
import type { RhythmView } from '../../../../common/api/routes';
import { aStatus, at, NOW, thePolicies } from '../../../../test/builders/views';
import { faultsOfAccess } from '../../../../test/stubs/accessible';
import { answer, giveReason, refuse, showPage, type Answers } from '../../../../test/stubs/page';

const aRhythm = (overrides: Partial<RhythmView> = {}): RhythmView => ({
  as_of: NOW,
  days: 7,
  due: [{ policy: 'block-known-ioc', owner: 'soc', every: '30d', last: at(-3_000_000), due: at(-400_000) }],
  expired: [{ policy: 'block-campaign', owner: 'soc', expires: '2026-11-01' }],
  expiring: [],
  without_review: [],
  changed: [{ policy: 'block-known-ioc', change: 'changed', at: at(-90_000), by: 'ana', changelog: 'lower it' }],
  fired: [{ policy: 'block-known-ioc', mode: 'enforce', count: 12, overridden: 3 }],
  never_fired: [{ policy: 'block-old', mode: 'enforce', owner: 'soc' }],
  too_young: 0,
  ...overrides,
});
const show = (answers: Answers) =>
  showPage('/policies/rhythm', { answers: { listPolicies: answer(thePolicies()), ...answers }, status: aStatus() });
const section = async (name: string) => within(await screen.findByRole('region', { name }));

describe('the rhythm page', () => {
  it('shows what is due, expired, changed, fired and never fired, and is accessible', async () => {
    await show({ getRhythm: answer(aRhythm()) });
    expect((await section('Due for review')).getByRole('row', { name: /block-known-ioc soc 30d/ })).toBeInTheDocument();
    expect((await section('Expired, or soon to be')).getByText('decides nothing any more')).toBeInTheDocument();
    expect((await section('Fired')).getByRole('row', { name: /block-known-ioc enforce 12/ })).toHaveTextContent('3');
    expect((await section('Never fired')).getByText('block-old')).toBeInTheDocument();
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('puts on record that a person has looked, with a reason', async () => {
    const { user, sentTo, answerWith } = await show({ getRhythm: answer(aRhythm()), markReviewed: answer({}) });
    answerWith({ getRhythm: answer(aRhythm({ due: [] })) });
    await user.click(await screen.findByRole('button', { name: 'Looked at block-known-ioc…' }));
    await giveReason(user, 'still right{Enter}');
    expect(await screen.findByText('none: every policy was looked at in time')).toBeInTheDocument();
    expect(sentTo('markReviewed')).toMatchObject([
      { params: { policy_id: 'block-known-ioc' }, body: { reason: 'still right' } },
    ]);
  });

  it('says how many are too young to tell, and not that each one fired', async () => {
    const { answerWith, tellChanged } = await show({
      getRhythm: answer(aRhythm({ never_fired: [], too_young: 41 })),
    });
    const young = '41 policies have not fired, but are younger than 7 days: too early to tell';
    expect((await section('Never fired')).getByText(young)).toBeInTheDocument();
    expect(screen.queryByText('none: each one fired')).toBeNull();
    answerWith({ getRhythm: answer(aRhythm({ never_fired: [], too_young: 0 })) });
    tellChanged('bundle');
    expect(await screen.findByText('none: each one fired', undefined, { timeout: 3_000 })).toBeInTheDocument();
    answerWith({ getRhythm: answer(aRhythm({ too_young: 1 })) });
    tellChanged('bundle');
    const one = /1 policy has not fired, but is younger than 7 days/;
    expect(await screen.findByText(one, undefined, { timeout: 3_000 })).toBeInTheDocument();
    expect((await section('Never fired')).getByText('block-old')).toBeInTheDocument();
  });

  it('says so when there is nothing to look at, and when it cannot be loaded', async () => {
    const empty = aRhythm({ due: [], expired: [], changed: [], fired: [], never_fired: [] });
    const { answerWith, tellChanged } = await show({ getRhythm: answer(empty) });
    expect(await screen.findByText('nothing was released')).toBeInTheDocument();
    answerWith({ getRhythm: refuse('unavailable', 'OpenSearch does not answer right now') });
    tellChanged('bundle');
    expect(
      await screen.findByText(/OpenSearch does not answer right now/, undefined, { timeout: 3_000 }),
    ).toBeInTheDocument();
  });
});
