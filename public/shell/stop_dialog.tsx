import React, { useState } from 'react';
import { present } from '../../common/present';
import { throwSwitch } from '../../common/api/routes';
import { LONGEST_PAUSE_MS } from '../../common/flow/stop_scope';
import { useTell } from '../components/layout/announcer';
import { useServices } from '../components/data/services';
import { useAction } from '../components/data/use_action';
import { say } from '../i18n';
import { StopOrder } from './stop_order';
import type { StopWish } from './stop_wish';
import { StopReport, type SwitchReport } from './stop_report';

const FIRST_WISH: StopWish = { scope: 'all', reason: '', isPause: false };

interface StopDialogProps {
  readonly onClose: () => void;
  /** What is offered first; default everything. */
  readonly first?: StopWish;
}

/** What, and why if there is time for it; and what came of it. */
export const StopDialog = ({ onClose, first = FIRST_WISH }: StopDialogProps) => {
  const { api, live } = useServices();
  const tell = useTell();
  const [wish, setWish] = useState(first);
  const [report, setReport] = useState<SwitchReport>();
  const order = useAction((body: { scope: string; reason?: string; for_ms?: number }) =>
    api.call(throwSwitch, { body }),
  );
  const stop = async (): Promise<void> => {
    const reason = wish.reason.trim();
    const answer = await order.run({
      scope: wish.scope,
      ...present({
        reason: reason === '' ? undefined : reason,
        for_ms: wish.isPause ? LONGEST_PAUSE_MS : undefined,
      }),
    });
    void live.refresh();
    if (answer === undefined) return;
    setReport(answer);
    tell(
      answer.acknowledged
        ? say('stop.announce.done', 'stopped: nothing new starts anywhere')
        : say('stop.announce.partly', 'this host stands still, the others are unknown'),
      answer.acknowledged ? 'good' : 'warn',
    );
  };
  if (report !== undefined) return <StopReport report={report} scope={wish.scope} onClose={onClose} />;
  return (
    <StopOrder
      wish={wish}
      onChange={setWish}
      pending={order.pending}
      problem={order.problem}
      onStop={() => void stop()}
      onClose={onClose}
    />
  );
};
