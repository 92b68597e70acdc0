import { cleanup, screen, waitFor, within } from '@testing-library/react';
import type { ReleaseView } from '../../../../common/api/routes';
import type { CallerView } from '../../../../common/api/views';
import { aCandidate, aStatus, at, NOW, thePolicies } from '../../../../test/builders/views';
import { faultsOfAccess } from '../../../../test/stubs/accessible';
import { answer, giveReason, refuse, showPage, type Answers } from '../../../../test/stubs/page';
import type { Trust } from './use_releases';

const approver: CallerView = { name: 'ben', may: ['read', 'approve'], single_user: false };
const author: CallerView = { name: 'ana', may: ['read', 'author'], single_user: false };

const aRelease = (version: number, overrides: Partial<ReleaseView> = {}): ReleaseView => ({
  version,
  digest: `${version}`.repeat(64),
  statement_digest: `${version}`.repeat(64),
  created_at: at(version * 60 - 3_600),
  author: 'ana',
  changelog: `what changed in ${version}`,
  approvals: [{ user: 'ben', at: at(-60), reason: 'read it', digest: 'd', four_eyes: true }],
  key_ids: ['0123456789abcdef'],
  policies: 14,
  in_force: version === 12,
  ...overrides,
});
const releases = { as_of: NOW, in_force: 12, releases: [aRelease(12), aRelease(11), aRelease(10)], more: false };
const trust = (overrides: Partial<Trust> = {}): Trust => ({
  as_of: NOW,
  threshold: 2,
  keyring: 1,
  keys: [
    { key_id: '0123456789abcdef', revoked: false, signs_here: true, freshness: true },
    { key_id: 'fedcba9876543210', revoked: true, signs_here: false, freshness: false },
  ],
  stale: 'alarm',
  fresh_until: at(3_600),
  ...overrides,
});
const show = (path: string, answers: Answers = {}, caller: CallerView = approver) =>
  showPage(path, {
    answers: {
      listPolicies: answer(thePolicies()),
      listReleases: answer(releases),
      getTrust: answer(trust()),
      ...answers,
    },
    status: aStatus({ caller }),
  });

describe('the released versions', () => {
  it('are listed newest first with who wrote and approved them, and it is accessible', async () => {
    await show('/policies/releases');
    const table = within(await screen.findByRole('table', { name: 'Released versions, newest first' }));
    const rows = table.getAllByRole('row').slice(1);
    expect(rows.map((row) => within(row).getByRole('link').textContent)).toEqual(['12', '11', '10']);
    expect(rows[0]).toHaveTextContent('in force');
    expect(rows[0]).toHaveTextContent('what changed in 12');
    expect(rows[0]).toHaveTextContent('ben');
    await screen.findByRole('table', { name: 'Keys whose signatures are believed' });
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('say which keys are believed and that the newest version is known', async () => {
    await show('/policies/releases');
    const section = within(await screen.findByRole('region', { name: 'Signatures' }));
    expect(await section.findByText('2 different keys')).toBeInTheDocument();
    expect(section.getByRole('row', { name: /0123456789abcdef/ })).toHaveTextContent('trusted');
    expect(section.getByRole('row', { name: /fedcba9876543210/ })).toHaveTextContent('revoked');
    expect(section.getByText('known until')).toBeInTheDocument();
  });

  it('say when nobody tells the newest version any more', async () => {
    await show('/policies/releases', { getTrust: answer(trust({ fresh_until: at(-60), stale: 'escalate' })) });
    expect(await screen.findByText(/every act waits for a person/)).toBeInTheDocument();
  });

  it('say that there are none yet', async () => {
    await show('/policies/releases', { listReleases: answer({ as_of: NOW, in_force: 0, releases: [], more: false }) });
    expect(await screen.findByText('Nothing was released yet')).toBeInTheDocument();
  });

  it('are shown further back on demand, and say when that fails', async () => {
    const pages: Answers['listReleases'] = ({ query }) => {
      const { before } = (query ?? {}) as { before?: number };
      if (before === undefined) return answer({ ...releases, more: true })();
      if (before === 10) return answer({ ...releases, releases: [aRelease(9), aRelease(8)], more: true })();
      return refuse('unavailable', 'OpenSearch does not answer right now')();
    };
    const { user, sentTo } = await show('/policies/releases', { listReleases: pages });
    await user.click(await screen.findByRole('button', { name: 'Show older versions' }));
    expect(await screen.findByText('5 versions shown, there are older ones')).toBeInTheDocument();
    expect(sentTo('listReleases').at(-1)).toMatchObject({ query: { before: 10 } });
    expect(screen.getByRole('link', { name: 'Version 8' })).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Show older versions' }));
    expect(await screen.findByText('OpenSearch does not answer right now')).toBeInTheDocument();
    expect(screen.getByRole('link', { name: 'Version 8' })).toBeInTheDocument();
  });

  it('wait for other keys after an emergency where this host has too few', async () => {
    const candidate = aCandidate({
      state: 'approved',
      back_to: 11,
      signatures_missing: 1,
      signed_by: ['0123456789abcdef'],
      emergency: { by: 'ben', reason: 'it blocks our own proxy' },
    });
    const { user } = await show('/policies/releases', {
      rollBackNow: answer({ candidate }),
      listPolicies: answer({ ...thePolicies(), candidates: [candidate] }),
    });
    await user.click(await screen.findByRole('button', { name: 'Emergency: back to version 11…' }));
    await giveReason(user, 'it blocks our own proxy{Enter}');
    await waitFor(() => expect(window.location.hash).toBe('#/policies/candidates/candidate-1'));
    const waits = within(await screen.findByRole('group', { name: 'Signatures that it waits for' }));
    expect(waits.getByText(/one more key has to sign/)).toBeInTheDocument();
    expect(waits.getByRole('group', { name: 'Commands that sign it elsewhere' })).toHaveTextContent(
      `reflex policies sign reflex-candidate-${candidate.digest.slice(0, 12)}.tar.gz`,
    );
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('go back at once by an approver, with a reason', async () => {
    const { user, sentTo } = await show('/policies/releases', { rollBackNow: answer({ release: aRelease(13) }) });
    await user.click(await screen.findByRole('button', { name: 'Emergency: back to version 11…' }));
    await giveReason(user, 'it blocks our own proxy{Enter}');
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
    expect(sentTo('rollBackNow')).toMatchObject([{ body: { reason: 'it blocks our own proxy', in_force: 12 } }]);
  });

  it('do not go back by who may not approve, and say why a refusal came', async () => {
    await show('/policies/releases', {}, author);
    expect(await screen.findByRole('button', { name: 'Emergency: back to version 11…' })).toBeDisabled();
  });

  it('tell in the dialog why it was refused', async () => {
    const { user } = await show('/policies/releases', {
      rollBackNow: refuse('changed', 'version 12 is no longer in force; look again'),
    });
    await user.click(await screen.findByRole('button', { name: 'Emergency: back to version 11…' }));
    await giveReason(user, 'wrong{Enter}');
    expect(await screen.findByText('version 12 is no longer in force; look again')).toBeInTheDocument();
  });
});

describe('one released version', () => {
  const compared = (from: number) => ({
    release: aRelease(11),
    from,
    changes: aCandidate().changes,
    guard_changes: [],
  });

  it('shows what it changed, and compares with any other', async () => {
    const { user, sentTo } = await show('/policies/releases/11', {
      compareReleases: ({ query }) => answer(compared((query as { from?: number }).from ?? 10))(),
    });
    const change = within(await screen.findByRole('region', { name: 'block-known-ioc' }));
    expect(change.getByRole('row', { name: /^when/ })).toHaveTextContent('event.confidence > 0.9');
    expect(await faultsOfAccess()).toEqual([]);
    await user.selectOptions(await screen.findByLabelText('Compared with'), '12');
    await waitFor(() =>
      expect(sentTo('compareReleases').at(-1)).toMatchObject({ params: { version: '11' }, query: { from: 12 } }),
    );
  });

  it('says that two versions are the same', async () => {
    await show('/policies/releases/11', { compareReleases: answer({ ...compared(10), changes: [] }) });
    expect(await screen.findByText('The same policies')).toBeInTheDocument();
  });

  it('is proposed again as a candidate', async () => {
    const { user, sentTo } = await show(
      '/policies/releases/11',
      { compareReleases: answer(compared(10)), proposeRollback: answer(aCandidate({ back_to: 11 })) },
      author,
    );
    await user.click(await screen.findByRole('button', { name: 'Go back to this version…' }));
    await giveReason(user, 'the newer version decides wrongly{Enter}');
    await waitFor(() => expect(window.location.hash).toBe('#/policies/candidates/candidate-1'));
    expect(sentTo('proposeRollback')).toMatchObject([{ params: { version: '11' } }]);
  });

  it('in force is not gone back to', async () => {
    await show(
      '/policies/releases/12',
      { compareReleases: answer({ ...compared(11), release: aRelease(12) }) },
      author,
    );
    await screen.findByRole('region', { name: 'block-known-ioc' });
    expect(screen.queryByRole('button', { name: 'Go back to this version…' })).not.toBeInTheDocument();
  });

  it('that does not exist is told', async () => {
    await show('/policies/releases/99', {
      compareReleases: refuse('not_found', 'there is no version 99 in the archive'),
    });
    expect(await screen.findByText('there is no version 99 in the archive')).toBeInTheDocument();
  });
});

describe('a candidate that two keys have to sign', () => {
  it('says who signed and that another key has to', async () => {
    const candidate = aCandidate({ state: 'approved', signed_by: ['0123456789abcdef'], signatures_missing: 1 });
    await show(
      '/policies/candidates/candidate-1',
      { listPolicies: answer(thePolicies({ candidates: [candidate] })) },
      author,
    );
    expect(await screen.findByText(/signed by 0123456789abcdef; one more key has to sign/)).toBeInTheDocument();
  });
});

describe('keys and trust', () => {
  it('say who may sign, how that changed, and how to change it, and it is accessible', async () => {
    const keyring = {
      number: 1,
      issued_at: at(-86_400),
      threshold: 2,
      signed_by: ['0123456789abcdef'],
      added: ['0123456789abcdef'],
      removed: [],
      revoked: ['fedcba9876543210'],
      by: 'root',
      at: at(-86_000),
    };
    await show('/policies/releases/trust', {
      getTrust: answer(trust({ history: [keyring], in_force_signed_by: ['0123456789abcdef'] })),
    });
    const table = within(await screen.findByRole('table', { name: 'Keyrings, newest first' }));
    expect(table.getAllByRole('row')[1]).toHaveTextContent('root');
    expect(table.getAllByRole('row')[1]).toHaveTextContent('fedcba9876543210');
    expect(screen.getByRole('group', { name: 'Commands that change the keys' })).toHaveTextContent('--number 2');
    expect(screen.getByRole('row', { name: /fedcba9876543210 revoked/ })).not.toHaveTextContent('may sign');
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('say that the keys never changed, and that they cannot be read', async () => {
    await show('/policies/releases/trust', { getTrust: answer(trust({ keyring: 0, history: [] })) });
    expect(await screen.findByText('The keys never changed')).toBeInTheDocument();
    cleanup();
    await show('/policies/releases/trust', { getTrust: refuse('unavailable', 'OpenSearch does not answer right now') });
    expect(await screen.findByText('OpenSearch does not answer right now')).toBeInTheDocument();
  });
});
