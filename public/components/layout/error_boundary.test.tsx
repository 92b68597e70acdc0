import React from 'react';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { ErrorBoundary } from './error_boundary';

describe('error boundary', () => {
  it('keeps a fault to itself, says what it was, and tries again when asked', async () => {
    let broken = true;
    const Page = () => {
      if (broken) throw new Error('planted');
      return <p>the page</p>;
    };
    // React and jsdom report the planted fault themselves.
    jest.spyOn(console, 'error').mockImplementation(() => undefined);
    render(
      <>
        <button>Stop</button>
        <ErrorBoundary>
          <Page />
        </ErrorBoundary>
      </>,
    );
    expect(screen.getByText('planted')).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Stop' })).toBeEnabled();
    broken = false;
    await userEvent.click(screen.getByRole('button', { name: 'Show it again' }));
    expect(screen.getByText('the page')).toBeInTheDocument();
  });

  it('is over elsewhere', () => {
    const Broken = () => {
      throw new Error('planted');
    };
    jest.spyOn(console, 'error').mockImplementation(() => undefined);
    const { rerender } = render(
      <ErrorBoundary place="/here">
        <Broken />
      </ErrorBoundary>,
    );
    expect(screen.getByText('planted')).toBeInTheDocument();
    rerender(
      <ErrorBoundary place="/there">
        <p>another page</p>
      </ErrorBoundary>,
    );
    expect(screen.getByText('another page')).toBeInTheDocument();
  });
});
