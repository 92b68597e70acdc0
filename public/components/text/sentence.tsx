import React, { Fragment } from 'react';
import { INSTANTS } from '../../format/instants';
import { MomentText } from './moment_text';

/** Words of the host; instants in them stand in the reader's time zone. */
const Words = ({ text }: { text: string }) => (
  <>
    {text
      .split(INSTANTS)
      .map((piece, index) =>
        index % 2 === 0 ? <Fragment key={index}>{piece}</Fragment> : <MomentText key={index} at={piece} />,
      )}
  </>
);

/** A sentence of the host: what stands between two backticks is a name or code. A lone backtick stays as it is. */
export const Sentence = ({ text }: { text: string }) => {
  const pieces = text.split('`');
  const lone = pieces.length % 2 === 0 ? pieces.length - 1 : undefined;
  return (
    <>
      {pieces.map((piece, index) => {
        if (index % 2 === 0) return <Words key={index} text={piece} />;
        return index === lone ? <Words key={index} text={`\`${piece}`} /> : <code key={index}>{piece}</code>;
      })}
    </>
  );
};
