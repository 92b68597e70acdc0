import React, { type ReactNode } from 'react';

interface SmallTableProps {
  readonly caption: string;
  /** With a `width` (CSS) the columns stand at the same place in every table that has the same widths. */
  readonly columns: ReadonlyArray<{ readonly name: string; readonly number?: boolean; readonly width?: string }>;
  readonly rows: ReadonlyArray<{ readonly key: string; readonly cells: readonly ReactNode[] }>;
  /** The first cell of a row names it. */
  readonly rowHeads?: boolean;
}

/** A short table without sorting. Wide ones scroll by themselves, so that the page does not. */
export const SmallTable = ({ caption, columns, rows, rowHeads = true }: SmallTableProps) => (
  <div className="rfx-scroll" tabIndex={0} role="group" aria-label={caption}>
    <table className={columns.some(({ width }) => width) ? 'rfx-table rfx-table--fixed' : 'rfx-table'}>
      <caption className="rfx-hidden">{caption}</caption>
      <thead>
        <tr>
          {columns.map(({ name, number, width }) => (
            <th key={name} scope="col" className={number ? 'rfx-number' : undefined} style={{ width }}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ key, cells }) => (
          <tr key={key}>
            {cells.map((cell, index) => {
              const className = columns[index]?.number ? 'rfx-number' : undefined;
              return rowHeads && index === 0 ? (
                <th key={index} scope="row" className={className}>
                  {cell}
                </th>
              ) : (
                <td key={index} className={className}>
                  {cell}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);
