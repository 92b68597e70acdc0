import React, { useState } from 'react';
import { present } from '../../common/present';
import { throwSwitch } from '../../common/api/routes';
import { useTell } from '../components/layout/announcer';
import { useServices } from '../components/data/services';
import { useAction } from '../components/data/use_action';
import { say } from '../i18n';
import { StopOrder, type StopWish } from './stop_order';
import { StopReport, type SwitchReport } from './stop_report';

const FIRST_WISH: StopWish = { scope: 'all', reason: '' };

/** What, and why if there is time for it; and what came of it. */
export const StopDialog = ({ onClose }: { onClose: () => void }) => {
  const { api, live } = useServices();
  const tell = useTell();
  const [wish, setWish] = useState(FIRST_WISH);
  const [report, setReport] = useState<SwitchReport>();
  const order = useAction((body: { scope: string; reason?: string }) => api.call(throwSwitch, { body }));
  const stop = async (): Promise<void> => {
    const reason = wish.reason.trim();
    const answer = await order.run({ scope: wish.scope, ...present({ reason: reason === '' ? undefined : reason }) });
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
