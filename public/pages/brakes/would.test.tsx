import { screen, waitFor, within } from '@testing-library/react';
import { agentsOf, aWouldAnswer, aWouldView, gaugesOf, protectedOf } from '../../../test/builders/brake_views';
import { aStatus } from '../../../test/builders/views';
import { faultsOfAccess } from '../../../test/stubs/accessible';
import { answer, refuse, showPage, type Answers } from '../../../test/stubs/page';
import { addressOf, pathOfBrakes } from './brakes_address';

const SET: Answers = {
  listLimits: answer(gaugesOf([])),
  listProtected: answer(protectedOf([])),
  listAgents: answer(agentsOf([])),
};
const ASKED = '/brakes?action=isolate_host&target=ws-114';
const show = (answers: Answers = {}, path = ASKED) =>
  showPage(path, { answers: { ...SET, ...answers }, status: aStatus() });
const box = () => within(screen.getByRole('region', { name: 'What would happen to …' }));

describe('what would happen to a target', () => {
  it('is asked with the keys alone, and the address says what was asked', async () => {
    const { user, sentTo } = await show({ getWould: answer(aWouldView()) }, '/brakes');
    expect(sentTo('getWould')).toEqual([]);
    await user.selectOptions(box().getByLabelText('Action'), 'isolate_host');
    await user.type(box().getByLabelText('Target'), ' ws-114 {Enter}');
    await waitFor(() => expect(sentTo('getWould')[0]?.query).toEqual({ action: 'isolate_host', target: 'ws-114' }));
    expect(window.location.hash).toBe(`#${ASKED}`);
    expect(await box().findAllByText('It would be done')).toHaveLength(2);
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('names the brake that stops it, why, and what no approval changes', async () => {
    const says = {
      would: 'deny',
      stop_reason: 'protected_target',
      text: '`ws-114` is protected by `ws-*` (keep)',
    } as const;
    await show({ getWould: answer(aWouldView({ answers: [aWouldAnswer({ now: says, approved: says })] })) });
    expect(await box().findAllByText('It would not be done (its target is protected)')).toHaveLength(2);
    expect(box().getAllByText(/is protected by/)).toHaveLength(2);
    expect(box().getByText('Also: 10.20.10.14')).toBeInTheDocument();
    expect(box().getByRole('meter')).toHaveAttribute('aria-valuetext', '1 of 2');
    expect(box().getByText(/Nothing was reserved or sent/)).toBeInTheDocument();
  });

  it('looks behind an order to stop', async () => {
    const stopped = { would: 'escalate', stop_reason: 'kill_switch', text: 'the kill switch is thrown' } as const;
    const answers = [aWouldAnswer({ now: stopped, approved: stopped, resumed: { would: 'permit' } })];
    await show({ getWould: answer(aWouldView({ answers })) });
    const term = await box().findByText('The same once it is resumed');
    expect(term.parentElement).toHaveTextContent('It would be done');
  });

  it('says that no policy does it, and how many of many were asked', async () => {
    const { answerWith, user } = await show({
      getWould: answer(aWouldView({ answers: [aWouldAnswer({ policies: [] })], policies_total: 0 })),
    });
    expect(await box().findByText(/No policy in force does this: nothing would/)).toBeInTheDocument();
    answerWith({ getWould: answer(aWouldView({ policies_total: 300, critical: 'listed' })) });
    await user.clear(box().getByLabelText('Target'));
    await user.type(box().getByLabelText('Target'), 'ws-115{Enter}');
    expect(await box().findByText('for 1 of 300 policies')).toBeInTheDocument();
    expect(box().getByText(/The inventory lists it as critical/)).toBeInTheDocument();
  });

  it('asks for the host of a process, and for how many sources report it', async () => {
    const { user, sentTo } = await show({ getWould: answer(aWouldView()) }, '/brakes');
    expect(box().queryByLabelText('On which host')).not.toBeInTheDocument();
    await user.selectOptions(box().getByLabelText('Action'), 'kill_process');
    await user.type(box().getByLabelText('Target'), 'x.exe');
    await user.type(box().getByLabelText('On which host'), 'ws-114');
    await user.selectOptions(box().getByLabelText('Reported by'), '2');
    await user.click(box().getByRole('button', { name: 'Ask the brakes' }));
    await waitFor(() =>
      expect(sentTo('getWould')[0]?.query).toEqual({
        action: 'kill_process',
        target: 'x.exe',
        host: 'ws-114',
        sources: 2,
      }),
    );
  });

  it('says why it cannot be told', async () => {
    await show({ getWould: refuse('invalid', '`ws 114` is no valid host') });
    expect(await box().findByRole('alert')).toHaveTextContent('ws 114 is no valid host');
  });
});

describe('the address of the page', () => {
  it('keeps what is asked and looked for, and leaves out what makes no sense', () => {
    const address = addressOf('?action=isolate_host&target=a%20b&sources=2&text=dc&from=policy&page=3');
    expect(address).toMatchObject({ target: 'a b', sources: '2', text: 'dc', from: 'policy', page: 3 });
    expect(addressOf(pathOfBrakes(address).slice('/brakes'.length))).toEqual(address);
    const none = addressOf('?action=explode&sources=7&from=nowhere&page=-1');
    expect(pathOfBrakes(none)).toBe('/brakes');
  });
});
