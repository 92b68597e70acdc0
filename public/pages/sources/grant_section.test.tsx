import { screen, waitFor, within } from '@testing-library/react';
import type { GrantView } from '../../../common/api/routes';
import type { Grant } from '../../../common/flow/voice';
import { aStatus, at } from '../../../test/builders/views';
import { faultsOfAccess } from '../../../test/stubs/accessible';
import { answer, giveReason, refuse, showPage, type Answers } from '../../../test/stubs/page';

const grant: Grant = {
  reason: 'its vendor tests its rules',
  confidence: { most: 0.9 },
  severity: { most: 'high' },
  tags: {},
  rule: { id: true, origin: ['known_ioc'], status: ['stable'] },
  domain: 'endpoint',
};
const given = (change: Partial<GrantView> = {}): GrantView => ({
  version: 3,
  in_settings: false,
  grant,
  by: 'ann',
  at: at(-3_600),
  ...change,
});
const NOTHING: GrantView = { version: 0, in_settings: false };

const show = (view: GrantView, answers: Answers = {}, may = aStatus().caller?.may ?? []) =>
  showPage('/sources/grants/webhook/siem', {
    answers: { getGrant: answer(view), ...answers },
    status: aStatus({ caller: { name: 'ben', may, single_user: false } }),
  });
const section = async () => within(await screen.findByRole('region', { name: 'What webhook:siem may say' }));
const valueOf = (name: string) => screen.getByText(name, { selector: 'dt' }).nextSibling;
const edit = async (view: GrantView, answers: Answers = {}) => {
  const page = await show(view, answers);
  await page.user.click(await screen.findByRole('button', { name: /^(Change|Say what it may say)…$/ }));
  return page;
};

describe('what a source may say', () => {
  it('is shown field by field with who granted it and why, and is accessible', async () => {
    const { sentTo } = await show(given());
    await section();
    expect(await screen.findByText('ann')).toBeInTheDocument();
    expect(sentTo('getGrant')).toMatchObject([{ params: { type: 'webhook', id: 'siem' } }]);
    expect(valueOf('Why')).toHaveTextContent('its vendor tests its rules');
    expect(valueOf('Version')).toHaveTextContent('3');
    expect(valueOf('Confidence')).toHaveTextContent('counts, up to 0.90');
    expect(valueOf('Severity')).toHaveTextContent('counts, up to high');
    expect(valueOf('Tags')).toHaveTextContent('attack., d3fend., mitre.');
    expect(valueOf('Id of the rule')).toHaveTextContent(/counts$/);
    expect(valueOf('Name of the rule')).toHaveTextContent('only claimed: does not count');
    expect(valueOf('Origin of the rule')).toHaveTextContent('counts: known_ioc');
    expect(valueOf('Status of the rule')).toHaveTextContent('counts: stable');
    expect(valueOf('Security domain')).toHaveTextContent('endpoint');
    expect(valueOf('Documents that may speak')).toHaveTextContent('none');
    expect(screen.getByRole('link', { name: 'Sources' })).toHaveAttribute('aria-current', 'page');
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('is nothing where nobody granted anything, and says what that means', async () => {
    await show(NOTHING);
    expect(await screen.findByText('Nothing is granted: everything that it says is claimed.')).toBeInTheDocument();
    expect(screen.getByText(/waits for a person/)).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Withdraw…' })).not.toBeInTheDocument();
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('says who withdrew it', async () => {
    await show({ version: 4, in_settings: false, by: 'ann', at: at(-60) });
    expect(await screen.findByText(/ann withdrew it \(version 4\)/)).toBeInTheDocument();
  });

  it('is not changed here where the settings say it', async () => {
    await show({ version: 0, in_settings: true, grant: { ...grant, detections: ['detections-*'] } });
    expect(await screen.findByText(/intake\.vouch/)).toBeInTheDocument();
    expect(valueOf('Documents that may speak')).toHaveTextContent('whoever can write there can order acts');
    expect(screen.queryByRole('button', { name: 'Change…' })).not.toBeInTheDocument();
  });

  it('is changed by an admin only', async () => {
    await show(given(), {}, ['read', 'respond', 'approve', 'author']);
    expect(await screen.findByRole('button', { name: 'Change…' })).toBeDisabled();
    expect(screen.getByRole('button', { name: 'Withdraw…' })).toBeDisabled();
    expect(screen.getByText('You need the admin right to change this.')).toBeInTheDocument();
  });

  it('is granted with a reason, exactly as chosen, on the version that was shown', async () => {
    const { user, sentTo } = await edit(NOTHING, { putGrant: answer(given({ version: 1 })) });
    await user.click(screen.getByLabelText('Its confidence counts'));
    await user.clear(screen.getByLabelText('Highest confidence that counts'));
    await user.type(screen.getByLabelText('Highest confidence that counts'), '0.8');
    await user.click(screen.getByLabelText('Its tags count'));
    await user.click(screen.getByLabelText('The id'));
    await user.click(screen.getByLabelText('The status “stable”'));
    await user.type(screen.getByLabelText('Origins that it may name'), 'known_ioc, sandbox');
    await user.selectOptions(screen.getByLabelText('Security domain'), 'network');
    await user.selectOptions(screen.getByLabelText('Severity of a claim counts as at most'), 'low');
    expect(await faultsOfAccess()).toEqual([]);
    await user.click(screen.getByRole('button', { name: 'Grant…' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Let webhook:siem say this?' }));
    expect(dialog.getByText('counts, up to 0.80')).toBeInTheDocument();
    expect(dialog.getByText(/For 24 hours you may not approve/)).toBeInTheDocument();
    await user.keyboard('{Enter}');
    expect(dialog.getByText('say why, in at least 3 characters')).toBeInTheDocument();
    expect(sentTo('putGrant')).toEqual([]);
    await giveReason(user, 'tested with them{Enter}');
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
    expect(sentTo('putGrant').map(({ params, body }) => ({ params, body }))).toEqual([
      {
        params: { type: 'webhook', id: 'siem' },
        body: {
          version: 0,
          reason: 'tested with them',
          grant: {
            reason: 'tested with them',
            confidence: { most: 0.8 },
            tags: { like: ['attack.', 'd3fend.', 'mitre.'] },
            rule: { id: true, origin: ['known_ioc', 'sandbox'], status: ['stable'] },
            domain: 'network',
            floor: { severity: 'low' },
          },
        },
      },
    ]);
  });

  it('keeps what is granted already where only one field is changed', async () => {
    const { user, sentTo } = await edit(
      given({ grant: { ...grant, floor: { confidence: 0.3 }, tags: { like: [''] } } }),
      {
        putGrant: answer(given({ version: 4 })),
      },
    );
    expect(screen.getByLabelText('Tags that begin with')).toHaveValue('*');
    await user.click(screen.getByLabelText('Its severity counts'));
    await user.click(screen.getByRole('button', { name: 'Grant…' }));
    await giveReason(user, 'too loud{Enter}');
    const { severity: _severity, ...rest } = grant;
    await waitFor(() =>
      expect(sentTo('putGrant')[0]?.body).toEqual({
        version: 3,
        reason: 'too loud',
        grant: { ...rest, reason: 'too loud', floor: { confidence: 0.3 }, tags: { like: [''] } },
      }),
    );
  });

  it.each([
    [
      'Its confidence counts',
      'Highest confidence that counts',
      '7',
      'The highest confidence must be a number from 0 to 1.',
    ],
    ['Its tags count', 'Tags that begin with', ' ', 'Say how the tags begin that count, or * for any tag.'],
  ])('says what is wrong: %s', async (check, field, text, fault) => {
    const { user } = await edit(NOTHING);
    await user.click(screen.getByLabelText(check));
    await user.clear(screen.getByLabelText(field));
    await user.type(screen.getByLabelText(field), text);
    await user.click(screen.getByRole('button', { name: 'Grant…' }));
    expect(screen.getByRole('alert')).toHaveTextContent(fault);
    expect(screen.getByLabelText(field)).toHaveFocus();
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
  });

  it('says in plain words that somebody else was faster, and begins anew from what they saved', async () => {
    const message = 'somebody saved another grant meanwhile; yours was not saved';
    const { user, sentTo, answerWith } = await edit(given(), { putGrant: refuse('changed', message) });
    await user.click(screen.getByRole('button', { name: 'Grant…' }));
    await giveReason(user, 'as before{Enter}');
    const dialog = within(screen.getByRole('dialog'));
    expect(await dialog.findByText(new RegExp(message))).toBeInTheDocument();
    answerWith({ getGrant: answer(given({ version: 4, by: 'cyd', grant: { reason: 'less of it', severity: {} } })) });
    await user.click(dialog.getByRole('button', { name: 'Cancel' }));
    expect(await screen.findByText(/cyd saved version 4 meanwhile/)).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Grant…' })).toBeDisabled();
    expect(await faultsOfAccess()).toEqual([]);
    await user.click(screen.getByRole('button', { name: 'Begin anew from version 4' }));
    expect(screen.getByLabelText('Its confidence counts')).not.toBeChecked();
    answerWith({ putGrant: answer(given({ version: 5 })) });
    await user.click(screen.getByRole('button', { name: 'Grant…' }));
    await giveReason(user, 'seen{Enter}');
    await waitFor(() => expect(sentTo('putGrant').at(-1)).toMatchObject({ body: { version: 4 } }));
  });

  it('is withdrawn with a reason, in the version that was read', async () => {
    const { user, sentTo, answerWith, tellChanged } = await show(given(), {
      putGrant: answer({ version: 4, in_settings: false }),
    });
    await user.click(await screen.findByRole('button', { name: 'Withdraw…' }));
    // What somebody saves while the question stands was never looked at.
    answerWith({ getGrant: answer(given({ version: 9, by: 'cyd' })) });
    tellChanged('grant');
    expect(await screen.findByText('cyd')).toBeInTheDocument();
    await giveReason(user, 'was attacked{Enter}');
    await waitFor(() =>
      expect(sentTo('putGrant').map(({ body }) => body)).toEqual([{ version: 3, grant: null, reason: 'was attacked' }]),
    );
  });

  it('is loading until the host answers, and says why it cannot be had', async () => {
    const { answerWith, tellChanged } = await showPage('/sources/grants/webhook/siem');
    expect(await screen.findByRole('status', { name: 'What webhook:siem may say: loading' })).toBeInTheDocument();
    answerWith({ getGrant: refuse('unavailable', 'OpenSearch is away') });
    tellChanged('grant');
    expect(await screen.findByRole('alert')).toHaveTextContent('OpenSearch is away');
  });

  it.each(['analyst/ann', 'demo/x', 'nonsense/x'])('is nothing that could be granted to %s', async (name) => {
    await showPage(`/sources/grants/${name}`, { answers: { getGrant: answer(NOTHING) } });
    expect(await screen.findByText('Nothing can be granted to such a source')).toBeInTheDocument();
  });
});
