import { Component, type ErrorInfo, type ReactNode } from 'react';

interface Props {
  readonly children: ReactNode;
  onCrash(error: Error): void;
}

/** Catches what a screen throws while it is drawn. Nothing is shown: the console ends, and says where the report is. */
export class CrashBoundary extends Component<Props, { readonly crashed: boolean }> {
  override state = { crashed: false };

  static getDerivedStateFromError(): { crashed: boolean } {
    return { crashed: true };
  }

  override componentDidCatch(error: unknown, { componentStack }: ErrorInfo): void {
    this.props.onCrash(
      new Error(`A screen could not be drawn, in:${componentStack ?? ' (unknown)'}`, { cause: error }),
    );
  }

  override render(): ReactNode {
    return this.state.crashed ? null : this.props.children;
  }
}
