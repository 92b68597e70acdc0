import { screen, within } from '@testing-library/react';
import type { ComparisonView } from '../../../../common/api/routes';
import { aDraft, aPolicyView, aStatus, at, NOW, thePolicies } from '../../../../test/builders/views';
import { faultsOfAccess } from '../../../../test/stubs/accessible';
import { answer, giveReason, showPage, type Answers } from '../../../../test/stubs/page';

const tally = (overrides: Partial<ComparisonView['policies'][number]> = {}): ComparisonView['policies'][number] => ({
  policy: 'block-known-ioc',
  arm: 'shadow',
  cases: 60,
  permit: 48,
  escalate: 10,
  deny: 2,
  judged: 44,
  same: 41,
  differ: [
    {
      decision_id: 'decision-7',
      at: at(-500),
      action: 'block_ip',
      target: '203.0.113.7',
      would: 'permit',
      people: 'wrong',
    },
  ],
  ...overrides,
});
const aComparison = (overrides: Partial<ComparisonView> = {}): ComparisonView => ({
  as_of: NOW,
  days: 7,
  partial: false,
  policies: [tally()],
  rollouts: [],
  ...overrides,
});
const shadowed = aPolicyView();
const show = (answers: Answers) =>
  showPage('/policies/shadow', {
    answers: { listPolicies: answer(thePolicies({ policies: [shadowed] })), ...answers },
    status: aStatus(),
  });

describe('the first-week report', () => {
  it('says how often a policy would have decided as people did, which differ, and is accessible', async () => {
    await show({ comparePolicies: answer(aComparison()) });
    const row = await screen.findByRole('row', { name: /block-known-ioc 60 48 10 2/ });
    expect(row).toHaveTextContent('41 of 44 as your people did');
    const differ = within(screen.getByRole('group', { name: 'These differ' }));
    expect(differ.getByRole('link')).toHaveAttribute('href', '#/decisions/decision-7');
    expect(differ.getByText('would act')).toBeInTheDocument();
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('promotes a policy by a draft that goes through review like any other', async () => {
    const { user, sentTo } = await show({ comparePolicies: answer(aComparison()), saveDraft: answer(aDraft()) });
    await user.click(await screen.findByRole('button', { name: 'Promote block-known-ioc to escalate' }));
    const [sent] = sentTo('saveDraft');
    expect(sent?.params).toEqual({ policy_id: 'block-known-ioc' });
    expect((sent?.body as { source: string }).source).toMatch(/mode: escalate/);
    expect(window.location.hash).toBe('#/policies/drafts');
  });

  it('says so when nobody has said what the cases were, and when nothing was in shadow', async () => {
    const { answerWith, tellChanged } = await show({
      comparePolicies: answer(aComparison({ policies: [tally({ judged: 0, same: 0, differ: [] })] })),
    });
    expect((await screen.findAllByText('nobody has said yet what these cases were')).length).toBe(2);
    answerWith({ comparePolicies: answer(aComparison({ policies: [] })) });
    tellChanged('draft');
    expect(
      await screen.findByText('Nothing was decided in shadow in these days', undefined, { timeout: 3_000 }),
    ).toBeInTheDocument();
  });
});

describe('a rollout', () => {
  const stopped = aComparison({
    policies: [tally({ arm: 'outside_rollout' })],
    rollouts: [
      {
        policy: 'block-known-ioc',
        percent: 10,
        acts: 20,
        overridden: 6,
        stops_above_percent: 20,
        stops_after: 10,
        stopped_at: at(-60),
        why: 'people overrode 6 of its 20 acts',
      },
    ],
  });

  it('that stopped itself says why, and goes on when an approver says so', async () => {
    const { user, sentTo } = await show({ comparePolicies: answer(stopped), resumeRollout: answer({}) });
    const section = within(await screen.findByRole('region', { name: 'Rolled out to a share of targets' }));
    expect(
      section.getByText(/has stopped itself, asks a person: people overrode 6 of its 20 acts/),
    ).toBeInTheDocument();
    expect(section.getByText('41 of 44 as your people did')).toBeInTheDocument();
    await user.click(section.getByRole('button', { name: 'Let it go on…' }));
    await giveReason(user, 'the rule was mended{Enter}');
    expect(sentTo('resumeRollout')).toMatchObject([
      { params: { policy_id: 'block-known-ioc' }, body: { reason: 'the rule was mended' } },
    ]);
  });

  it('does not tell those to put a policy into shadow who have, where no event was theirs', async () => {
    const inShadow = [aPolicyView({ mode: 'shadow' }), aPolicyView({ id: 'other', mode: 'shadow' })];
    await showPage('/policies/shadow', {
      answers: {
        listPolicies: answer(thePolicies({ policies: inShadow })),
        comparePolicies: answer(aComparison({ policies: [] })),
      },
    });
    expect(
      await screen.findByText('2 policies are in shadow, and no event of these days was theirs.'),
    ).toBeInTheDocument();
  });
});
