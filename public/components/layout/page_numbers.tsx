import React from 'react';
import { EuiPagination } from '@elastic/eui';
import { countText } from '../../format/numbers';
import { say } from '../../i18n';

interface PageNumbersProps {
  /** What is listed, for the name of the list of pages. */
  readonly what: string;
  readonly total: number;
  readonly pageSize: number;
  /** 0 for the first. */
  readonly page: number;
  readonly onChange: (page: number) => void;
}

/** `51 to 100 of 10,000`, and the way through the pages; nothing where one page holds all. */
export const PageNumbers = ({ what, total, pageSize, page, onChange }: PageNumbersProps) => {
  if (total <= pageSize && page === 0) return null;
  const first = Math.min(page * pageSize + 1, total);
  return (
    <>
      <p className="rfx-subdued rfx-small" role="status">
        {say('pages.shown', '{first} to {last} of {total}', {
          first: countText(first),
          last: countText(Math.min(total, (page + 1) * pageSize)),
          total: countText(total),
        })}
      </p>
      <EuiPagination
        aria-label={say('pages.label', 'Pages: {what}', { what })}
        pageCount={Math.ceil(total / pageSize)}
        activePage={page}
        onPageClick={onChange}
      />
    </>
  );
};
