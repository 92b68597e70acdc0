import { whyOf } from '../../../common/why';
import React, { Component, type ReactNode } from 'react';
import { EuiButton, EuiCallOut } from '@elastic/eui';
import { say } from '../../i18n';

interface Props {
  readonly children: ReactNode;
  /** Where one is: elsewhere the fault is over. */
  readonly place?: string;
}

interface State {
  readonly failure?: string;
}

/** A fault of one page must not take the kill switch away: the rest of the application stays. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = {};

  static getDerivedStateFromError(cause: unknown): State {
    return { failure: whyOf(cause) };
  }

  override componentDidUpdate({ place }: Props): void {
    if (place !== this.props.place && this.state.failure !== undefined) this.setState({ failure: undefined });
  }

  override render(): ReactNode {
    const { failure } = this.state;
    if (failure === undefined) return this.props.children;
    return (
      <EuiCallOut color="danger" iconType="alert" title={say('boundary.title', 'This page has a fault of its own')}>
        <p>{failure}</p>
        <EuiButton color="danger" size="s" onClick={() => this.setState({ failure: undefined })}>
          {say('boundary.again', 'Show it again')}
        </EuiButton>
      </EuiCallOut>
    );
  }
}
