import React, { type ReactNode } from 'react';

interface Column {
  readonly name: string;
  readonly number?: boolean;
  readonly width?: string;
  /** Left out on a phone; its rows tell it in their details. */
  readonly wide?: boolean;
}

interface SmallTableProps {
  readonly caption: string;
  /** With a `width` (CSS) the columns stand at the same place in every table that has the same widths. */
  readonly columns: readonly Column[];
  /** `details` stand in a row of their own below it, over the whole width. */
  readonly rows: ReadonlyArray<{
    readonly key: string;
    readonly cells: readonly ReactNode[];
    readonly details?: ReactNode;
  }>;
  /** The first cell of a row names it. */
  readonly rowHeads?: boolean;
}

const classOf = ({ number = false, wide = false }: Partial<Column> = {}): string | undefined =>
  [...(number ? ['rfx-number'] : []), ...(wide ? ['rfx-wide'] : [])].join(' ') || undefined;

/** A short table without sorting. Wide ones scroll by themselves, so that the page does not. */
export const SmallTable = ({ caption, columns, rows, rowHeads = true }: SmallTableProps) => (
  <div className="rfx-scroll" tabIndex={0} role="group" aria-label={caption}>
    <table className={columns.some(({ width }) => width) ? 'rfx-table rfx-table--fixed' : 'rfx-table'}>
      <caption className="rfx-hidden">{caption}</caption>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column.name} scope="col" className={classOf(column)} style={{ width: column.width }}>
              {column.name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ key, cells, details }) => (
          <React.Fragment key={key}>
            <tr>
              {cells.map((cell, index) => {
                const className = classOf(columns[index]);
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
            {details !== undefined && (
              <tr>
                <td colSpan={columns.length} className="rfx-table__details">
                  {details}
                </td>
              </tr>
            )}
          </React.Fragment>
        ))}
      </tbody>
    </table>
  </div>
);
