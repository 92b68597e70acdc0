import { screen, within } from '@testing-library/react';
import type { UserEvent } from '@testing-library/user-event';
import { parse } from 'yaml';
import { aTrial } from '../../../test/builders/trials';
import { aStatus, at } from '../../../test/builders/views';
import { faultsOfAccess } from '../../../test/stubs/accessible';
import { answer, refuse, showPage, silence, type Answers } from '../../../test/stubs/page';

const OFFERED: Answers = {
  listPresets: answer({
    presets: [
      { name: 'wazuh', title: 'Wazuh: alerts', documents: 'alerts of Wazuh 4 with `rule.level`', repetition: 'new' },
      { name: 'zeek', title: 'Zeek: the log notice', documents: 'lines of `notice.log`' },
    ],
    sources: [
      { type: 'webhook', id: 'siem' },
      { type: 'kafka', id: 'alerts' },
    ],
  }),
};
const admin = aStatus({ caller: { name: 'ann', may: ['read', 'admin'], single_user: false } });
const show = (answers: Answers = {}, path = '/sources/try', status = admin) =>
  showPage(path, { answers: { ...OFFERED, tryDocuments: answer(aTrial()), ...answers }, status });

const paste = async (user: UserEvent, text: string): Promise<void> => {
  await user.click(await screen.findByLabelText('Documents'));
  await user.paste(text);
};
const TRY = { name: 'Try it' };

describe('a document that is tried on the page', () => {
  it('is asked as it was chosen, and shown with what counts, what is left out and why', async () => {
    const { user, sentTo } = await show();
    expect(await screen.findByRole('button', TRY)).toBeDisabled();
    await paste(user, '{"a":1}');
    await user.selectOptions(screen.getByLabelText('Read by'), 'wazuh');
    expect(screen.getByText(/alerts of Wazuh 4/)).toBeInTheDocument();
    await user.click(screen.getByRole('button', TRY));
    expect(sentTo('tryDocuments').map(({ body }) => body)).toEqual([
      { source: { type: 'webhook', id: 'siem' }, text: '{"a":1}', preset: 'wazuh' },
    ]);
    const report = within(await screen.findByRole('region', { name: 'What they would come to' }));
    expect(report.getByRole('status')).toHaveTextContent(
      /2 documents, 2 events, read by the preset wazuh, .*version 4.*Nothing was kept/,
    );
    expect(report.getByText(/Nothing is granted to this source/)).toBeInTheDocument();
    expect(report.getByText(/3 more events were not tried/)).toBeInTheDocument();
    const first = within(report.getByRole('group', { name: 'Line 1' }));
    expect(first.getByText(/holds “flow”, which the map does not ask for \(2\)/)).toBeInTheDocument();
    const event = within(first.getByRole('region', { name: 'Event 1: e1' }));
    expect(event.getByText(/new: it would make a case/)).toBeInTheDocument();
    expect(event.getByText('acknowledged')).toBeInTheDocument();
    expect(event.getByText(/The brakes would hold/i)).toHaveTextContent('a limit is reached');
    expect(event.getByText('attack.t1110')).toBeInTheDocument();
    expect(event.getByText('left out: this is no value of the field')).toBeInTheDocument();
    const second = within(report.getByRole('group', { name: 'Line 2' }));
    expect(second.getByText('It would be in quarantine:')).toBeInTheDocument();
    expect(second.getByText('timestamp')).toBeInTheDocument();
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('tells on demand why, with what was observed', async () => {
    const { user } = await show();
    await paste(user, '{}');
    await user.click(screen.getByRole('button', TRY));
    const why = await screen.findByRole('button', { name: 'Why, and what was observed' });
    expect(screen.queryByText('web team')).not.toBeInTheDocument();
    await user.click(why);
    expect(screen.getByText('web team')).toBeInTheDocument();
  });

  it('is of another source where the page of that source leads here, or one types its name', async () => {
    const { user, sentTo } = await show({}, '/sources/try?type=kafka&id=alerts');
    await paste(user, '{}');
    await user.click(screen.getByRole('button', TRY));
    await user.selectOptions(screen.getByLabelText('As documents of'), '');
    await user.selectOptions(screen.getByLabelText('Kind of source'), 'index');
    await user.clear(screen.getByLabelText('Name of the source'));
    expect(screen.getByRole('button', TRY)).toBeDisabled();
    await user.type(screen.getByLabelText('Name of the source'), 'logs');
    await user.click(screen.getByRole('button', TRY));
    expect(sentTo('tryDocuments').map(({ body }) => body)).toEqual([
      { source: { type: 'kafka', id: 'alerts' }, text: '{}' },
      { source: { type: 'index', id: 'logs' }, text: '{}' },
    ]);
  });

  it('says where it cannot be read, by its line, and keeps what was typed', async () => {
    const bad = {
      code: 'invalid' as const,
      message: 'the text cannot be read',
      fields: [{ path: 'line 3', message: 'is not JSON from column 1 on' }],
    };
    const { user } = await show({ tryDocuments: () => ({ ok: false, error: bad }) });
    await paste(user, '{\n"a":1,\n}');
    await user.click(screen.getByRole('button', TRY));
    const alert = within(await screen.findByRole('alert'));
    expect(alert.getByText('line 3')).toBeInTheDocument();
    expect(alert.getByText(/from column 1 on/)).toBeInTheDocument();
    expect(screen.getByLabelText('Documents')).toHaveValue('{\n"a":1,\n}');
  });

  it('is not shown any more as tried once it was changed', async () => {
    const { user } = await show();
    await paste(user, '{}');
    await user.click(screen.getByRole('button', TRY));
    await screen.findByRole('region', { name: 'What they would come to' });
    await paste(user, ' ');
    expect(screen.queryByRole('region', { name: 'What they would come to' })).not.toBeInTheDocument();
    expect(screen.getByText(/changed since it was tried/)).toBeInTheDocument();
  });

  it('can be one that came in before', async () => {
    const past = {
      kind: 'decision' as const,
      id: 'd1',
      at: at(-60),
      summary: 'permit',
      text: '{"old":1}',
      whole: true,
    };
    const { user, sentTo } = await show({
      listPastDocuments: answer({
        as_of: at(0),
        documents: [past, { ...past, kind: 'quarantine', id: 'q1', whole: false, summary: 'timestamp is missing' }],
      }),
    });
    await user.click(await screen.findByRole('button', { name: 'Take one that came in before' }));
    const table = within(await screen.findByRole('table', { name: 'Documents that came in before' }));
    expect(table.getAllByRole('button', { name: 'Take it' })).toHaveLength(1);
    expect(table.getByText('only its beginning is kept')).toBeInTheDocument();
    await user.click(table.getByRole('button', { name: 'Take it' }));
    expect(screen.getByLabelText('Documents')).toHaveValue('{"old":1}');
    expect(screen.queryByRole('table', { name: 'Documents that came in before' })).not.toBeInTheDocument();
    expect(sentTo('listPastDocuments').map(({ params }) => params)).toEqual([{ type: 'webhook', id: 'siem' }]);
  });

  it.each<[note: string, answers: Answers, text: RegExp]>([
    ['there is none', { listPastDocuments: answer({ as_of: at(0), documents: [] }) }, /No document of this source/],
    ['they cannot be read', { listPastDocuments: refuse('unavailable', 'OpenSearch is away') }, /OpenSearch is away/],
  ])('says of those that came in before that %s', async (_, answers, text) => {
    const { user } = await show(answers);
    await user.click(await screen.findByRole('button', { name: 'Take one that came in before' }));
    expect(await screen.findByText(text)).toBeInTheDocument();
  });

  it('comes with the lines of the settings for both files, once a preset is chosen', async () => {
    const { user } = await show();
    expect(await screen.findByRole('button', TRY)).toBeInTheDocument();
    expect(screen.queryByRole('region', { name: 'How to use it' })).not.toBeInTheDocument();
    await user.selectOptions(screen.getByLabelText('Read by'), 'zeek');
    const lines = within(screen.getByRole('region', { name: 'How to use it' }));
    const shown = lines.getByRole('region', { name: 'Lines for reflex.yml' });
    const text = [...shown.querySelectorAll('li')].map((line) => line.textContent).join('\n');
    expect(parse(text)).toMatchObject({ intake: { webhooks: [{ name: 'siem', preset: 'zeek' }] } });
    expect(lines.getByRole('button', { name: 'Copy for opensearch_dashboards.yml' })).toBeEnabled();
    expect(lines.getByText(/opensearch_reflex\.intake\.webhooks/)).toBeInTheDocument();
  });

  it('is for admins, and says so', async () => {
    const status = aStatus({ caller: { name: 'eve', may: ['read'], single_user: false } });
    const { user } = await show({}, '/sources/try', status);
    await paste(user, '{}');
    expect(screen.getByRole('button', TRY)).toBeDisabled();
    expect(screen.getByText('You need the admin right to try documents.')).toBeInTheDocument();
  });

  it.each<[note: string, answers: Answers, text: RegExp]>([
    ['being loaded', { listPresets: silence }, /Try a document: loading/],
    ['not there', { listPresets: refuse('unavailable', 'OpenSearch is away') }, /OpenSearch is away/],
  ])('says that what is offered is %s', async (_, answers, text) => {
    await show(answers);
    expect((await screen.findAllByText(text).catch(() => screen.findAllByLabelText(text))).length).toBeGreaterThan(0);
  });
});
