import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { aContainment, aStatus, at } from '../../../test/builders/views';
import { faultsOfAccess } from '../../../test/stubs/accessible';
import { answer, giveReason, refuse, showPage, silence, type Answers, type Sent } from '../../../test/stubs/page';
import type { HereOnlyView } from '../../../common/api/routes';
import type { ContainmentView } from '../../../common/api/views';
import type { Result } from '../../../common/result';
import type { Refusal } from '../../api_client';

const block = aContainment();
const [first] = block.reasons as [ContainmentView['reasons'][number]];
const isolated = aContainment({
  effect_id: 'effect:2',
  action: 'isolate_host',
  connector: 'edr',
  target: { type: 'host', value: 'ws-114' },
  due: null,
  state: 'unknown',
  verified: false,
  reasons: [
    { ...first, command_id: 'command-2', reason: 'permit isolate_host of ws-114: Isolate hosts that encrypt files' },
  ],
});

const boardOf = (containments: readonly ContainmentView[]) => ({
  as_of: '2026-11-22T03:12:04.000Z',
  total: containments.length,
  containments: [...containments],
});

type Board = ReturnType<typeof boardOf> & { also_as?: string[] };

const targetOf = ({ query }: Sent): string | undefined => (query as { target?: string } | undefined)?.target;

/** The board, and what the host finds of a thing that it is asked for; nothing where the test does not say. */
const listed =
  (
    containments: readonly ContainmentView[],
    ofThing: () => Result<Board, Refusal> | Promise<never> = answer(boardOf([])),
  ) =>
  (sent: Sent) =>
    targetOf(sent) === undefined ? answer<Board>(boardOf(containments))() : ofThing();

const show = (answers: Answers = {}, status = aStatus({ containments: 2 })) =>
  showPage('/containments', { answers: { listContainments: listed([block, isolated]), ...answers }, status });

const rowOf = async (name: RegExp) => within(await screen.findByRole('row', { name }));

describe('why it is contained', () => {
  it('names who approved it, and why', async () => {
    const row = aContainment();
    const approved = { by: 'ann', at: row.since ?? '', reason: 'confirmed attack', four_eyes: true };
    await show({ listContainments: listed([{ ...row, reasons: row.reasons.map((each) => ({ ...each, approved })) }]) });
    expect(await screen.findByText(/approved by ann/)).toHaveTextContent('“confirmed attack”');
  });
});

describe('a board of hundreds', () => {
  const many = Array.from({ length: 120 }, (_, n) =>
    aContainment({ effect_id: `effect:${n}`, target: { type: 'ip', value: `203.0.113.${n}` } }),
  );
  const rows = () => screen.getAllByRole('checkbox', { name: /^Select: / }).length;

  it('draws the first fifty, says so, and more each time', async () => {
    const user = userEvent.setup();
    await show({ listContainments: listed(many) });
    const more = await screen.findByRole('button', { name: 'Show more: 50 of 120 are shown' });
    expect(rows()).toBe(50);
    await user.click(more);
    await user.click(screen.getByRole('button', { name: 'Show more: 100 of 120 are shown' }));
    expect([rows(), screen.queryByRole('button', { name: /^Show more/ })]).toEqual([120, null]);
  });

  it('selects all of them all the same', async () => {
    const user = userEvent.setup();
    await show({ listContainments: listed(many) });
    await user.click(await screen.findByRole('button', { name: /^Select all 120 of the list/ }));
    expect(screen.getByRole('button', { name: /^Lift 120…/ })).toBeVisible();
  });
});

describe('containments', () => {
  it('shows what is in effect, how well that is proved, until when and why, and is accessible', async () => {
    await show();
    const row = await rowOf(/203\.0\.113\.7/);
    expect(row.getByText('in effect, verified')).toBeInTheDocument();
    expect(row.getByText(/^in 1 min/)).toBeInTheDocument();
    expect(row.getByText('Block sources that match a known IOC')).toBeInTheDocument();
    expect(row.getByRole('link', { name: 'decision' })).toHaveAttribute('href', '#/decisions/decision-1');
    const other = await rowOf(/ws-114/);
    expect(other.getByText('unknown: no certain answer, being verified')).toBeInTheDocument();
    expect(other.getByText('until somebody lifts it')).toBeInTheDocument();
    expect(await faultsOfAccess()).toEqual([]);
  });

  it.each<[note: string, change: Partial<ContainmentView>, ends: RegExp]>([
    ['its time is over, and nothing was begun', { due: at(-125) }, /^was to end 2 min/],
    ['it is undone as its time is over', { state: 'undoing', due: at(-5) }, /^was to end \d+ s ago/],
    ['a person lifted it before its time', { state: 'undoing', due: at(3_600) }, /^now; it was to end at \d/],
    ['a person lifted what had no end', { state: 'undoing', due: null }, /^now$/],
  ])('says when it ends where %s, on the board and to who asks', async (_note, change, ends) => {
    const { user } = await show({ listContainments: listed([aContainment(change)]) });
    const cells = await screen.findAllByRole('cell');
    expect(
      cells.map(({ textContent }) => (textContent ?? '').replace(/^Ends/, '')).filter((text) => ends.test(text)),
    ).toHaveLength(1);
    await user.type(screen.getByLabelText('Is it contained?'), '203.0.113.7');
    const found = within(
      screen.getAllByRole('status').find((each) => /Yes:/.test(each.textContent ?? '')) as HTMLElement,
    );
    const text = found.getByRole('listitem').textContent ?? '';
    expect(text).toMatch(new RegExp(ends.source.replace('^', '')));
    expect(text).not.toMatch(/being undone in/);
  });

  it('lists what asks first, by whose word and until when', async () => {
    const word = {
      target: { type: 'ip' as const, value: '198.51.100.4' },
      verb: 'lift' as const,
      by: 'ann',
      reason: 'partner address',
      at: at(-60),
      until: at(3_600),
    };
    const board = { as_of: at(0), total: 0, containments: [], asks_first: [word] };
    await show({ listContainments: answer(board) });
    const table = within(await screen.findByRole('region', { name: 'Asks first' }));
    const row = table.getByRole('row', { name: /198\.51\.100\.4/ });
    expect(row).toHaveTextContent(/lifted by ann.*partner address/);
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('asks first for as long as the person says', async () => {
    const { user, sentTo } = await show({ liftContainment: answer({ effect_id: 'effect:1' }) });
    await user.click((await rowOf(/203\.0\.113\.7/)).getByRole('button', { name: /^Lift/ }));
    await giveReason(user, 'false positive');
    await user.selectOptions(screen.getByLabelText('Ask before acting on this again for'), '4 h');
    await user.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Lift' }));
    await waitFor(() =>
      expect(sentTo('liftContainment')).toMatchObject([{ body: { reason: 'false positive', ask_for_ms: 14_400_000 } }]),
    );
  });

  const GONE_TEXT = 'gone before its end: somebody removed it at the target, or the target lost it';
  const lost = aContainment({ verified: false, verified_at: at(-400), gone: { at: at(-60), text: GONE_TEXT } });

  it('says when it was last seen at its target', async () => {
    await show({ listContainments: listed([aContainment({ verified_at: at(-130) })]) });
    const row = await rowOf(/203\.0\.113\.7/);
    expect(row.getByText(/last seen there/)).toHaveTextContent(/\(2 min \d+ s ago\)/);
  });

  it('says of one that is gone before its end that it is not in effect, and what Reflex does about it', async () => {
    await show({ listContainments: listed([lost]) });
    const row = await rowOf(/203\.0\.113\.7/);
    expect(row.getByText('gone before its end')).toBeInTheDocument();
    expect(row.queryByText(/in effect, /)).not.toBeInTheDocument();
    expect(row.queryByText(/last seen there/)).not.toBeInTheDocument();
    expect(row.getByText(/applies it again only if its policy says so/)).toHaveTextContent(
      /somebody removed it at the target/i,
    );
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('says of one that was removed at its target how often it was applied again, and when a person is asked', async () => {
    const removed_at = lost.gone?.at ?? '';
    const { gone: _gone, ...there } = lost;
    await show({
      listContainments: listed([{ ...there, verified: true, reapplied: { times: 1, of: 3, removed_at } }]),
    });
    const row = await rowOf(/203\.0\.113\.7/);
    expect(row.getByText(/removed at the target/)).toHaveTextContent(/re-applied 1 of 3/);
    expect(row.getByText('in effect, verified')).toBeInTheDocument();
  });

  it('has a person who looked close what nothing takes back', async () => {
    const unknown = aContainment({ state: 'unknown', verified: false, action: 'revoke_sessions', closable: true });
    const { user, sentTo } = await show({
      listContainments: listed([unknown]),
      closeContainment: answer({ effect_id: unknown.effect_id }),
    });
    await user.click(await screen.findByRole('button', { name: /I looked/ }));
    await giveReason(user, 'the console shows a session');
    await user.click(screen.getByRole('radio', { name: 'It did not happen' }));
    await user.click(screen.getByRole('button', { name: 'Close' }));
    await waitFor(() => expect(sentTo('closeContainment')).toMatchObject([{ body: { as: 'not_happened' } }]));
  });

  it('answers no longer with yes for what is gone', async () => {
    const { user } = await show({ listContainments: listed([lost, isolated]) });
    await rowOf(/ws-114/);
    await user.type(screen.getByLabelText('Is it contained?'), '203.0.113');
    expect(await screen.findByText('Not any more:')).toBeInTheDocument();
    expect(screen.queryByText('Yes:')).not.toBeInTheDocument();
  });

  it('counts events of one policy instead of listing them, and says when the last came', async () => {
    const later = { ...first, command_id: 'command-3', times: 41, last_at: at(-2) };
    const { user } = await show({ listContainments: listed([aContainment({ reasons: [first, later] })]) });
    const row = await rowOf(/203\.0\.113\.7/);
    expect(row.getByText(/and 41 more reasons/)).toBeInTheDocument();
    await user.click(row.getByRole('button', { name: /^All reasons/ }));
    expect(await screen.findByText(/^41 times, last/)).toHaveTextContent(/41 times, last \d\d:\d\d:\d\d/);
  });

  it('counts down by the clock of the host', async () => {
    await show({ listContainments: listed([aContainment({ due: at(45) })]) });
    const row = await rowOf(/203\.0\.113\.7/);
    const first = row.getByText(/^in 4\d s$/).textContent;
    await waitFor(() => expect(row.getByText(/^in 4\d s$/).textContent).not.toBe(first), { timeout: 2_500 });
  });

  it('says that nothing is contained', async () => {
    await show({ listContainments: listed([]) });
    expect(await screen.findByText('Nothing is contained by Reflex')).toBeInTheDocument();
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('is loading until the host answers, and says why it cannot be loaded', async () => {
    const { answerWith, tellChanged } = await showPage('/containments');
    expect(screen.getByRole('status', { name: 'Containments: loading' })).toBeInTheDocument();
    answerWith({ listContainments: refuse('unavailable', 'OpenSearch is away') });
    tellChanged('effect');
    expect(await screen.findByRole('alert', undefined, { timeout: 2_500 })).toHaveTextContent('OpenSearch is away');
  });

  it('keeps what it has when it cannot be renewed, and says so', async () => {
    const { answerWith, tellChanged } = await show();
    await rowOf(/ws-114/);
    answerWith({ listContainments: refuse('unavailable', 'OpenSearch is away') });
    tellChanged('effect');
    expect(
      await screen.findByText(/Figures as of .*: OpenSearch is away/, undefined, { timeout: 2_500 }),
    ).toBeInTheDocument();
    expect(await rowOf(/ws-114/)).toBeDefined();
  });

  it('lifts one by keyboard, with a reason', async () => {
    const { user, sentTo } = await show({ liftContainment: answer({ effect_id: 'effect:1' }) });
    const row = await rowOf(/203\.0\.113\.7/);
    row.getByRole('button', { name: /Lift/ }).focus();
    await user.keyboard('{Enter}');
    const dialog = await screen.findByRole('dialog', { name: 'Lift: Block address 203.0.113.7?' });
    await waitFor(() => expect(within(dialog).getByLabelText('Reason (goes on record)')).toHaveFocus());
    expect(await faultsOfAccess(dialog)).toEqual([]);
    await user.keyboard('{Enter}');
    expect(sentTo('liftContainment')).toEqual([]);
    await giveReason(user, 'false positive{Enter}');
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
    expect(sentTo('liftContainment')).toMatchObject([
      { params: { effect_id: 'effect:1' }, body: { reason: 'false positive' } },
    ]);
    expect(sentTo('liftContainment')[0]?.body).not.toHaveProperty('force');
  });

  it('says that lifting overwrites what somebody changed since', async () => {
    const changed = aContainment({
      state: 'undoing',
      undo: { by: 'reflex', why: 'ttl', text: 'its time is over' },
      last_error: { code: 'changed_since', message: 'the user was enabled by hand', retryable: false },
    });
    const { user, sentTo } = await show({
      listContainments: listed([changed]),
      liftContainment: answer({ effect_id: 'effect:1' }),
    });
    const row = await rowOf(/203\.0\.113\.7/);
    await user.click(row.getByRole('button', { name: /Lift/ }));
    await giveReason(user, 'the owner agreed');
    await user.click(screen.getByRole('button', { name: 'Lift and overwrite' }));
    await waitFor(() => expect(sentTo('liftContainment')).toMatchObject([{ body: { force: true } }]));
  });

  it('shows why it was not lifted, in the dialog where it was asked for', async () => {
    const { user } = await show({ liftContainment: refuse('forbidden', 'this takes the right to respond') });
    const row = await rowOf(/ws-114/);
    await user.click(row.getByRole('button', { name: /Lift/ }));
    await giveReason(user, 'incident is over{Enter}');
    expect(await within(screen.getByRole('dialog')).findByRole('alert')).toHaveTextContent('This was not done');
  });

  it('answers whether something is contained', async () => {
    const { user } = await show();
    await rowOf(/ws-114/);
    const question = screen.getByLabelText('Is it contained?');
    await user.type(question, 'ws-1');
    expect(await screen.findByText('Yes:')).toBeInTheDocument();
    await user.clear(question);
    await user.type(question, 'dc-01');
    expect(await screen.findByText(/No: Reflex contains nothing whose name has “dc-01” in it/)).toBeInTheDocument();
  });

  const ALSO = ['ws-114.corp.example', '10.0.0.14'];
  const thing = answer<Board>({ ...boardOf([isolated]), also_as: ALSO });

  it('answers for the thing, whatever its letters, and says what it looked for', async () => {
    const { user, sentTo } = await show({ listContainments: listed([block, isolated], thing) });
    await rowOf(/ws-114/);
    await user.type(screen.getByLabelText('Is it contained?'), ' 10.0.0.14:443 ');
    expect(await screen.findByText('Yes:')).toBeInTheDocument();
    const question = screen.getByText('Yes:').parentElement as HTMLElement;
    expect(question).toHaveTextContent('also searched as ws-114.corp.example, 10.0.0.14');
    expect(question).toHaveTextContent(/Isolate host ws-114/);
    expect(question).not.toHaveTextContent(/203\.0\.113\.7/);
    expect(sentTo('listContainments').flatMap((sent) => targetOf(sent) ?? [])).toEqual(['10.0.0.14:443']);
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('answers yes for what the board does not list', async () => {
    const { user } = await show({ listContainments: listed([block], thing) });
    await rowOf(/203\.0\.113\.7/);
    await user.type(screen.getByLabelText('Is it contained?'), 'ws-114');
    expect(await screen.findByText(/Isolate host ws-114/)).toBeInTheDocument();
  });

  it('does not say no before it knows the other names', async () => {
    const { user } = await show({ listContainments: listed([block], silence) });
    await rowOf(/203\.0\.113\.7/);
    await user.type(screen.getByLabelText('Is it contained?'), 'ws-114');
    expect(await screen.findByText('Looking for it by its other names …')).toBeInTheDocument();
    await waitFor(() => expect(screen.queryByText(/^No: /)).not.toBeInTheDocument());
  });

  const away = answer<Board & { here_only: HereOnlyView }>({
    ...boardOf([]),
    here_only: { state: 'away', host: 'soc-01', total: 0, containments: [] },
  });

  it.each([
    ['it is refused', refuse('unavailable', 'OpenSearch is away'), /looked up: OpenSearch is away/],
    ['the state is away', away, /looked up: the state does not answer/],
  ])('says that it compared letters only where %s', async (_, told, words) => {
    const { user } = await show({ listContainments: listed([block], told) });
    await rowOf(/203\.0\.113\.7/);
    await user.type(screen.getByLabelText('Is it contained?'), '203.0.113');
    expect(await screen.findByText(words)).toHaveTextContent(/Compared by letters only/);
    expect(screen.getByText('Yes:')).toBeInTheDocument();
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('narrows the board by letters, and by the thing', async () => {
    const { user } = await show({ listContainments: listed([block, isolated], thing) });
    await rowOf(/ws-114/);
    await user.type(screen.getByLabelText('Text'), 'ws-1');
    await waitFor(() => expect(screen.queryByRole('row', { name: /203\.0\.113\.7/ })).not.toBeInTheDocument());
    await user.clear(screen.getByLabelText('Text'));
    await user.type(screen.getByLabelText('Text'), '10.0.0.14');
    expect(await rowOf(/ws-114/)).toBeDefined();
    expect(screen.queryByRole('row', { name: /203\.0\.113\.7/ })).not.toBeInTheDocument();
    expect(await screen.findByText(/1 of 2/)).toHaveTextContent('also searched as ws-114.corp.example, 10.0.0.14');
  });

  it('lifts several and tells the outcome of each', async () => {
    const { user } = await show({
      liftContainment: ({ params }) =>
        params.effect_id === 'effect:2' ? refuse('not_found', 'it is gone')() : answer({ effect_id: 'effect:1' })(),
    });
    await rowOf(/ws-114/);
    await user.keyboard('s');
    expect(screen.getByText('2 selected')).toBeInTheDocument();
    await user.keyboard('l');
    const list = within(await screen.findByRole('dialog', { name: 'Lift 2 containments' }));
    expect(list.getByText('Isolate host ws-114')).toBeInTheDocument();
    await giveReason(user, 'incident is over{Enter}');
    expect(await screen.findByText('2 of 2 answered')).toBeInTheDocument();
    expect(screen.getByText('it is gone')).toBeInTheDocument();
  });

  it('lifts of what is selected only what the board shows', async () => {
    const { user } = await show();
    await rowOf(/ws-114/);
    await user.keyboard('s');
    await user.selectOptions(screen.getByLabelText('Action'), 'Isolate host');
    await user.click(await screen.findByRole('button', { name: 'Lift 1…' }));
    const list = within(await screen.findByRole('dialog', { name: 'Lift 1 containments' }));
    expect(list.queryByText(/203\.0\.113\.7/)).not.toBeInTheDocument();
  });

  it('lets only those lift who may respond', async () => {
    await show({}, aStatus({ caller: { name: 'ana', may: ['read'], single_user: false } }));
    const row = await rowOf(/ws-114/);
    expect(row.getByRole('button', { name: /Lift/ })).toBeDisabled();
  });
});
