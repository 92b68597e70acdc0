import { screen, waitFor, within } from '@testing-library/react';
import { aDecisionBrief, at } from '../../../test/builders/views';
import { iso } from '../../../common/iso';
import { faultsOfAccess } from '../../../test/stubs/accessible';
import { answer, refuse, showPage, type Answers } from '../../../test/stubs/page';
import type { DecisionBrief } from '../../../common/api/views';

const deny = aDecisionBrief({
  decision_id: 'decision-2',
  verdict: 'deny',
  summary: 'deny block_ip of 10.0.0.5: private',
});

const listed = (decisions: readonly DecisionBrief[], total = decisions.length) =>
  answer({ as_of: '2026-11-22T03:12:04.000Z', total, decisions: [...decisions] });

const show = (path = '/decisions', answers: Answers = {}) =>
  showPage(path, { answers: { listDecisions: listed([aDecisionBrief(), deny]), ...answers } });

describe('decisions', () => {
  it('lists every decision with its sentence, verdict and acts, and is accessible', async () => {
    await show();
    const link = await screen.findByRole('link', { name: 'block_ip of 10.0.0.5: private' });
    expect(link).toHaveAttribute('href', '#/decisions/decision-2');
    expect(screen.getAllByText('Block address')).toHaveLength(2);
    expect(screen.getByText('2 decisions')).toBeInTheDocument();
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('asks for what the address says, and puts a chosen filter into the address', async () => {
    const { user, sentTo } = await show('/decisions?policy=block-known-ioc');
    await screen.findByText('2 decisions');
    expect(sentTo('listDecisions')[0]?.query).toMatchObject({ policy: 'block-known-ioc', limit: 50, offset: 0 });
    await user.selectOptions(screen.getByLabelText('Verdict'), 'deny');
    await waitFor(() => expect(window.location.hash).toBe('#/decisions?verdict=deny&policy=block-known-ioc'));
    await waitFor(() => expect(sentTo('listDecisions').at(-1)?.query).toMatchObject({ verdict: 'deny' }));
    await user.click(screen.getByRole('button', { name: 'Clear filters' }));
    await waitFor(() => expect(window.location.hash).toBe('#/decisions'));
  });

  it('shows who asked before acting and what was answered, and lists what one of them asked', async () => {
    const subject = { type: 'agent', id: 'triage-bot' };
    const brief = { ...aDecisionBrief().brief, intake: { type: 'asker' as const, id: 'soar' } };
    const permitted = { subject, decision: true, reason: 'permitted' };
    const asked = [
      { ...permitted, approval: 'case:1' },
      permitted,
      { subject, decision: false, reason: 'protected_target' },
    ].map((each, n) => aDecisionBrief({ decision_id: `asked-${n}`, effectless: true, brief, asked: each }));
    const { user, sentTo } = await show('/decisions', { listDecisions: listed([...asked, deny]) });
    expect(await screen.findByText('permitted by a person to')).toBeInTheDocument();
    expect(screen.getByText('permitted to')).toBeInTheDocument();
    expect(screen.getByText('denied (protected_target) to')).toBeInTheDocument();
    expect(screen.getAllByText('for agent “triage-bot”, as it says')).toHaveLength(3);
    expect(await faultsOfAccess()).toEqual([]);
    const [link] = screen.getAllByRole('link', { name: 'soar' });
    if (link) await user.click(link);
    await waitFor(() => expect(sentTo('listDecisions').at(-1)?.query).toMatchObject({ asker: 'soar' }));
    expect(screen.getByLabelText('Asker')).toHaveValue('soar');
  });

  it('goes to the next page', async () => {
    const { user, sentTo } = await show('/decisions', { listDecisions: listed([aDecisionBrief()], 120) });
    expect(await screen.findByText('1 to 50 of 120')).toBeInTheDocument();
    const pages = within(screen.getByRole('navigation', { name: 'Pages of the list' }));
    await user.click(pages.getByLabelText(/^Next page/));
    await waitFor(() => expect(sentTo('listDecisions').at(-1)?.query).toMatchObject({ offset: 50 }));
  });

  it('says how far pages reach where there are more', async () => {
    await show('/decisions', { listDecisions: listed([aDecisionBrief()], 100_801) });
    expect(await screen.findByText(/^Pages reach the newest 10,000 of 100,801/)).toBeInTheDocument();
    const pages = within(screen.getByRole('navigation', { name: 'Pages of the list' }));
    expect(pages.getByText('200')).toBeInTheDocument();
    expect(screen.queryByRole('link', { name: 'Go on with older ones' })).toBeNull();
  });

  it('goes on with older ones from the last page that can be reached', async () => {
    const { user } = await show('/decisions?page=199', { listDecisions: listed([aDecisionBrief()], 100_801) });
    await user.click(await screen.findByRole('link', { name: 'Go on with older ones' }));
    const to = encodeURIComponent(iso(Date.parse(aDecisionBrief().decided_at) + 5_000));
    await waitFor(() => expect(window.location.hash).toBe(`#/decisions?to=${to}`));
  });

  it('tells nothing decided from nothing found', async () => {
    await show('/decisions', { listDecisions: listed([]) });
    expect(await screen.findByText('Nothing was decided yet')).toBeInTheDocument();
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('says that no decision matches', async () => {
    await show('/decisions?verdict=hold', { listDecisions: listed([]) });
    expect(await screen.findByText('No decision matches these filters')).toBeInTheDocument();
  });

  const found = (decisions: readonly DecisionBrief[], spellings: number) =>
    answer({
      as_of: '2026-11-22T03:12:04.000Z',
      total: decisions.length,
      decisions: [...decisions],
      also_as: Array.from({ length: spellings }, (_, n) => `10.0.0.${n + 1}`),
    });

  it('says under which other spellings it looked for the target', async () => {
    await show('/decisions?target=WEB-01', { listDecisions: found([aDecisionBrief()], 2) });
    expect(await screen.findByText(/^1 decision/)).toHaveTextContent(
      '1 decision (also searched as 10.0.0.1, 10.0.0.2)',
    );
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('says so where nothing was found, and of many spellings how many more', async () => {
    await show('/decisions?target=WEB-01', { listDecisions: found([], 8) });
    expect(await screen.findByText(/^\(also searched as /)).toHaveTextContent(/10\.0\.0\.6 and 2 more\)$/);
    expect(screen.getByText('No decision matches these filters')).toBeInTheDocument();
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('is loading until the host answers, and says why it cannot be loaded', async () => {
    const { answerWith, tellChanged } = await showPage('/decisions');
    expect(screen.getByRole('status', { name: 'Decisions: loading' })).toBeInTheDocument();
    answerWith({ listDecisions: refuse('forbidden', 'this takes the right to read') });
    tellChanged('case');
    expect(await screen.findByRole('alert')).toHaveTextContent('this takes the right to read');
  });

  it('shows a new decision without a reload', async () => {
    const { answerWith, tellChanged } = await show();
    await screen.findByText('2 decisions');
    const fresh = aDecisionBrief({
      decision_id: 'decision-3',
      summary: 'permit isolate_host of ws-1: ransomware',
      decided_at: at(1),
    });
    answerWith({ listDecisions: listed([fresh, aDecisionBrief(), deny]) });
    tellChanged('case');
    expect(await screen.findByRole('link', { name: 'isolate_host of ws-1: ransomware' })).toBeInTheDocument();
  });
});
