import React, { useCallback, useState } from 'react';
import { EuiButton, EuiCallOut } from '@elastic/eui';
import { giveOpinion, listOpinions, type OpinionGiven, type OpinionView } from '../../../common/api/routes';
import { ReasonDialog } from '../../components/dialogs/reason_dialog';
import { useServices } from '../../components/data/services';
import { useAction } from '../../components/data/use_action';
import { useMay } from '../../components/data/use_live';
import { useResource } from '../../components/data/use_resource';
import { AssetCard } from '../../components/facts/asset_facts';
import { BriefRule, BriefSeverity } from '../../components/facts/claimed_mark';
import { ProblemCallout } from '../../components/layout/problem_callout';
import { Section } from '../../components/layout/section';
import { Countdown } from '../../components/text/countdown';
import { Sentence } from '../../components/text/sentence';
import { scoreText } from '../../format/numbers';
import { say } from '../../i18n';
import type { Verb } from './answer';
import { actName } from './escalation_key';

interface GiveProps {
  readonly opinion: OpinionView;
  readonly verb: Verb;
  readonly onGiven: (given: OpinionGiven) => void;
  readonly onClose: () => void;
}

const GiveDialog = ({ opinion, verb, onGiven, onClose }: GiveProps) => {
  const { api } = useServices();
  const { opinion_id } = opinion;
  const give = useAction((reason: string) => api.call(giveOpinion, { params: { opinion_id }, body: { verb, reason } }));
  const confirm = async (reason: string): Promise<void> => {
    const given = await give.run(reason);
    if (given !== undefined) onGiven(given);
  };
  return (
    <ReasonDialog
      title={
        verb === 'approve'
          ? say('opinion.approve.title', 'You would have approved: {act}', { act: actName(opinion) })
          : say('opinion.deny.title', 'You would have denied: {act}', { act: actName(opinion) })
      }
      confirm={say('opinion.confirm', 'Say so')}
      pending={give.pending}
      problem={give.problem}
      onConfirm={(reason) => void confirm(reason)}
      onClose={onClose}
    >
      <p>{say('opinion.about', 'It was answered already. Your opinion changes nothing of what was done.')}</p>
    </ReasonDialog>
  );
};

const Asked = ({ opinion, onGiven }: Pick<GiveProps, 'opinion' | 'onGiven'>) => {
  const [verb, setVerb] = useState<Verb>();
  const { brief, why, score, facts, until } = opinion;
  return (
    <li>
      <strong>{actName(opinion)}</strong> <BriefSeverity brief={brief} /> <BriefRule brief={brief} />{' '}
      <span className="rfx-subdued">
        {say('opinion.score', 'score {score}; asked for', { score: scoreText(score) })} <Countdown until={until} />
      </span>
      <ul>
        {why.map(({ code, text }) => (
          <li key={`${code} ${text}`}>
            <Sentence text={text} />
          </li>
        ))}
      </ul>
      {facts.map((asset) => (
        <AssetCard key={`${asset.type} ${asset.value}`} asset={asset} />
      ))}
      <EuiButton size="s" onClick={() => setVerb('approve')}>
        {say('opinion.approve', 'I would have approved…')}
      </EuiButton>{' '}
      <EuiButton size="s" color="danger" onClick={() => setVerb('deny')}>
        {say('opinion.deny', 'I would have denied…')}
      </EuiButton>
      {verb && (
        <GiveDialog
          opinion={opinion}
          verb={verb}
          onClose={() => setVerb(undefined)}
          onGiven={(given) => {
            setVerb(undefined);
            onGiven(given);
          }}
        />
      )}
    </li>
  );
};

const givenWords = ({ agrees, first: { verb, by } }: OpinionGiven): string => {
  const words = { by };
  if (verb === 'approve')
    return agrees
      ? say('opinion.agrees.approved', 'You agree: {by} approved it.', words)
      : say('opinion.differs.approved', 'You differ: {by} approved it.', words);
  return agrees
    ? say('opinion.agrees.denied', 'You agree: {by} denied it.', words)
    : say('opinion.differs.denied', 'You differ: {by} denied it.', words);
};

/** Answers of others that one is asked about, without what was answered; nothing where there are none. */
export const SecondOpinions = () => {
  const { api } = useServices();
  const mayApprove = useMay('approve');
  const [given, setGiven] = useState<OpinionGiven>();
  const { value, problem, again } = useResource(
    useCallback(() => api.call(listOpinions), [api]),
    ['opinion'],
  );
  if (!mayApprove) return null;
  if (problem)
    return <ProblemCallout title={say('opinions.unknown', 'Not known what you are asked about')} problem={problem} />;
  const asked = value?.asked ?? [];
  if (asked.length === 0 && given === undefined) return null;
  return (
    <Section title={say('opinions.title', 'What would you have answered? {count}', { count: asked.length })}>
      <p className="rfx-subdued rfx-small">
        {say(
          'opinions.about',
          'A small random part of all answers is asked of somebody else. You are told what was answered once you said yours.',
        )}
      </p>
      {given && <EuiCallOut size="s" color={given.agrees ? 'success' : 'warning'} title={givenWords(given)} />}
      <ul className="rfx-rows">
        {asked.map((opinion) => (
          <Asked
            key={opinion.opinion_id}
            opinion={opinion}
            onGiven={(said) => {
              setGiven(said);
              again();
            }}
          />
        ))}
      </ul>
    </Section>
  );
};
