// The package has no types of its own.
declare module 'asciichart' {
  export interface PlotConfig {
    readonly min?: number;
    readonly max?: number;
    readonly height?: number;
    /** Cells for the labels and the axis. */
    readonly offset?: number;
    /** Makes the label of a row, counted from the top. */
    readonly format?: (value: number, row: number) => string;
  }
  export function plot(series: readonly number[], config?: PlotConfig): string;
}
