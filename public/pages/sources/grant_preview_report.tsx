import React from 'react';
import type { GrantPreviewView } from '../../../common/api/routes';
import { VERDICTS } from '../../../common/flow/decision';
import { VerdictBadge } from '../../components/facts/badges';
import { SmallTable } from '../../components/layout/small_table';
import { DecisionLink } from '../../components/text/links';
import { MomentText } from '../../components/text/moment_text';
import { ToneText } from '../../components/text/tone_text';
import { countText, scoreText } from '../../format/numbers';
import { actionTitle, verdictWord } from '../../format/words';
import { say } from '../../i18n';

type View = GrantPreviewView;
type Example = View['examples'][number];

/** What was looked at, and what of it was left out: the figures stand for that and nothing else. */
const LookedAt = ({ view: { decisions, recorded, days, untold, undecidable, version, cut } }: { view: View }) => (
  <>
    <p className="rfx-subdued">
      {cut === undefined
        ? say(
            'grant.preview.all',
            '{decisions, plural, one {# decision} other {# decisions}} of the last {days, plural, one {day} other {# days}}, decided again both ways by the policies in force (version {version}). The brakes were not asked.',
            { decisions, days, version },
          )
        : say(
            'grant.preview.youngest',
            'The youngest {decisions} of {recorded} decisions of the last {days, plural, one {day} other {# days}}, decided again both ways by the policies in force (version {version}). The brakes were not asked.',
            { decisions: countText(decisions), recorded: countText(recorded), days, version },
          )}{' '}
      {cut === 'time' && say('grant.preview.late', 'More would have taken too long.')}
    </p>
    {untold > 0 && (
      <p>
        <ToneText tone="warn">
          {say(
            'grant.preview.untold',
            '{untold, plural, one {# decision is} other {# decisions are}} left out: an earlier version did not keep where their fields were read.',
            { untold },
          )}
        </ToneText>
      </p>
    )}
    {undecidable > 0 && (
      <p>
        <ToneText tone="warn">
          {say(
            'grant.preview.undecidable',
            '{undecidable, plural, one {# decision asks} other {# decisions ask}} for facts that nobody had looked up then.',
            { undecidable },
          )}
        </ToneText>
      </p>
    )}
  </>
);

/** In sentences: how many events would have counted otherwise, and what would have come of it. */
export const GrantPreviewSummary = ({ view }: { view: View }) => {
  const { decisions, events, events_otherwise, changed, newly_permitted, no_longer_permitted } = view;
  if (decisions === 0)
    return (
      <>
        <p role="status">
          {view.recorded === 0
            ? say('grant.preview.none', 'Nothing was decided for this source in this time: it could not be tried.')
            : say('grant.preview.none_told', 'None of its recorded decisions can be decided again: it was not tried.')}
        </p>
        {view.untold > 0 && <LookedAt view={view} />}
      </>
    );
  return (
    <>
      <p role="status">
        {say('grant.preview.events', '{otherwise} of {events} events would have counted otherwise.', {
          otherwise: countText(events_otherwise),
          events: countText(events),
        })}{' '}
        {changed === 0
          ? say('grant.preview.same', 'No decision would have been another.')
          : say(
              'grant.preview.other',
              '{changed, plural, one {# decision} other {# decisions}} would have been another.',
              { changed },
            )}{' '}
        {newly_permitted > 0 && (
          <ToneText tone="warn">
            {say(
              'grant.preview.newly',
              '{count, plural, one {# act} other {# acts}} would have been permitted that waited for a person or was not done.',
              { count: newly_permitted },
            )}
          </ToneText>
        )}{' '}
        {no_longer_permitted > 0 &&
          say(
            'grant.preview.no_longer',
            '{count, plural, one {# act} other {# acts}} would not have been permitted any more.',
            { count: no_longer_permitted },
          )}
      </p>
      <LookedAt view={view} />
    </>
  );
};

const Verdicts = ({ view }: { view: View }) => (
  <SmallTable
    caption={say('grant.preview.verdicts', 'Verdicts without and with it')}
    columns={[
      { name: say('grant.preview.verdict', 'Verdict') },
      { name: say('grant.preview.before', 'as it counted'), number: true },
      { name: say('grant.preview.after', 'with this grant'), number: true },
    ]}
    rows={VERDICTS.map((verdict) => ({
      key: verdict,
      cells: [verdictWord(verdict), countText(view.verdicts_before[verdict]), countText(view.verdicts_after[verdict])],
    }))}
  />
);

const Fields = ({ view: { fields } }: { view: View }) =>
  fields.length === 0 ? null : (
    <SmallTable
      caption={say('grant.preview.fields', 'Fields that would have counted otherwise')}
      columns={[
        { name: say('grant.preview.field', 'Field') },
        { name: say('grant.preview.to_granted', 'claimed, would be granted'), number: true },
        { name: say('grant.preview.to_claimed', 'granted, would be claimed'), number: true },
      ]}
      rows={fields.map(({ field, granted, claimed }) => ({
        key: field,
        cells: [<code key="field">{field}</code>, countText(granted), countText(claimed)],
      }))}
    />
  );

const actWords = (acts: Example['acts_after']): string =>
  acts.map(({ action, target, result }) => `${result}: ${actionTitle(action)} ${target}`).join('; ') || '—';

const Examples = ({ view: { examples } }: { view: View }) =>
  examples.length === 0 ? null : (
    <SmallTable
      caption={say('grant.preview.examples', 'Examples of decisions that would have been others')}
      columns={[
        { name: say('grant.preview.decision', 'Decision') },
        { name: say('grant.preview.before', 'as it counted') },
        { name: say('grant.preview.after', 'with this grant') },
        { name: say('grant.preview.score', 'Score') },
        { name: say('grant.preview.now_granted', 'Granted then') },
        { name: say('grant.preview.acts', 'Acts with this grant') },
      ]}
      rows={examples.map((example) => ({
        key: example.decision_id,
        cells: [
          <DecisionLink key="decision" id={example.decision_id}>
            <MomentText at={example.at} />
          </DecisionLink>,
          <VerdictBadge key="before" verdict={example.before} />,
          <VerdictBadge key="after" verdict={example.after} />,
          say('grant.preview.scores', '{before} → {after}', {
            before: scoreText(example.score_before),
            after: scoreText(example.score_after),
          }),
          <code key="granted">{example.granted.join(', ') || '—'}</code>,
          <span key="acts" className="rfx-clamp">
            {actWords(example.acts_after)}
          </span>,
        ],
      }))}
    />
  );

/** All that a grant would have meant: verdicts, fields, and decisions to look at. */
export const GrantPreviewReport = ({ view }: { view: View }) => (
  <>
    <GrantPreviewSummary view={view} />
    {view.decisions > 0 && (
      <>
        <p>
          {say('grant.preview.score_moves', 'The score would have been higher in {raised} and lower in {lowered}.', {
            raised: countText(view.score_raised),
            lowered: countText(view.score_lowered),
          })}
        </p>
        <Verdicts view={view} />
        <Fields view={view} />
        <Examples view={view} />
      </>
    )}
  </>
);
