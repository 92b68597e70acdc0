import React from 'react';
import type { EntityView } from '../../../common/api/asked';
import type { Target } from '../../../common/flow/decision';
import { ContainButton } from '../../components/orders/contain_button';
import { ExtendButton } from '../../components/orders/extend_button';
import { AssetCard } from '../../components/facts/asset_facts';
import { LimitGauge } from '../../components/facts/limit_gauge';
import { ModeBadge } from '../../components/facts/badges';
import { Section } from '../../components/layout/section';
import { Countdown } from '../../components/text/countdown';
import { DecisionLink, PolicyLink } from '../../components/text/links';
import { MomentText } from '../../components/text/moment_text';
import { Sentence } from '../../components/text/sentence';
import { ToneText } from '../../components/text/tone_text';
import { labelWord, layerWord } from '../../format/words';
import type { Layer } from '../../../common/policy/policy';
import { say } from '../../i18n';
import { effectName, stateWords } from '../../pages/containments/containment_words';
import { KnownHere } from '../../pages/containments/known_here';

interface EntityBodyProps {
  readonly view: EntityView;
  /** Something was ordered about it. */
  readonly onChanged: () => void;
}

/** As what it can be acted on. A file or a process takes a host too, which its page is not about. */
const targetOf = (kind: EntityView['kind'], value: string): readonly Target[] => {
  switch (kind) {
    case 'ip':
    case 'network':
      return [{ type: 'ip', value }];
    case 'host':
    case 'user':
    case 'domain':
      return [{ type: kind, value }];
    case 'process':
    case 'file':
    case 'hash':
    case 'rule':
    case 'policy':
      return [];
  }
};

const Names = ({ view: { names, maybe, facts, policy, value } }: { view: EntityView }) => (
  <Section title={say('entity.what', 'What it is')}>
    {facts && <AssetCard asset={facts} />}
    {policy && (
      <p>
        <PolicyLink id={value} /> {policy.title} · {layerWord(policy.layer as Layer)} <ModeBadge mode={policy.mode} />
      </p>
    )}
    {names.length > 0 && (
      <p>{say('entity.also', 'Also: {names}', { names: names.map(({ text }) => text).join(', ') })}</p>
    )}
    {maybe.length > 0 && (
      <p className="rfx-tone--warn">
        {say('entity.maybe', 'May also be: {names}', { names: maybe.map(({ text }) => text).join(', ') })}
      </p>
    )}
  </Section>
);

const Contained = ({ view: { contained, kind, value }, onChanged }: EntityBodyProps) => {
  const { total, containments, here_only: here } = contained;
  if (kind === 'rule') return null;
  return (
    <Section
      title={say('entity.contained', 'Contained now')}
      actions={<ContainButton targets={targetOf(kind, value)} onOrdered={onChanged} />}
    >
      {here && <KnownHere here={here} />}
      {total === 0 && (here === undefined || here.state === 'asked') && (
        <p>
          {say('entity.not_contained', 'No: nothing of Reflex is in effect on it.')}{' '}
          <span className="rfx-subdued">
            {say('is_contained.others', 'What others did by hand is not known here.')}
          </span>
        </p>
      )}
      <ul className="rfx-rows">
        {containments.map((row) => {
          const { word, tone } = stateWords(row);
          const [reason] = row.reasons;
          return (
            <li key={row.effect_id}>
              <strong>{effectName(row)}</strong> <ToneText tone={tone}>{word}</ToneText>,{' '}
              {row.due === null ? (
                say('containment.no_end', 'until somebody lifts it')
              ) : (
                <>
                  {say('entity.ends', 'ends')} <Countdown until={row.due} />
                </>
              )}
              {reason && (
                <>
                  {' '}
                  <DecisionLink id={reason.decision_id}>{reason.policy.id}</DecisionLink>
                </>
              )}{' '}
              <ExtendButton row={row} onOrdered={onChanged} />
            </li>
          );
        })}
      </ul>
      {total > containments.length && (
        <p>{say('entity.more_contained', '{shown} of {total} are listed', { shown: containments.length, total })}</p>
      )}
    </Section>
  );
};

const Stops = ({ view: { stops, limits } }: { view: EntityView }) =>
  stops.length + (limits?.length ?? 0) === 0 ? null : (
    <Section title={say('entity.stops', 'What would stop an act on it')}>
      <ul className="rfx-rows">
        {stops.map(({ reason, then, text }) => (
          <li key={`${reason} ${text}`}>
            <ToneText tone={then === 'deny' ? 'bad' : 'warn'}>
              <Sentence text={text} />
            </ToneText>
          </li>
        ))}
      </ul>
      {limits?.map(({ action, counts: _counts, ...gauge }) => (
        <LimitGauge key={`${gauge.limit} ${gauge.scope} ${action}`} {...gauge} />
      ))}
    </Section>
  );

const Said = ({ view: { words, labels } }: { view: EntityView }) =>
  words.length + (labels?.total ?? 0) === 0 ? null : (
    <Section title={say('entity.said', 'What people said of it')}>
      <ul className="rfx-rows">
        {words.map(({ verb, by, reason, at }) => (
          <li key={`${verb} ${at}`}>
            {verb === 'lift'
              ? say('resolution.lifted', 'lifted by {by}: “{reason}”', { by, reason })
              : say('resolution.denied', 'denied by {by}: “{reason}”', { by, reason })}{' '}
            <MomentText at={at} />
          </li>
        ))}
        {labels?.items.map(({ label, by, at, decision_id }) => (
          <li key={`${decision_id} ${at}`}>
            <DecisionLink id={decision_id}>{labelWord(label)}</DecisionLink> {say('feedback.by', 'by {by}', { by })}{' '}
            <MomentText at={at} />
          </li>
        ))}
      </ul>
      {labels && labels.total > labels.items.length && (
        <p>
          {say('entity.more_labels', 'the newest {shown} of {total} labels', {
            shown: labels.items.length,
            total: labels.total,
          })}
        </p>
      )}
    </Section>
  );

/** What it is, what contains it, what would stop an act on it, and what people said. */
export const EntityBody = ({ view, onChanged }: EntityBodyProps) => (
  <>
    <Contained view={view} onChanged={onChanged} />
    <Names view={view} />
    <Stops view={view} />
    <Said view={view} />
  </>
);
