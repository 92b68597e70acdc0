import { screen, within } from '@testing-library/react';
import { aDraft, aPolicyView, aStatus, thePolicies } from '../../../../test/builders/views';
import { faultsOfAccess } from '../../../../test/stubs/accessible';
import { answer, refuse, showPage } from '../../../../test/stubs/page';

const limit = aPolicyView({
  id: 'limit-blocks',
  title: 'Not more than 50 an hour',
  layer: 'global',
  mode: 'enforce',
  fired_24h: 0,
});

describe('policies in force', () => {
  it('lists them by layer with mode and what they do, and is accessible', async () => {
    const policies = thePolicies({ policies: [aPolicyView(), limit], drafts: [aDraft()] });
    await showPage('/policies', { answers: { listPolicies: answer(policies) } });
    const action = within(await screen.findByRole('region', { name: 'Action (1)' }));
    const row = within(action.getByRole('row', { name: /block-known-ioc/ }));
    expect(row.getByText('shadow')).toBeInTheDocument();
    expect(row.getByRole('link', { name: '12' })).toHaveAttribute('href', '#/decisions?policy=block-known-ioc');
    expect(row.getByRole('link', { name: 'has a draft' })).toHaveAttribute('href', '#/policies/drafts/block-known-ioc');
    expect(screen.getByRole('region', { name: 'Global (1)' })).toHaveTextContent('Not more than 50 an hour');
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('filters while one types', async () => {
    const { user } = await showPage('/policies', {
      answers: { listPolicies: answer(thePolicies({ policies: [aPolicyView(), limit] })) },
    });
    await user.type(await screen.findByLabelText('Filter policies'), 'an hour');
    expect(await screen.findByText('1 of 2')).toBeInTheDocument();
    expect(screen.queryByRole('link', { name: 'block-known-ioc' })).not.toBeInTheDocument();
  });

  it('says what having none means, and if a newer version was refused', async () => {
    const bundle = { version: 12, digest: 'sha256:aa', policies: 0, refused: 'the signature is of an unknown key' };
    await showPage('/policies', {
      answers: { listPolicies: answer(thePolicies({ policies: [] })) },
      status: aStatus({ bundle }),
    });
    expect(await screen.findByText('No policy is in force')).toBeInTheDocument();
    expect(screen.getByText(/the signature is of an unknown key/)).toBeInTheDocument();
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('is loading until the host answers, and says why it cannot be loaded', async () => {
    const { answerWith, tellChanged } = await showPage('/policies');
    expect(screen.getByRole('status', { name: 'Policies: loading' })).toBeInTheDocument();
    answerWith({ listPolicies: refuse('unavailable', 'OpenSearch is away') });
    tellChanged('bundle');
    expect(await screen.findByRole('alert')).toHaveTextContent('OpenSearch is away');
  });

  it('shows the text of one with the results of its tests', async () => {
    await showPage('/policies/in-force/block-known-ioc', {
      answers: {
        listPolicies: answer(thePolicies()),
        checkPolicy: answer({ faults: [], tests: aDraft().tests, id: 'block-known-ioc' }),
      },
    });
    expect(await screen.findByText('no fault, all 1 tests pass')).toBeInTheDocument();
    expect(screen.getByRole('region', { name: 'Text of block-known-ioc' })).toHaveTextContent('mode: shadow');
    expect(await faultsOfAccess()).toEqual([]);
  });
});
