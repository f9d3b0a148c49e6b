/** The colours of all that is printed: text on what it stands on has a contrast of 4.5 at least, a bar on paper one of 3. */
export const palette = {
  paper: "#ffffff",
  ink: "#0f172a",
  soft: "#475569",
  line: "#cbd5e1",
  faint: "#e2e8f0",
  green: "#115e59",
  tint: "#f0fdfa",
  edge: "#5eead4",
  alarm: "#991b1b",
  alarmEdge: "#b91c1c",
  alarmTint: "#fef2f2",
  aim: "#d1fae5",
  met: "#166534",
  above: "#b91c1c",
  below: "#b91c1c",
  unknown: "#854d0e",
  carbohydrate: "#b45309",
  protein: "#0f766e",
  fat: "#4c1d95",
  alcohol: "#be123c",
  other: "#64748b"
} as const
