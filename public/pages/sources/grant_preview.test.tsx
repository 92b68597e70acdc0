import { screen, waitFor, within } from '@testing-library/react';
import type { GrantPreviewView, GrantView } from '../../../common/api/routes';
import { aGrantPreview } from '../../../test/builders/source_views';
import { aStatus, at } from '../../../test/builders/views';
import { faultsOfAccess } from '../../../test/stubs/accessible';
import { answer, refuse, showPage, silence, type Answers } from '../../../test/stubs/page';

const GIVEN: GrantView = {
  version: 3,
  in_settings: false,
  grant: { reason: 'its vendor tests its rules', confidence: { most: 0.9 } },
  by: 'ann',
  at: at(-3_600),
};

const show = async (answers: Answers) => {
  const page = await showPage('/sources/grants/webhook/siem', {
    answers: { getGrant: answer(GIVEN), ...answers },
    status: aStatus({ caller: { name: 'ben', may: ['read', 'admin'], single_user: false } }),
  });
  await page.user.click(await screen.findByRole('button', { name: 'Change…' }));
  return page;
};
const trying = (preview: Partial<GrantPreviewView> = {}) => show({ previewGrant: answer(aGrantPreview(preview)) });
const region = async () => within(await screen.findByRole('region', { name: 'What it would have meant' }));
const SEVEN = 'Try it on the last 7 days';

describe('a grant that is tried', () => {
  it('is tried as chosen, with its verdicts, fields and decisions to look at', async () => {
    const { user, sentTo } = await trying();
    await user.click(screen.getByLabelText('Its severity counts'));
    expect(sentTo('previewGrant')).toEqual([]);
    await user.click(screen.getByRole('button', { name: SEVEN }));
    const shown = await region();
    expect(await shown.findByRole('status')).toHaveTextContent(
      /31 of 38 events would have counted otherwise. 1 decision would have been another. .*1 act would have been permitted that waited/,
    );
    expect(sentTo('previewGrant').map(({ params, body }) => ({ params, body }))).toEqual([
      {
        params: { type: 'webhook', id: 'siem' },
        body: { days: 7, grant: { reason: '', confidence: { most: 0.9 }, severity: { most: 'critical' } } },
      },
    ]);
    expect(shown.getByText(/40 decisions of the last 7 days/)).toHaveTextContent('The brakes were not asked.');
    expect(shown.getByText('The score would have been higher in 30 and lower in 2.')).toBeInTheDocument();
    const verdicts = within(shown.getByRole('table', { name: 'Verdicts without and with it' }));
    expect(verdicts.getByRole('row', { name: /escalate/i })).toHaveTextContent(/1211$/);
    const examples = within(shown.getByRole('table', { name: /^Examples/ }));
    expect(examples.getByRole('link')).toHaveAttribute('href', '#/decisions/decision-7');
    expect(examples.getByText('0.41 → 0.93')).toBeInTheDocument();
    expect(examples.getByText('confidence, rule.origin')).toBeInTheDocument();
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('has to be tried again once it is changed', async () => {
    const { user } = await trying();
    await user.click(screen.getByRole('button', { name: SEVEN }));
    await (await region()).findByText(/31 of 38 events/);
    await user.click(screen.getByLabelText('The id'));
    const shown = await region();
    expect(shown.queryByText(/31 of 38 events/)).not.toBeInTheDocument();
    expect(shown.getByText('It was changed since it was tried: try it again.')).toBeInTheDocument();
  });

  it.each<[note: string, preview: Partial<GrantPreviewView>, text: RegExp]>([
    [
      'how many were left out as too many',
      { cut: 'count', recorded: 9_000, decisions: 2_000 },
      /The youngest 2,000 of 9,000 decisions/,
    ],
    [
      'that it took too long',
      { cut: 'time', recorded: 900, decisions: 300 },
      /youngest 300 of 900 decisions.*More would have taken too long/,
    ],
    ['what cannot be told', { untold: 5 }, /5 decisions are left out: an earlier version did not keep/],
    ['what asks for more facts', { undecidable: 1 }, /1 decision asks for facts/],
    [
      'what would be withheld',
      { no_longer_permitted: 2, newly_permitted: 0 },
      /2 acts would not have been permitted any more/,
    ],
    [
      'that nothing would change',
      { changed: 0, newly_permitted: 0, examples: [], moves: [] },
      /No decision would have been another/,
    ],
    ['that there is nothing', { recorded: 0, decisions: 0 }, /Nothing was decided for this source in this time/],
    [
      'that nothing of it can be told',
      { recorded: 4, decisions: 0, untold: 4 },
      /None of its recorded decisions can be decided again/,
    ],
  ])('says %s', async (_, preview, text) => {
    const { user } = await trying(preview);
    await user.click(screen.getByRole('button', { name: SEVEN }));
    await waitFor(async () => expect((await region()).getByText(text)).toBeInTheDocument());
  });

  it('is loading until the host answers', async () => {
    const { user } = await show({ previewGrant: silence });
    await user.click(screen.getByRole('button', { name: SEVEN }));
    expect(await screen.findByRole('status', { name: 'Deciding recorded decisions again' })).toBeInTheDocument();
  });

  it('says why it could not be tried, and is tried again', async () => {
    const { user, answerWith } = await show({
      previewGrant: refuse('overloaded', 'another grant is just being tried here'),
    });
    await user.click(screen.getByRole('button', { name: SEVEN }));
    const shown = await region();
    expect(await shown.findByRole('alert')).toHaveTextContent('another grant is just being tried here');
    answerWith({ previewGrant: answer(aGrantPreview()) });
    await user.click(shown.getByRole('button', { name: 'Try again' }));
    expect(await shown.findByText(/31 of 38 events/)).toBeInTheDocument();
  });

  it('cannot be tried while something in it is wrong', async () => {
    const { user } = await trying();
    await user.clear(screen.getByLabelText('Highest confidence that counts'));
    expect(screen.getByRole('button', { name: SEVEN })).toBeDisabled();
  });

  it.each([
    ['granted', 'Grant…', { reason: '', confidence: { most: 0.9 } }],
    ['withdrawn', 'Withdraw…', null],
  ])('is told before it is %s', async (_, name, grant) => {
    const { user, sentTo } = await trying();
    if (grant === null) await user.click(screen.getByRole('button', { name: 'Cancel' }));
    await user.click(await screen.findByRole('button', { name }));
    const dialog = within(await screen.findByRole('dialog'));
    expect(await dialog.findByText(/31 of 38 events/)).toBeInTheDocument();
    expect(sentTo('previewGrant').map(({ body }) => body)).toEqual([{ grant, days: 7 }]);
    expect(sentTo('putGrant')).toEqual([]);
  });
});
