import { EuiGlobalToastList } from '@elastic/eui';
import React, { type ComponentProps, type ReactElement } from 'react';
import { BehaviorSubject, type Observable } from 'rxjs';

/* `core.notifications.toasts`, shown by OUI. */

type Toast = ComponentProps<typeof EuiGlobalToastList>['toasts'][number];
type ToastInput = string | { readonly title: string; readonly text?: string };

const LIFETIME_MS = 10_000;

/** The toasts that are up. */
export class Toasts {
  private readonly list$ = new BehaviorSubject<Toast[]>([]);
  private count = 0;

  get toasts$(): Observable<Toast[]> {
    return this.list$;
  }

  readonly add = (input: ToastInput, look: Partial<Toast> = {}): Toast => {
    this.count += 1;
    const content = typeof input === 'string' ? { title: input } : { title: input.title, text: input.text };
    const toast: Toast = { id: String(this.count), ...content, ...look };
    this.list$.next([...this.list$.value, toast]);
    return toast;
  };

  readonly addInfo = (input: ToastInput): Toast => this.add(input, { iconType: 'iInCircle' });
  readonly addSuccess = (input: ToastInput): Toast => this.add(input, { color: 'success', iconType: 'check' });
  readonly addWarning = (input: ToastInput): Toast => this.add(input, { color: 'warning', iconType: 'help' });
  readonly addDanger = (input: ToastInput): Toast => this.add(input, { color: 'danger', iconType: 'alert' });
  readonly addError = (error: Error, { title }: { readonly title: string }): Toast =>
    this.addDanger({ title, text: error.message });

  readonly remove = (toast: string | { readonly id: string }): void => {
    const id = typeof toast === 'string' ? toast : toast.id;
    this.list$.next(this.list$.value.filter((each) => each.id !== id));
  };
}

export const ToastList = ({ toasts }: { readonly toasts: Toasts }): ReactElement => {
  const [shown, setShown] = React.useState<Toast[]>([]);
  React.useEffect(() => {
    const subscription = toasts.toasts$.subscribe(setShown);
    return () => subscription.unsubscribe();
  }, [toasts]);
  return <EuiGlobalToastList toasts={shown} dismissToast={toasts.remove} toastLifeTimeMs={LIFETIME_MS} />;
};
