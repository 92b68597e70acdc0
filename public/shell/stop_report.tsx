import React from 'react';
import type * as t from 'io-ts';
import { EuiButton, EuiCallOut } from '@elastic/eui';
import type { SwitchView } from '../../common/api/routes';
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
      return say('stop.how.unknown', 'unknown: OpenSearch is away, its permit lapses by itself');
  }
};

const Verdict = ({ report }: { report: SwitchReport }) => {
  const ms = Math.round(report.took_ms);
  return report.acknowledged ? (
    <EuiCallOut color="success" iconType="check" title={say('stop.acknowledged', 'Acknowledged in {ms} ms', { ms })}>
      {say('stop.acknowledged.text', 'No effect starts anywhere any more.')}
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
      {report.on_the_wire.length === 0 ? (
        <p>
          {report.acknowledged
            ? say('stop.report.wire.nothing', 'Nothing: no request had been sent and not yet been answered.')
            : say('stop.report.wire.unknown', 'Not known: OpenSearch does not tell.')}
        </p>
      ) : (
        <SmallTable
          caption={say('stop.report.wire', 'Was on the wire already')}
          columns={[{ name: say('stop.report.action', 'Action') }, { name: say('stop.report.target', 'Target') }]}
          rows={report.on_the_wire.map(({ effect_id, action, target }) => ({
            key: effect_id,
            cells: [actionTitle(action), target],
          }))}
        />
      )}
    </Dialog>
  );
};
