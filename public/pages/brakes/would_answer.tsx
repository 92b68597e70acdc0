import React from 'react';
import type { WouldAnswer, WouldSay, WouldView } from '../../../common/api/routes';
import { Disruption } from '../../components/facts/disruption';
import { Facts } from '../../components/facts/facts';
import { FilledLimits } from '../../components/facts/filled_limits';
import { PolicyLink } from '../../components/text/links';
import { Sentence } from '../../components/text/sentence';
import { ToneText } from '../../components/text/tone_text';
import { stopReasonWords, type Tone } from '../../format/act_status';
import { targetText } from '../../format/targets';
import { actionTitle } from '../../format/words';
import { say } from '../../i18n';

const wordOf = (would: WouldSay['would']): { readonly tone: Tone; readonly word: string } => {
  switch (would) {
    case 'permit':
      return { tone: 'good', word: say('would.permit', 'It would be done') };
    case 'escalate':
      return { tone: 'warn', word: say('would.escalate', 'It would wait for a person') };
    case 'hold':
      return { tone: 'busy', word: say('would.hold', 'It would be tried again soon') };
    case 'deny':
      return { tone: 'bad', word: say('would.deny', 'It would not be done') };
  }
};

/** What would become of it, which brake says so, and why in the brake's own words. */
const Says = ({ says: { would, stop_reason: reason, text } }: { readonly says: WouldSay }) => {
  const { tone, word } = wordOf(would);
  return (
    <>
      <ToneText tone={tone}>
        {word}
        {reason !== undefined && ` (${stopReasonWords(reason)})`}
      </ToneText>
      {text !== undefined && text !== '' && (
        <div className="rfx-small">
          <Sentence text={text} />
        </div>
      )}
    </>
  );
};

const Policies = ({ ids }: { readonly ids: readonly string[] }) =>
  ids.length === 0 ? (
    <p className="rfx-tone--warn">
      {say('would.no_policy', 'No policy in force does this: nothing would. The brakes are asked as if one did.')}
    </p>
  ) : (
    <p className="rfx-small">
      {say('would.as_act_of', 'As an act of')}{' '}
      {ids.map((id, index) => (
        <React.Fragment key={id}>
          {index > 0 && ', '}
          <PolicyLink id={id} />
        </React.Fragment>
      ))}
    </p>
  );

const Answer = ({ answer: { policies, now, approved, resumed } }: { readonly answer: WouldAnswer }) => (
  <div>
    <Policies ids={policies} />
    <Facts
      facts={[
        { name: say('would.now', 'If a policy permits it'), value: <Says says={now} /> },
        resumed && { name: say('would.resumed', 'The same once it is resumed'), value: <Says says={resumed} /> },
        { name: say('would.approved', 'If you approve it'), value: <Says says={approved} /> },
      ]}
    />
  </div>
);

const criticalText = (critical: WouldView['critical']): string | undefined => {
  switch (critical) {
    case 'listed':
      return say('would.critical.listed', 'The inventory lists it as critical.');
    case 'unknown':
      return say('would.critical.unknown', 'It is not in the inventory, and may be critical.');
    case undefined:
      return undefined;
  }
};

const Limits = ({ limits }: Pick<WouldView, 'limits'>) =>
  limits.length === 0 ? null : (
    <>
      <h3 className="rfx-section__title">{say('escalation.limits', 'Limits it would count in')}</h3>
      <FilledLimits limits={limits} />
    </>
  );

/** Which brake would stop an act now, and why; for all policies that would execute it. */
export const WouldAnswers = ({ view }: { readonly view: WouldView }) => {
  const { action, target, also_as: names, answers, policies_total: total, critical, disruption, limits } = view;
  const answered = answers.reduce((sum, { policies }) => sum + policies.length, 0);
  return (
    <div role="status">
      <p>
        <strong>
          {say('would.about', '{action} {target}', { action: actionTitle(action), target: targetText(target) })}
        </strong>{' '}
        {names.length > 0 && (
          <span className="rfx-subdued">{say('entity.also', 'Also: {names}', { names: names.join(', ') })}</span>
        )}{' '}
        {criticalText(critical)}
      </p>
      {disruption && <Disruption disruption={disruption} />}
      {answers.map((answer) => (
        <Answer key={`${answer.policies.join(' ')} ${answer.now.text ?? ''}`} answer={answer} />
      ))}
      {total > answered && answered > 0 && (
        <p className="rfx-subdued rfx-small">
          {say('would.more', 'for {shown} of {total} policies', { shown: answered, total })}
        </p>
      )}
      <Limits limits={limits} />
      <p className="rfx-subdued rfx-small">
        {say(
          'would.nothing',
          'Nothing was reserved or sent. Whether a policy permits it goes by the event: this is what the brakes say.',
        )}
      </p>
    </div>
  );
};
