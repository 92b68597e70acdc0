import React from 'react';
import type { Grant } from '../../../common/flow/voice';
import { Facts, type Fact } from '../../components/facts/facts';
import { ToneText } from '../../components/text/tone_text';
import { scoreText } from '../../format/numbers';
import { say } from '../../i18n';
import { TAGS_LIKE } from './grant_fields';

const DEFAULT_FLOOR = { confidence: 0.5, severity: 'medium' } as const;

type Floor = Required<NonNullable<Grant['floor']>>;

const atMost = (most: string) => <ToneText tone="good">{say('grant.most', 'counts, up to {most}', { most })}</ToneText>;
const asClaim = (most: string) => (
  <ToneText tone="calm">{say('grant.as_claim', 'only claimed: counts as {most} at most', { most })}</ToneText>
);
const notCounted = () => <ToneText tone="calm">{say('grant.not', 'only claimed: does not count')}</ToneText>;
const counted = () => <ToneText tone="good">{say('grant.counts', 'counts')}</ToneText>;
const countedOf = (words: readonly string[]) => (
  <ToneText tone="good">{say('grant.counts.of', 'counts: {words}', { words: words.join(', ') })}</ToneText>
);

const tagsFact = (tags: Grant['tags']) => {
  if (tags === undefined) return notCounted();
  const like: readonly string[] = tags.like ?? TAGS_LIKE;
  return like.includes('') ? (
    counted()
  ) : (
    <ToneText tone="good">
      {say('grant.tags.like', 'count if they begin with {like}', { like: like.join(', ') })}
    </ToneText>
  );
};

const originFact = (origin: readonly string[] = []) => {
  if (origin.length === 0) return notCounted();
  return origin.includes('*') ? counted() : countedOf(origin);
};

const ruleFacts = ({ id, name, origin, status = [] }: NonNullable<Grant['rule']> = {}): readonly Fact[] => [
  { name: say('grant.rule.id', 'Id of the rule'), value: id === true ? counted() : notCounted() },
  { name: say('grant.rule.name', 'Name of the rule'), value: name === true ? counted() : notCounted() },
  { name: say('grant.rule.origin', 'Origin of the rule'), value: originFact(origin) },
  {
    name: say('grant.rule.status', 'Status of the rule'),
    value: status.length > 0 ? countedOf(status) : notCounted(),
  },
];

/** Field by field what a source may say, and what counts of the rest. */
export const GrantFacts = ({ grant }: { grant: Partial<Grant> }) => {
  const floor: Floor = { ...DEFAULT_FLOOR, ...grant.floor };
  const { confidence, severity, detections = [], domain } = grant;
  return (
    <Facts
      facts={[
        {
          name: say('grant.confidence', 'Confidence'),
          value: confidence ? atMost(scoreText(confidence.most ?? 1)) : asClaim(scoreText(floor.confidence)),
        },
        {
          name: say('grant.severity', 'Severity'),
          value: severity ? atMost(severity.most ?? 'critical') : asClaim(floor.severity),
        },
        { name: say('grant.tags', 'Tags'), value: tagsFact(grant.tags) },
        ...ruleFacts(grant.rule),
        {
          name: say('grant.domain', 'Security domain'),
          value: domain ?? say('grant.domain.none', 'none: its reports corroborate nothing'),
        },
        {
          name: say('grant.detections', 'Documents that may speak'),
          value:
            detections.length === 0 ? (
              say('grant.detections.none', 'none: what a matched document says is only claimed')
            ) : (
              <ToneText tone="warn">
                {say('grant.detections.some', '{patterns}: whoever can write there can order acts', {
                  patterns: detections.join(', '),
                })}
              </ToneText>
            ),
        },
      ]}
    />
  );
};
