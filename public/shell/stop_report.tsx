import React from 'react';
import type * as t from 'io-ts';
import { EuiButton, EuiCallOut } from '@elastic/eui';
import type { SwitchView } from '../../common/api/routes';
import { ACKNOWLEDGED_WITHIN_MS } from '../../common/api/views';
import { Dialog } from '../components/dialogs/dialog';
import { SmallTable } from '../components/layout/small_table';
import { useStatusPart } from '../components/data/use_live';
import { actionTitle, scopeWord } from '../format/words';
import { say } from '../i18n';

export type SwitchReport = t.TypeOf<typeof SwitchView>;

type How = SwitchReport['agents'][number]['how'];

const howText = (how: How): string => {
  switch (how) {
    case 'this':
      return say('stop.how.this', 'this host: stopped at once');
    case 'obeyed':
      return say('stop.how.obeyed', 'has seen the order and obeys');
    case 'dead':
      return say('stop.how.dead', 'is dead, starts nothing');
    case 'permit_lapsed':
      return say('stop.how.permit_lapsed', 'did not answer; its permit to start anything has lapsed');
    case 'unknown':
      return say('stop.how.unknown', 'unknown: OpenSearch did not answer; its permit lapses by itself');
  }
};

const Acknowledged = ({ ms }: { ms: number }) => (
  <EuiCallOut
    color={ms > ACKNOWLEDGED_WITHIN_MS ? 'warning' : 'success'}
    iconType={ms > ACKNOWLEDGED_WITHIN_MS ? 'clock' : 'check'}
    title={
      ms > ACKNOWLEDGED_WITHIN_MS
        ? say('stop.acknowledged.late', 'Acknowledged late, after {ms} ms', { ms })
        : say('stop.acknowledged', 'Acknowledged in {ms} ms', { ms })
    }
  >
    {say('stop.acknowledged.text', 'No effect starts anywhere any more.')}
  </EuiCallOut>
);

const Verdict = ({ report }: { report: SwitchReport }) => {
  const ms = Math.round(report.took_ms);
  if (report.acknowledged) return <Acknowledged ms={ms} />;
  return report.in_gate ? (
    <EuiCallOut
      color="warning"
      iconType="alert"
      title={say('stop.partly', 'Not acknowledged: of some agents nothing is known ({ms} ms)', { ms })}
    >
      {say(
        'stop.partly.text',
        'The order is given: every agent reads it with its next heartbeat, or its permit lapses. The banner says when it is acknowledged.',
      )}
    </EuiCallOut>
  ) : (
    <EuiCallOut
      color="warning"
      iconType="alert"
      title={say('stop.not_acknowledged', 'This host stands still; of the others nothing is known ({ms} ms)', { ms })}
    >
      {say(
        'stop.not_acknowledged.text',
        'OpenSearch could not be reached. The order is kept here and is published before this host starts anything again.',
      )}
    </EuiCallOut>
  );
};

const Wire = ({ report }: { report: SwitchReport }) => {
  const { on_the_wire: wire, wire_known: known } = report;
  return (
    <>
      {wire.length === 0 && known && (
        <p>{say('stop.report.wire.nothing', 'Nothing: no request had been sent and not yet been answered.')}</p>
      )}
      {!known && <p>{say('stop.report.wire.unknown', 'Of other agents not known: OpenSearch does not tell.')}</p>}
      {wire.length > 0 && (
        <SmallTable
          caption={say('stop.report.wire', 'Was on the wire already')}
          columns={[{ name: say('stop.report.action', 'Action') }, { name: say('stop.report.target', 'Target') }]}
          rows={wire.map(({ effect_id, action, target }) => ({ key: effect_id, cells: [actionTitle(action), target] }))}
        />
      )}
    </>
  );
};

interface StopReportProps {
  readonly report: SwitchReport;
  readonly scope: string;
  readonly onClose: () => void;
}

/** What the order came to: how fast, which agents, and what was on the wire already. */
export const StopReport = ({ report, scope, onClose }: StopReportProps) => {
  const agents = useStatusPart('agents') ?? [];
  return (
    <Dialog
      title={say('stop.report.title', 'Order to stop {what}', { what: scopeWord(scope) })}
      onClose={onClose}
      initialFocus="[data-test-subj=stop-close]"
      width={680}
      footer={
        <EuiButton fill onClick={onClose} data-test-subj="stop-close">
          {say('stop.report.close', 'Close')}
        </EuiButton>
      }
    >
      <Verdict report={report} />
      <h2 className="rfx-dialog__heading">{say('stop.report.agents', 'Agents')}</h2>
      <SmallTable
        caption={say('stop.report.agents', 'Agents')}
        columns={[{ name: say('stop.report.agent', 'Agent') }, { name: say('stop.report.how', 'What it does') }]}
        rows={report.agents.map(({ session, how }) => ({
          key: session,
          cells: [agents.find((each) => each.session === session)?.agent ?? session, howText(how)],
        }))}
      />
      <h2 className="rfx-dialog__heading">{say('stop.report.wire', 'Was on the wire already')}</h2>
      <Wire report={report} />
    </Dialog>
  );
};
