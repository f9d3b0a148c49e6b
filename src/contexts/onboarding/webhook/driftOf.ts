import type { Webhook } from "../contract/Form.ts"
import type { LiveWebhook } from "./Typeform.ts"

/** In what Typeform's webhook differs from what it should be; Typeform disables those that fail for long by itself. */
export const driftOf = ({ desired, url }: Webhook, live: LiveWebhook | null): ReadonlyArray<string> => {
  if (desired === "absent") return live === null ? [] : ["it is there, and should not be"]
  if (live === null) return ["it is not there"]
  const wanted = desired === "enabled"
  return [
    ...live.url === url ? [] : [`it sends to ${live.url}`],
    ...live.enabled === wanted ? [] : [live.enabled ? "it is enabled" : "it is disabled"]
  ]
}
