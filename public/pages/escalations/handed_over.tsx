import React from 'react';
import type { EscalationView } from '../../../common/api/views';
import { SinceText } from '../../components/text/moment_text';
import { say } from '../../i18n';

type Told = NonNullable<EscalationView['handed_over']>[number];

/** A receiver says where its ticket is; only an address of the web becomes a link. */
const TicketName = ({ ticket }: { ticket: NonNullable<Told['ticket']> }) => {
  const { id, url } = ticket;
  const name = say('hand_over.ticket', 'ticket {id}', { id: id ?? url ?? '' });
  return url !== undefined && /^https?:\/\//.test(url) ? (
    <a href={url} target="_blank" rel="noopener noreferrer">
      {name}
    </a>
  ) : (
    <span>{name}</span>
  );
};

/** Which ticket systems and chats were told that an act waits. */
export const HandedOver = ({ told = [] }: { told: EscalationView['handed_over'] }) => (
  <>
    {told.map(({ channel, at, ticket }) => (
      <span key={channel}>
        {say('hand_over.told', 'handed over to {channel}', { channel })} <SinceText at={at} />
        {ticket !== undefined && (
          <>
            {', '}
            <TicketName ticket={ticket} />
          </>
        )}
      </span>
    ))}
  </>
);
