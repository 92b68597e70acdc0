import React from 'react';
import { leftOut, type AsSaid, type ReceivedEvent } from '../../../common/flow/event';
import { say } from '../../i18n';
import { mendsOf, MendText } from './mended';

type Read = Pick<ReceivedEvent, 'event' | 'as_said' | 'mended'>;

/** What came in a field whose port, brackets or zone were read away; undefined where nothing was. */
export const cameAs = (heard: Read, path: string): string | undefined => {
  const left = leftOut(heard);
  return heard.as_said?.find((each) => each.field === path && !left.includes(each))?.text;
};

/** Beside a value that was read without what stood around it: what came. */
export const CameAs = ({ text }: { text: string | undefined }) =>
  text === undefined ? null : (
    <span className="rfx-small rfx-subdued">
      {' '}
      {say('as_said.read', 'came as')} <code>{text}</code>
    </span>
  );

/** What came in a field that the event does not have: it names nobody. */
export const NamesNothing = ({ text }: { text: string }) => (
  <>
    {text === '' ? <span className="rfx-subdued">{say('as_said.empty', 'empty')}</span> : <code>{text}</code>}{' '}
    <span className="rfx-small rfx-subdued">{say('as_said.nothing', 'a placeholder: it names nothing')}</span>
  </>
);

const Line = ({ said: { field, text } }: { said: AsSaid }) => (
  <li>
    <code>{field}</code> <NamesNothing text={text} />
  </li>
);

/** Fields that held a placeholder or no value of theirs, for whoever wonders why a policy saw no value there. */
export const LeftOut = ({ event }: { event: Read }) => {
  const left = leftOut(event);
  const mended = mendsOf(event).filter(({ how }) => how === 'left_out');
  if (left.length + mended.length === 0) return null;
  return (
    <div className="rfx-why__part">
      <p>{say('as_said.why', 'Policies see no value in these fields:')}</p>
      <ul>
        {left.map((said) => (
          <Line key={said.field} said={said} />
        ))}
        {mended.map((mend) => (
          <li key={mend.path}>
            <code>{mend.path}</code> <MendText mend={mend} />
          </li>
        ))}
      </ul>
    </div>
  );
};
