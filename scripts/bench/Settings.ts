/** How long and how hard a run measures. */
export interface Settings {
  readonly rounds: number
  readonly seconds: number
  readonly connections: number
}
