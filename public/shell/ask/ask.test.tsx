import { screen, waitFor, within } from '@testing-library/react';
import type { AskMatch } from '../../../common/api/asked';
import type { ActView } from '../../../common/api/routes';
import { aContainment, aDecisionBrief, aPolicyRef, NOW } from '../../../test/builders/views';
import { faultsOfAccess } from '../../../test/stubs/accessible';
import { answer, refuse, showPage, type Answers } from '../../../test/stubs/page';
import type { DiscoverLook } from '../../host_discover';

const HOST: AskMatch = { kind: 'host', value: 'ws-fin-007', whole: false, known: ['records'], count: 3 };
const OTHER: AskMatch = { kind: 'host', value: 'ws-fin-008', whole: false, known: ['inventory'] };

const asked = (matches: readonly AskMatch[], is_whole = true) =>
  answer({ as_of: NOW, total: matches.length, matches: [...matches], is_whole });

const brief = aDecisionBrief({
  acts: [],
  outcome: 'nothing',
  nearest: {
    policy: aPolicyRef({ id: 'isolate-host' }),
    open: 0,
    unmet: [
      {
        clause: 'event.confidence >= 0.9',
        result: 'false',
        path: 'event.confidence',
        operator: '>=',
        seen: 0.85,
        needed: 0.9,
      },
    ],
  },
});

const ENTITY: Answers = {
  getEntity: answer({
    as_of: NOW,
    kind: 'host',
    value: 'ws-fin-007',
    names: [{ kind: 'ip', text: '10.0.0.7' }],
    maybe: [],
    contained: { total: 1, containments: [aContainment()] },
    words: [{ verb: 'lift', by: 'ann', reason: 'a partner', at: NOW, until: NOW }],
    stops: [{ reason: 'protected_target', then: 'deny', text: '`ws-fin-007` is protected' }],
  }),
  listDecisions: answer({ as_of: NOW, total: 1, decisions: [brief] }),
};

const show = (path: string, answers: Answers) => showPage(path, { answers: { ...ENTITY, ...answers } });
const box = () => screen.findByRole('combobox', { name: /^Ask/ });

/** What was done about a thing and is over. */
const ENDED: ActView = {
  act_id: 'a0',
  decision_id: 'decision-7',
  case_id: 'case-7',
  decided_at: NOW,
  action: 'isolate_host',
  target: { type: 'host', value: 'ws-fin-007' },
  policy: 'isolate-host',
  result: 'permit',
  severity: 'high',
  demo: false,
  progress: {
    act_id: 'a0',
    status: 'ended',
    ended: { at: NOW, by: 'ben', text: 'a partner' },
    resolution: { verb: 'lifted', by: 'ben', at: NOW, reason: 'a partner', four_eyes: false },
  },
};
const acts = (some: readonly ActView[], next?: string) =>
  answer({
    as_of: NOW,
    acts: [...some],
    looked_through: 400,
    decisions: 1_200,
    ...(next === undefined ? {} : { next }),
  });
const before = async () => within(await screen.findByRole('region', { name: 'Contained before' }));

describe('the logs of a thing', () => {
  const discover = ({ about, from, to }: DiscoverLook) => `/app/discover#/?${[...about, from, to].join('&')}`;

  it('are a day of them, in Discover', async () => {
    await showPage('/entity?kind=host&value=ws-fin-007', { answers: ENTITY, discover });
    expect(await screen.findByRole('link', { name: 'Logs in Discover' })).toHaveAttribute(
      'href',
      '/app/discover#/?ws-fin-007&now-24h&now',
    );
  });

  it('are not offered of a policy, which no log names', async () => {
    await showPage('/entity?kind=policy&value=isolate-host', { answers: ENTITY, discover });
    expect(await screen.findByRole('heading', { level: 1, name: 'isolate-host' })).toBeInTheDocument();
    expect(screen.queryByRole('link', { name: 'Logs in Discover' })).toBeNull();
  });
});

describe('what was contained before', () => {
  const PATH = '/entity?kind=host&value=ws-fin-007';

  it('says how each earlier containment ended, and by whom', async () => {
    const { sentTo } = await show(PATH, { listActs: acts([ENDED]) });
    const shown = await before();
    expect(await shown.findByRole('link', { name: 'Isolate host ws-fin-007' })).toHaveAttribute(
      'href',
      '#/decisions/decision-7',
    );
    expect(shown.getByText('lifted by ben: “a partner”')).toBeInTheDocument();
    expect(shown.queryByText(/Older ones/)).toBeNull();
    expect(sentTo('listActs')[0]?.query).toEqual({
      about: 'ws-fin-007',
      kind: 'host',
      outcome: 'ended,gone,done',
      limit: 10,
    });
    expect(await faultsOfAccess()).toEqual([]);
  });

  it.each([
    [acts([]), 'No: nothing that is over is on record.', false],
    [acts([], 'c'), 'Nothing that is over among the newest 400 of 1,200 decisions.', true],
  ])('says whether there was none, or none among the newest', async (listActs, text, isMore) => {
    await show(PATH, { listActs });
    const shown = await before();
    expect(await shown.findByText(text)).toBeInTheDocument();
    expect(shown.queryByRole('link', { name: 'Older ones are in the history of acts' }) !== null).toBe(isMore);
  });

  it('names the kind of a thing in words', async () => {
    const facts = { type: 'ip' as const, value: '10.0.0.7', known: true };
    const view = { as_of: NOW, kind: 'ip' as const, value: '10.0.0.7', names: [], maybe: [], words: [], stops: [] };
    const contained = { total: 0, containments: [] };
    await show('/entity?kind=ip&value=10.0.0.7', {
      getEntity: answer({ ...view, contained, facts }),
      listActs: acts([]),
    });
    const what = within(await screen.findByRole('region', { name: 'What it is' }));
    expect(what.getByText('address')).toBeInTheDocument();
    expect(what.queryByText('ip')).toBeNull();
  });
});

describe('the box that finds things', () => {
  it('is reached by its key, suggests once the typing pauses, and opens the one thing', async () => {
    const { user, sentTo } = await show('/decisions', { getAsk: asked([HOST]) });
    await screen.findByText('1 decision');
    await user.keyboard('/');
    expect(await box()).toHaveFocus();
    await user.keyboard('fin-0');
    expect(await screen.findByRole('option', { name: /ws-fin-007/ })).toBeInTheDocument();
    expect(sentTo('getAsk').map(({ query }) => query)).toEqual([{ q: 'fin-0' }]);
    expect(await faultsOfAccess()).toEqual([]);
    await user.keyboard('{Enter}');
    await waitFor(() => expect(window.location.hash).toBe('#/entity?kind=host&value=ws-fin-007'));
  });

  it('opens the list where several are meant, and the one that is chosen by key', async () => {
    const { user } = await show('/decisions', { getAsk: asked([HOST, OTHER]) });
    await user.type(await box(), 'fin');
    await screen.findAllByRole('option');
    await user.keyboard('{Enter}');
    await waitFor(() => expect(window.location.hash).toBe('#/ask?q=fin'));
    await user.type(await box(), '-');
    await screen.findAllByRole('option');
    await user.keyboard('{ArrowDown}{ArrowDown}{Enter}');
    await waitFor(() => expect(window.location.hash).toBe('#/entity?kind=host&value=ws-fin-008'));
  });

  it('says that nothing has the text, and why it could not be asked', async () => {
    const { user } = await show('/decisions', { getAsk: asked([]) });
    await user.type(await box(), 'zz');
    expect(await screen.findByText('Nothing on record has this in its name')).toBeInTheDocument();
  });

  it('says why it could not be asked', async () => {
    const { user } = await show('/decisions', { getAsk: refuse('unavailable', 'OpenSearch does not answer') });
    await user.type(await box(), 'zz');
    expect(await screen.findByText('OpenSearch does not answer')).toBeInTheDocument();
  });
});

describe('the list of what a text may mean', () => {
  it('says where it may not be all', async () => {
    await show('/ask?q=fin', { getAsk: asked([HOST, OTHER], false) });
    expect(await screen.findByRole('link', { name: 'ws-fin-008' })).toBeInTheDocument();
    expect(screen.getByText(/there may be more/)).toBeInTheDocument();
    expect(await faultsOfAccess()).toEqual([]);
  });
});

describe('the page of a thing', () => {
  it('tells what contains it, who it is, what people said, and what came nearest', async () => {
    const { sentTo } = await show('/entity?kind=host&value=ws-fin-007', {});
    expect(await screen.findByText('Also: 10.0.0.7')).toBeInTheDocument();
    expect(screen.getByRole('heading', { level: 1, name: 'ws-fin-007' })).toBeInTheDocument();
    expect(screen.getByText(/lifted by ann: “a partner”/)).toBeInTheDocument();
    expect(await screen.findByText(/confidence 0.85 of 0.9 needed/)).toBeInTheDocument();
    expect(sentTo('listDecisions')[0]?.query).toMatchObject({ about: 'ws-fin-007', kind: 'host' });
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('says that an address names no thing', async () => {
    await show('/entity?kind=nothing&value=x', {});
    expect(await screen.findByText('No such page')).toBeInTheDocument();
  });
});
