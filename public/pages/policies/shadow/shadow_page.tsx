import React, { useCallback } from 'react';
import { comparePolicies, type ComparisonView } from '../../../../common/api/routes';
import { EmptyNote } from '../../../components/layout/empty_note';
import { Loaded } from '../../../components/layout/loaded';
import { useServices } from '../../../components/data/services';
import { useResource } from '../../../components/data/use_resource';
import { say } from '../../../i18n';
import { PoliciesFrame } from '../frame/policies_frame';
import { usePolicies, type Policies } from '../use_policies';
import { Rollouts } from './rollouts';
import { ShadowSection } from './shadow_section';

interface BodyProps {
  readonly view: ComparisonView;
  readonly policies: Policies;
  readonly onChanged: () => void;
}

/** Why there is nothing to compare: no policy is in shadow, or none of them was of use yet. */
const noneWords = (inShadow: number): string =>
  inShadow === 0
    ? say('shadow.none.about', 'Put a policy into shadow: it decides beside your people and acts on nothing.')
    : say(
        'shadow.none.waiting',
        '{count, plural, one {One policy is} other {# policies are}} in shadow, and no event of these days was theirs.',
        { count: inShadow },
      );

const Body = ({ view, policies, onChanged }: BodyProps) => (
  <>
    {view.rollouts.length > 0 && <Rollouts view={view} onChanged={onChanged} />}
    {view.policies.filter(({ arm }) => arm === 'shadow').length === 0 ? (
      <EmptyNote iconType="eye" title={say('shadow.none', 'Nothing was decided in shadow in these days')}>
        <p>{noneWords(policies.policies.filter(({ mode }) => mode === 'shadow').length)}</p>
      </EmptyNote>
    ) : (
      <ShadowSection view={view} policies={policies} />
    )}
  </>
);

/** What policies in shadow and in a rollout would have decided, beside what people did: the first-week report. */
export const ShadowPage = () => {
  const { api } = useServices();
  const policies = usePolicies();
  const resource = useResource(
    useCallback(() => api.call(comparePolicies), [api]),
    ['draft', 'bundle'],
  );
  return (
    <PoliciesFrame resource={policies}>
      {(known) => (
        <Loaded resource={resource} what={say('shadow.title', 'Shadow and rollout')}>
          {(view) => <Body view={view} policies={known} onChanged={resource.again} />}
        </Loaded>
      )}
    </PoliciesFrame>
  );
};
