import React from 'react';
import { SinceText } from '../../components/text/moment_text';
import { Section } from '../../components/layout/section';
import { useStatusPart } from '../../components/data/use_live';
import { say } from '../../i18n';

/** The running engines, since when, and by which version of the policies each decides. */
export const AgentsPanel = () => {
  const agents = useStatusPart('agents') ?? [];
  const inForce = useStatusPart('bundle')?.version;
  return (
    <Section title={say('agents.title', 'Agents')}>
      {agents.length === 0 ? (
        <p className="rfx-subdued">{say('agents.none', 'No agent has joined: nothing is decided.')}</p>
      ) : (
        <ul className="rfx-rows">
          {agents.map(({ session, agent, host, since, this_one, bundle_version }) => (
            <li key={session}>
              <div className="rfx-rows__line">
                <strong>{agent}</strong> <span className="rfx-subdued">{host}</span>
                {this_one && <span className="rfx-subdued">{say('agents.this', '(this host)')}</span>}
              </div>
              <div className="rfx-small rfx-subdued">
                {say('agents.since', 'since')} <SinceText at={since} />
                {bundle_version !== undefined && (
                  <span className={bundle_version === inForce ? undefined : 'rfx-tone--warn'}>
                    {' '}
                    {say('agents.version', '· policies version {version}', { version: bundle_version })}
                  </span>
                )}
              </div>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
};
