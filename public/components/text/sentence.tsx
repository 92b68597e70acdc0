import React, { Fragment } from 'react';

/** A sentence of the host: what stands between two backticks is a name or code. A lone backtick stays as it is. */
export const Sentence = ({ text }: { text: string }) => {
  const pieces = text.split('`');
  const lone = pieces.length % 2 === 0 ? pieces.length - 1 : undefined;
  return (
    <>
      {pieces.map((piece, index) => {
        if (index % 2 === 0) return <Fragment key={index}>{piece}</Fragment>;
        return index === lone ? `\`${piece}` : <code key={index}>{piece}</code>;
      })}
    </>
  );
};
