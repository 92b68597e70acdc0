import React, { useCallback } from 'react';
import type * as t from 'io-ts';
import { listAgents, type AgentView, type Lack } from '../../../common/api/routes';
import { present } from '../../../common/present';
import { useServices } from '../../components/data/services';
import { useResource } from '../../components/data/use_resource';
import { Loaded } from '../../components/layout/loaded';
import { Section } from '../../components/layout/section';
import { SmallTable } from '../../components/layout/small_table';
import { SinceText } from '../../components/text/moment_text';
import { ToneText } from '../../components/text/tone_text';
import { durationText } from '../../format/duration';
import { countText } from '../../format/numbers';
import { say } from '../../i18n';

type Listed = t.TypeOf<typeof listAgents.answer>;

const lackWord = (lack: Lack): string => {
  switch (lack) {
    case 'ui':
      return say('agents.lacks.ui', 'serve this page');
    case 'intake':
      return say('agents.lacks.intake', 'take events');
    case 'decide':
      return say('agents.lacks.decide', 'decide');
    case 'act':
      return say('agents.lacks.act', 'start acts');
    case 'undo':
      return say('agents.lacks.undo', 'undo');
    case 'policies':
      return say('agents.lacks.policies', 'decide: no policies are in force on it');
    case 'newest_policies':
      return say('agents.lacks.newest_policies', 'decide by the newest policies');
    case 'clock':
      return say('agents.lacks.clock', 'start anything: its clock is off');
  }
};

/** Such a thing is how an agent is set up; the others are something to look at. */
const isRole = (lack: Lack): boolean => ['ui', 'intake', 'decide', 'act', 'undo'].includes(lack);

const Cannot = ({ agent: { lacks, cannot_undo_at: at } }: { readonly agent: AgentView }) => {
  if (lacks.length + at.length === 0) return <span className="rfx-subdued">{say('agents.can_all', 'nothing')}</span>;
  return (
    <ul className="rfx-plain">
      {lacks.map((lack) => (
        <li key={lack}>{isRole(lack) ? lackWord(lack) : <ToneText tone="warn">{lackWord(lack)}</ToneText>}</li>
      ))}
      {at.length > 0 && <li>{say('agents.cannot_undo_at', 'undo at {connectors}', { connectors: at.join(', ') })}</li>}
    </ul>
  );
};

const unknown = (): string => say('agents.unknown', 'not told');

const Heartbeat = ({ agent: { alive, heartbeat_ms: ms } }: { readonly agent: AgentView }) => {
  const ago = ms === undefined ? unknown() : say('agents.heartbeat.ago', '{length} ago', { length: durationText(ms) });
  return alive ? <>{ago}</> : <ToneText tone="bad">{say('agents.dead', 'dead, {ago}', { ago })}</ToneText>;
};

const countOf = (value: number | undefined): string => (value === undefined ? unknown() : countText(value));

const cellsOf = (agent: AgentView): readonly React.ReactNode[] => {
  const { agent: name, host, this_one, roles, since, bundle_version, schema, pending, spooled, journal } = agent;
  return [
    <div key="name">
      <strong>{name}</strong> <span className="rfx-subdued">{host}</span>{' '}
      {this_one && <span className="rfx-subdued">{say('agents.this', '(this host)')}</span>}
      <div className="rfx-small rfx-subdued">
        {say('agents.since', 'since')} <SinceText at={since} />
      </div>
      {roles && <div className="rfx-small">{roles.join(', ')}</div>}
    </div>,
    <Heartbeat key="heartbeat" agent={agent} />,
    countOf(bundle_version),
    pending === undefined || spooled === undefined
      ? unknown()
      : say('agents.queue', '{pending} now, {spooled} on disk', {
          pending: countText(pending),
          spooled: countText(spooled),
        }),
    countOf(journal),
    countText(schema),
    <Cannot key="cannot" agent={agent} />,
  ];
};

const Table = ({ agents }: { readonly agents: readonly AgentView[] }) => (
  <SmallTable
    caption={say('agents.title', 'Agents')}
    columns={[
      { name: say('agents.col.agent', 'Agent') },
      { name: say('agents.col.heartbeat', 'Last heartbeat') },
      { name: say('agents.col.policies', 'Policies'), number: true },
      { name: say('agents.col.queue', 'Events in hand') },
      { name: say('agents.col.journal', 'Undo journal'), number: true },
      { name: say('agents.col.schema', 'Schema'), number: true },
      { name: say('agents.col.cannot', 'Cannot') },
    ]}
    rows={agents.map((agent) => ({ key: agent.session, cells: cellsOf(agent) }))}
  />
);

/** Who works with this state, what each holds, and what it cannot do. */
export const Agents = () => {
  const { api } = useServices();
  const agents = useResource(
    useCallback(() => api.call(listAgents), [api]),
    ['session', 'bundle', 'gate'],
  );
  const title = say('agents.title', 'Agents');
  return (
    <Section
      title={title}
      note={say('agents.note', 'as each told with its last heartbeat; those that lack something first')}
      {...present({ actions: agents.value && countText(agents.value.total) })}
    >
      <Loaded resource={agents} what={title}>
        {({ agents: all, total }: Listed) => (
          <>
            {all.length === 0 ? (
              <p className="rfx-subdued">{say('agents.none', 'No agent has joined: nothing is decided.')}</p>
            ) : (
              <Table agents={all} />
            )}
            {total > all.length && (
              <p className="rfx-subdued rfx-small">
                {say('agents.more', '{shown} of {total} are shown', { shown: all.length, total })}
              </p>
            )}
          </>
        )}
      </Loaded>
    </Section>
  );
};
