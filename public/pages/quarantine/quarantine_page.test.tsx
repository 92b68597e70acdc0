import { screen, within } from '@testing-library/react';
import type { QuarantineEntryView } from '../../../common/api/routes';
import { aStatus } from '../../../test/builders/views';
import { faultsOfAccess } from '../../../test/stubs/accessible';
import { answer, giveReason, refuse, showPage, type Answers, type Sent } from '../../../test/stubs/page';

const anEntry = (change: Partial<QuarantineEntryView> = {}): QuarantineEntryView => ({
  id: 'entry-1',
  at: '2026-11-22T03:12:04.000Z',
  reason: 'invalid',
  intake: { type: 'webhook', id: 'siem' },
  fields: [{ path: 'confidence', message: 'must be at most 1' }],
  message: false,
  original: '{"event_id":"e1","confidence":7}',
  ...change,
});

const AS_OF = '2026-11-22T03:12:04.000Z';

/** What the host lists, by what was asked of it. */
const listed =
  (...entries: readonly QuarantineEntryView[]) =>
  ({ query }: Pick<Sent, 'query'>) => {
    const isWaitingOnly = (query as { waiting?: string }).waiting === 'true';
    const wanted = entries.filter(({ resolution }) => !isWaitingOnly || resolution === undefined);
    const counts = { total: entries.length, looked_at: entries.length, reasons: { invalid: 2, future: 1 } };
    return answer({ as_of: AS_OF, ...counts, entries: wanted })();
  };

const dealtWith = anEntry({
  id: 'entry-2',
  reason: 'future',
  resolution: { how: 'discarded', by: 'ben', at: '2026-11-22T03:13:04.000Z', reason: 'wrong clock' },
});

const show = (answers: Answers = {}, status = aStatus()) =>
  showPage('/quarantine', { answers: { listQuarantine: listed(anEntry(), dealtWith), ...answers }, status });

const open = async (user: Awaited<ReturnType<typeof show>>['user'], name = 'not a valid event') =>
  user.click(await screen.findByRole('button', { name }));

describe('quarantine', () => {
  it('lists what waits, why, and what came, and is accessible', async () => {
    const { user } = await show();
    const row = within(await screen.findByRole('row', { name: /webhook: siem/ }));
    expect(row.getByText('confidence must be at most 1')).toBeInTheDocument();
    expect(row.getByText('waits for you')).toBeInTheDocument();
    expect(screen.queryByText('from the future')).not.toBeInTheDocument();
    await open(user);
    expect(screen.getByRole('textbox', { name: /Event, to mend/ })).toHaveValue(
      '{\n  "event_id": "e1",\n  "confidence": 7\n}',
    );
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('groups what is alike with its count, opens below its row, and lets one pick another of them', async () => {
    const other = { original: '{"event_id":"e9"}', at: '2026-11-22T03:10:04.000Z' };
    const alike = [anEntry(), anEntry({ id: 'entry-9', ...other })];
    const apart = anEntry({ id: 'entry-3', intake: { type: 'webhook', id: 'other' } });
    const { user } = await show({ listQuarantine: listed(alike[0] ?? apart, apart, alike[1] ?? apart) });
    const rows = (await screen.findAllByRole('row', { name: /webhook/ })).map((row) => row.textContent ?? '');
    expect(rows.map((text) => text.slice(0, 30))).toEqual([
      expect.stringContaining('not a valid event (2 alike)'),
      expect.stringMatching(/^not a valid eventwebhook/),
    ]);
    await open(user, 'not a valid event (2 alike)');
    const row = screen.getByRole('row', { name: /2 alike/ });
    const details = within(row.nextElementSibling as HTMLElement);
    expect(details.getByRole('textbox', { name: /Event, to mend/ })).toHaveValue(
      '{\n  "event_id": "e1",\n  "confidence": 7\n}',
    );
    const picks = within(details.getByRole('group', { name: 'Those that are alike' })).getAllByRole('button');
    expect(picks).toHaveLength(2);
    await user.click(picks[1] as HTMLElement);
    expect(screen.getByRole('textbox', { name: /Event, to mend/ })).toHaveValue('{\n  "event_id": "e9"\n}');
    expect(await faultsOfAccess()).toEqual([]);
    await open(user, 'not a valid event (2 alike)');
    expect(screen.queryByRole('textbox')).toBeNull();
  });

  it('shows names in faults as code, and says where not everything is looked at', async () => {
    const fields = [{ path: '', message: 'the alert of `monitor-1` names no source' }];
    const entries = [anEntry({ fields })];
    const reasons = { invalid: 1_200 };
    const counts = { as_of: AS_OF, total: 1_200, looked_at: 1, next: `${AS_OF} entry-1` };
    await show({ listQuarantine: answer({ ...counts, reasons, entries }) });
    expect((await screen.findByText('monitor-1')).tagName).toBe('CODE');
    expect(screen.queryByText(/`/)).toBeNull();
    expect(screen.getByText('The newest 1 of 1,200 entries are looked at')).toBeInTheDocument();
  });

  it('is counted in the navigation', async () => {
    await show({}, aStatus({ quarantine: 7 }));
    const link = within(screen.getByRole('navigation', { name: 'Pages of Reflex' })).getByRole('link', {
      name: /Quarantine/,
    });
    expect(link).toHaveTextContent('7');
  });

  it('shows what was dealt with when asked, with who and why', async () => {
    const { user } = await show();
    await user.click(await screen.findByRole('checkbox', { name: 'also what was dealt with' }));
    await open(user, 'from the future');
    expect(screen.getByText(/wrong clock/)).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Hand in again…' })).not.toBeInTheDocument();
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('hands in the mended text with a reason', async () => {
    const { user, sentTo } = await show({ requeueQuarantined: answer({ results: [{ status: 'accepted' }] }) });
    await open(user);
    const editor = screen.getByRole('textbox', { name: /Event, to mend/ });
    await user.clear(editor);
    await user.type(editor, '[[]');
    await user.click(screen.getByRole('button', { name: 'Hand in again…' }));
    await giveReason(user, 'mended a field');
    await user.click(screen.getByRole('button', { name: 'Hand in' }));
    expect(sentTo('requeueQuarantined')).toMatchObject([
      { params: { entry_id: 'entry-1' }, body: { text: '[]', reason: 'mended a field' } },
    ]);
  });

  it('says why a text is still not taken, and keeps it', async () => {
    const { user } = await show({ requeueQuarantined: refuse('invalid', 'the event is still not valid') });
    await open(user);
    await user.click(screen.getByRole('button', { name: 'Hand in again…' }));
    await giveReason(user, 'try again');
    await user.click(screen.getByRole('button', { name: 'Hand in' }));
    expect(await screen.findByText(/still not valid/)).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Cancel' }));
    expect(screen.getByRole('textbox', { name: /Event, to mend/ })).toBeInTheDocument();
  });

  it('discards with a reason', async () => {
    const { user, sentTo } = await show({ discardQuarantined: answer({ entry_id: 'entry-1' }) });
    await open(user);
    await user.click(screen.getByRole('button', { name: 'Discard…' }));
    await giveReason(user, 'noise');
    await user.click(screen.getByRole('button', { name: 'Discard' }));
    expect(sentTo('discardQuarantined')).toMatchObject([{ body: { reason: 'noise' } }]);
  });

  it('offers to discard a message of a channel, and nothing else', async () => {
    const { user } = await show({ listQuarantine: listed(anEntry({ reason: 'unreadable', message: true })) });
    await open(user, 'unreadable');
    expect(screen.getByText(/only rings/)).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Hand in again…' })).not.toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Discard…' })).toBeEnabled();
  });

  it('asks for one reason at a time', async () => {
    const { user, sentTo } = await show();
    await user.selectOptions(await screen.findByRole('combobox', { name: 'Reason' }), 'future');
    expect(sentTo('listQuarantine').map(({ query }) => query)).toContainEqual({
      ...{ limit: 200, waiting: 'true', reason: 'future' },
    });
  });

  it('offers nothing to those who may only look', async () => {
    const { user } = await show({}, aStatus({ caller: { name: 'eve', may: ['read'], single_user: false } }));
    await open(user);
    expect(screen.getByRole('button', { name: 'Hand in again…' })).toBeDisabled();
    expect(screen.getByRole('button', { name: 'Discard…' })).toBeDisabled();
  });

  it('is there before it is known who one is', async () => {
    const { caller: _caller, ...status } = aStatus();
    await showPage('/quarantine', {
      answers: { listQuarantine: listed(anEntry()) },
      status: { ...status, caller: null },
    });
    expect(await screen.findByRole('row', { name: /webhook: siem/ })).toBeInTheDocument();
  });

  it('says that nothing waits, that it is loading, and why it cannot be loaded', async () => {
    const { answerWith, tellChanged } = await showPage('/quarantine');
    expect(screen.getByRole('status', { name: 'Quarantine: loading' })).toBeInTheDocument();
    answerWith({ listQuarantine: refuse('unavailable', 'OpenSearch is away') });
    tellChanged('quarantine');
    expect(await screen.findByRole('alert', undefined, { timeout: 2_500 })).toHaveTextContent('OpenSearch is away');
    answerWith({ listQuarantine: answer({ as_of: AS_OF, total: 0, looked_at: 0, reasons: {}, entries: [] }) });
    tellChanged('quarantine');
    expect(await screen.findByText('Nothing waits in quarantine', undefined, { timeout: 2_500 })).toBeInTheDocument();
    expect(await faultsOfAccess()).toEqual([]);
  });

  describe('with several that are alike', () => {
    const ids = ['entry-1', 'entry-2', 'entry-3'];
    const alike = ids.map((id) => anEntry({ id }));

    const discardAll = async (answers: Answers) => {
      const shown = await show({ listQuarantine: listed(...alike), ...answers });
      await open(shown.user, 'not a valid event (3 alike)');
      await shown.user.click(screen.getByRole('button', { name: 'Discard all 3…' }));
      return shown;
    };

    it('discards them all for one reason, by one order that names them', async () => {
      const { user, sentTo } = await discardAll({
        discardManyQuarantined: answer({ discarded: [...ids], not_done: [] }),
      });
      expect(screen.getByRole('dialog')).toHaveTextContent(
        '3 entries of webhook: siem that are alike: not a valid event',
      );
      expect(await faultsOfAccess()).toEqual([]);
      await giveReason(user, 'noise of a test');
      const before = sentTo('listQuarantine').length;
      await user.click(screen.getByRole('button', { name: 'Discard all 3' }));
      expect(sentTo('discardManyQuarantined')).toMatchObject([{ body: { entry_ids: ids, reason: 'noise of a test' } }]);
      expect(await screen.findByText('3 entries discarded')).toBeInTheDocument();
      expect(screen.queryByRole('dialog')).toBeNull();
      expect(sentTo('listQuarantine').length).toBeGreaterThan(before);
    });

    it('discards those that were listed when it was asked, not what came meanwhile', async () => {
      const { user, sentTo, answerWith, tellChanged } = await discardAll({
        discardManyQuarantined: answer({ discarded: [...ids], not_done: [] }),
      });
      answerWith({ listQuarantine: listed(anEntry({ id: 'entry-4' }), ...alike) });
      tellChanged('quarantine');
      expect(await screen.findByText('not a valid event (4 alike)', undefined, { timeout: 2_500 })).toBeInTheDocument();
      await giveReason(user, 'noise');
      await user.click(screen.getByRole('button', { name: 'Discard all 3' }));
      expect(sentTo('discardManyQuarantined')).toMatchObject([{ body: { entry_ids: ids } }]);
    });

    it('says which were not discarded, and why', async () => {
      const not_done = [{ entry_id: 'entry-3', code: 'changed', message: 'ben discarded it already' }];
      const { user } = await discardAll({ discardManyQuarantined: answer({ discarded: ids.slice(0, 2), not_done }) });
      await giveReason(user, 'noise');
      await user.click(screen.getByRole('button', { name: 'Discard all 3' }));
      expect(await screen.findByText('2 entries discarded, 1 not: ben discarded it already')).toBeInTheDocument();
    });

    it('offers it to nobody who may only look', async () => {
      const status = aStatus({ caller: { name: 'eve', may: ['read'], single_user: false } });
      const { user } = await show({ listQuarantine: listed(...alike) }, status);
      await open(user, 'not a valid event (3 alike)');
      expect(screen.getByRole('button', { name: 'Discard all 3…' })).toBeDisabled();
    });

    it('does not offer it for what was dealt with', async () => {
      const { user } = await show({ listQuarantine: listed(...ids.map((id) => ({ ...dealtWith, id }))) });
      await user.click(await screen.findByRole('checkbox', { name: 'also what was dealt with' }));
      await open(user, 'from the future (3 alike)');
      expect(screen.queryByRole('button', { name: /^Discard all/ })).toBeNull();
    });
  });

  it('leads to older ones behind what was dealt with, and back', async () => {
    const place = `${AS_OF} entry-9`;
    const older = anEntry({ id: 'entry-10' });
    const { user, sentTo } = await show({
      listQuarantine: ({ query }) => {
        const isFirst = (query as { after?: string }).after === undefined;
        const counts = { as_of: AS_OF, total: 9_000, reasons: { invalid: 9_000 } };
        return isFirst
          ? answer({ ...counts, looked_at: 2_000, next: place, entries: [] })()
          : answer({ ...counts, looked_at: 300, entries: [older] })();
      },
    });
    expect(await screen.findByText('Nothing waits among these')).toBeInTheDocument();
    expect(screen.getByText('The newest 2,000 of 9,000 entries are looked at')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Look at older ones' }));
    expect(await screen.findByRole('row', { name: /webhook: siem/ })).toBeInTheDocument();
    expect(sentTo('listQuarantine').map(({ query }) => query)).toContainEqual({
      ...{ limit: 200, waiting: 'true', after: place },
    });
    await user.click(screen.getByRole('button', { name: 'Back to the newest' }));
    expect(await screen.findByText('Nothing waits among these')).toBeInTheDocument();
  });
});
