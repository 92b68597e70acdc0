import React, { useCallback } from 'react';
import { getWould } from '../../../common/api/routes';
import { present } from '../../../common/present';
import { useServices } from '../../components/data/services';
import { useResource } from '../../components/data/use_resource';
import { Loaded } from '../../components/layout/loaded';
import { Section } from '../../components/layout/section';
import { say } from '../../i18n';
import type { BrakesAddress } from './brakes_address';
import { WouldAnswers } from './would_answer';
import { WouldForm } from './would_form';

type Question = Pick<BrakesAddress, 'action' | 'target' | 'host' | 'sources'>;

const title = (): string => say('would.title', 'What would happen to …');

const Asked = ({ question: { action, target, host, sources } }: { readonly question: Question }) => {
  const { api } = useServices();
  const answer = useResource(
    useCallback(
      () =>
        api.call(getWould, {
          query: {
            action,
            target,
            ...present({ host: host === '' ? undefined : host, sources: sources === '' ? undefined : Number(sources) }),
          },
        }),
      [api, action, target, host, sources],
    ),
    ['effect', 'ledger', 'bundle', 'gate'],
  );
  return (
    <Loaded resource={answer} what={title()}>
      {(view) => <WouldAnswers view={view} />}
    </Loaded>
  );
};

interface WouldProps {
  readonly address: BrakesAddress;
  readonly onChange: (part: Partial<BrakesAddress>) => void;
}

/** What the brakes would say of an act now. */
export const Would = ({ address, onChange }: WouldProps) => (
  <Section title={title()} note={say('would.note', 'which brake would stop an act on it now, and why')}>
    <WouldForm asked={address} onAsk={onChange} />
    {address.action !== '' && address.target !== '' && <Asked question={address} />}
  </Section>
);
