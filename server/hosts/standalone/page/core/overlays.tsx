import { EuiConfirmModal, EuiFlyout, EuiOverlayMask } from '@elastic/eui';
import React, { type ReactElement } from 'react';
import { createRoot } from 'react-dom/client';

/* `core.overlays`: dialogs and flyouts outside of the application's own tree. */

type MountPoint = (element: HTMLElement) => () => void;

const MountedPoint = ({ mount }: { readonly mount: MountPoint }): ReactElement => {
  const place = React.useRef<HTMLDivElement>(null);
  React.useEffect(() => (place.current === null ? undefined : mount(place.current)), [mount]);
  return <div ref={place} />;
};

/** Draws something on top of the page until it is closed. */
const show = (
  make: (close: () => void) => ReactElement,
): { readonly close: () => void; readonly closed: Promise<void> } => {
  const element = document.body.appendChild(document.createElement('div'));
  const root = createRoot(element);
  let told: () => void = () => undefined;
  const closed = new Promise<void>((resolve) => {
    told = resolve;
  });
  const close = (): void => {
    root.unmount();
    element.remove();
    told();
  };
  root.render(make(close));
  return { close, closed };
};

interface ConfirmOptions {
  readonly title?: string;
  readonly confirmButtonText?: string;
  readonly cancelButtonText?: string;
}

/** Resolves to true if the person agreed. */
const openConfirm = async (message: string, options: ConfirmOptions = {}): Promise<boolean> => {
  let agreed = false;
  const { closed } = show((close) => (
    <EuiOverlayMask>
      <EuiConfirmModal
        title={options.title ?? message}
        cancelButtonText={options.cancelButtonText ?? 'Cancel'}
        confirmButtonText={options.confirmButtonText ?? 'Confirm'}
        onCancel={close}
        onConfirm={() => {
          agreed = true;
          close();
        }}
      >
        {message}
      </EuiConfirmModal>
    </EuiOverlayMask>
  ));
  await closed;
  return agreed;
};

const openFlyout = (mount: MountPoint): { readonly close: () => Promise<void>; readonly onClose: Promise<void> } => {
  const { close, closed } = show((shut) => (
    <EuiFlyout onClose={shut}>
      <MountedPoint mount={mount} />
    </EuiFlyout>
  ));
  return {
    onClose: closed,
    close: () => {
      close();
      return closed;
    },
  };
};

export const overlays = { openConfirm, openFlyout };
