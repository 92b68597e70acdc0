import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { parse } from 'yaml';
import { A_PRESET, CONNECTOR_KINDS } from '../../../../test/builders/connector_kinds';
import { aStatus, at } from '../../../../test/builders/views';
import { faultsOfAccess } from '../../../../test/stubs/accessible';
import { answer, refuse, showPage, type Answers } from '../../../../test/stubs/page';

const KEY = { id: 'k1', secret: 'seal', state: 'there' as const, seals: true, sealed: 1 };
const SECRET = { name: 'fw', from: 'file' as const, state: 'there' as const, used_by: [] };
const good = answer({ faults: [], actions: ['block_ip'] });

const show = (answers: Answers = {}, may = aStatus().caller?.may ?? []) =>
  showPage('/connectors/new', {
    answers: {
      listConnectorKinds: answer({ kinds: CONNECTOR_KINDS, presets: [A_PRESET] }),
      listSecrets: answer({ as_of: at(0), secrets: [SECRET], keys: [KEY] }),
      checkConnector: good,
      ...answers,
    },
    status: aStatus({ caller: { name: 'ben', may, single_user: false } }),
  });
const type = (label: RegExp | string, value: string): void =>
  void fireEvent.change(screen.getByLabelText(label), { target: { value } });
const choose = async (kind: string): Promise<void> =>
  void fireEvent.change(await screen.findByLabelText('Kind'), { target: { value: kind } });
const fill = async (): Promise<void> => {
  await choose('crowdsec');
  type('Name', 'bans');
  type(/^base_url/, 'https://fw.example:8080');
  type(/^machine_id/, 'reflex');
  await waitFor(() => expect(document.querySelectorAll('datalist option[value=fw]')).not.toHaveLength(0));
  type(/^password/, 'fw');
  type(/^bouncer_key/, 'fw');
};

describe('the form of a connector', () => {
  it('asks what the schema asks, checks it, and writes the lines for both hosts', async () => {
    const { user, sentTo } = await show();
    await fill();
    expect(await faultsOfAccess()).toEqual([]);
    await user.click(screen.getByRole('button', { name: 'Check it' }));
    const parameters = {
      base_url: 'https://fw.example:8080',
      machine_id: 'reflex',
      password: { secret: 'fw' },
      bouncer_key: { secret: 'fw' },
    };
    await screen.findByRole('region', { name: 'It would start' });
    expect(sentTo('checkConnector')).toMatchObject([{ body: { name: 'bans', kind: 'crowdsec', parameters } }]);
    const of = (file: string): unknown => {
      const lines = within(screen.getByLabelText(`Lines for ${file}`)).getAllByRole('listitem');
      return parse(lines.map(({ textContent }) => textContent).join('\n'));
    };
    const entry = [{ name: 'bans', kind: 'crowdsec', parameters }];
    expect(of('reflex.yml')).toEqual({ connectors: entry });
    expect(of('opensearch_dashboards.yml')).toEqual({ 'opensearch_reflex.connectors': entry });
    expect(screen.getByRole('link', { name: 'bans' })).toHaveAttribute('href', '#/connectors/bans');
    expect(await faultsOfAccess()).toEqual([]);
    type(/^machine_id/, 'other');
    expect(screen.queryByRole('region', { name: 'It would start' })).not.toBeInTheDocument();
  });

  it('begins with what a preset says, and with how far that was tried', async () => {
    const { user, sentTo } = await show();
    await choose('preset:a-product');
    expect(screen.getByText('The product: contract only, not run against the product')).toBeInTheDocument();
    expect(screen.getByText(/looked up on 2026-11-30/)).toBeInTheDocument();
    expect(screen.getByText('https://vendor.example/api')).toBeInTheDocument();
    expect(screen.getByText(/nothing takes it back/)).toBeInTheDocument();
    expect(screen.getByText(/it never says who did it/)).toBeInTheDocument();
    expect(await faultsOfAccess()).toEqual([]);
    type('Name', 'product');
    type(/^base_url/, 'https://ours.example');
    await user.click(screen.getByRole('button', { name: 'Check it' }));
    await screen.findByRole('region', { name: 'It would start' });
    const parameters = { base_url: 'https://ours.example', machine_id: 'reflex', password: { secret: 'product' } };
    expect(sentTo('checkConnector')).toMatchObject([{ body: { name: 'product', kind: 'crowdsec', parameters } }]);
    await choose('crowdsec');
    expect(screen.queryByText(/contract only, not run/)).not.toBeInTheDocument();
    expect(screen.getByLabelText(/^base_url/)).toHaveValue('');
  });

  it('puts each fault at its field, and goes to the first', async () => {
    const { user } = await show({
      checkConnector: answer({
        faults: [
          { path: 'name', message: 'must be 1 to 64 of a-z' },
          { path: 'parameters.machine_id', message: 'is missing' },
          { path: 'parameters.tls.server_name', message: 'must match pattern' },
          { path: 'parameters.allow_addresses.1', message: '`x` is not an address or network' },
        ],
        actions: [],
      }),
    });
    await choose('crowdsec');
    expect(screen.queryByLabelText(/^server_name/)).not.toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Check it' }));
    expect(await screen.findByRole('alert')).toHaveTextContent('It would not start. What is wrong (4)');
    await waitFor(() => expect(screen.getByLabelText('Name')).toHaveFocus());
    for (const label of [/^machine_id/, /^server_name/, /^allow_addresses/, 'Name'])
      expect(screen.getByLabelText(label)).toHaveAttribute('aria-invalid', 'true');
    expect(screen.getByLabelText(/^base_url/)).toHaveAttribute('aria-invalid', 'false');
    expect(screen.getAllByText(/is not an address or network/)).toHaveLength(2);
    expect(screen.queryByRole('region', { name: 'It would start' })).not.toBeInTheDocument();
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('stores a secret without leaving, and uses it', async () => {
    const written = { name: 'edge', version: 1, by: 'ben', at: at(0), removed: false, key: 'k1' };
    const { user, sentTo } = await show({ setSecret: answer(written) });
    await choose('crowdsec');
    await user.click(await screen.findByRole('button', { name: 'Store a new secret for password…' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Store a secret' }));
    fireEvent.change(dialog.getByLabelText('Name'), { target: { value: 'edge' } });
    fireEvent.change(dialog.getByLabelText('Secret'), { target: { value: 'never shown' } });
    fireEvent.change(dialog.getByLabelText('Reason (goes on record)'), { target: { value: 'a new firewall' } });
    await user.click(dialog.getByRole('button', { name: 'Store' }));
    await waitFor(() => expect(screen.getByLabelText(/^password/)).toHaveValue('stored:edge'));
    expect(sentTo('setSecret')).toHaveLength(1);
    expect(document.body.textContent).not.toContain('never shown');
  });

  it('says what is not JSON, and never takes lines of a faulty form for good', async () => {
    const { user } = await show();
    await choose('rest');
    type(/^actions/, '{ nonsense');
    await user.click(screen.getByRole('button', { name: 'Check it' }));
    expect(await screen.findByRole('alert')).toHaveTextContent('actions is not JSON');
    expect(screen.queryByRole('region', { name: 'It would start' })).not.toBeInTheDocument();
  });

  it('adds to a map and takes away from it', async () => {
    const { user, sentTo } = await show();
    await choose('ssh');
    type('Name', 'linux');
    type('Name 1 of hosts', 'web-1.example');
    type(/^address/, '10.0.0.1');
    await user.click(screen.getByRole('button', { name: 'Add one to hosts' }));
    expect(screen.getByRole('group', { name: 'hosts 2' })).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Take 2 of hosts away' }));
    await user.click(screen.getByLabelText('isolate_host'));
    await user.click(screen.getByRole('button', { name: 'Check it' }));
    await screen.findByRole('region', { name: 'It would start' });
    // Names of the operator reach Reflex whole.
    expect(screen.queryByText(/takes names with dots apart/)).not.toBeInTheDocument();
    expect(sentTo('checkConnector')).toMatchObject([
      { body: { parameters: { hosts: { 'web-1.example': { address: '10.0.0.1' } }, actions: ['isolate_host'] } } },
    ]);
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('says which names Dashboards would take apart', async () => {
    const { user } = await show();
    await choose('rest');
    type(/^actions/, '{ "block_ip": { "execute": { "body": { "a.b": 1 } } } }');
    await user.click(screen.getByRole('button', { name: 'Check it' }));
    expect(await screen.findByText(/takes names with dots apart/)).toHaveTextContent('a.b');
  });

  it('says why it could not be checked', async () => {
    const { user } = await show({ checkConnector: refuse('unavailable', 'OpenSearch does not answer right now') });
    await choose('crowdsec');
    await user.click(screen.getByRole('button', { name: 'Check it' }));
    expect(await screen.findByText('It was not checked')).toBeInTheDocument();
  });

  it('is for admins only', async () => {
    const { sentTo } = await show({}, ['read']);
    expect(await screen.findByText('You need the admin role')).toBeInTheDocument();
    expect(sentTo('listSecrets')).toEqual([]);
  });
});
