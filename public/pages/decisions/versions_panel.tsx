import React from 'react';
import type { DecisionDetail } from '../../../common/api/views';
import { Facts } from '../../components/facts/facts';
import { Section } from '../../components/layout/section';
import { say } from '../../i18n';

const Hash = ({ value }: { value: string }) => <code className="rfx-hash">{value}</code>;

/** Which policies, model and engine decided, and the hash over all of it. */
export const VersionsPanel = ({ detail }: { detail: DecisionDetail }) => {
  const { bundle, model, engine_digest, hash } = detail.decision;
  return (
    <Section title={say('versions.title', 'Versions and hashes')}>
      <Facts
        facts={[
          {
            name: say('versions.bundle', 'Policies'),
            value: (
              <>
                {say('versions.number', 'version {version}', { version: bundle.version })}{' '}
                <Hash value={bundle.digest} />
              </>
            ),
          },
          { name: say('versions.key', 'Signed by key'), value: <Hash value={bundle.key_id} /> },
          {
            name: say('versions.model', 'Model'),
            value: (
              <>
                {say('versions.number', 'version {version}', { version: model.version })} <Hash value={model.digest} />
              </>
            ),
          },
          { name: say('versions.engine', 'Engine'), value: <Hash value={engine_digest} /> },
          { name: say('versions.event', 'Event'), value: <Hash value={detail.event.digest} /> },
          { name: say('versions.hash', 'Decision'), value: <Hash value={hash} /> },
        ]}
      />
    </Section>
  );
};
