import { setFlagsFromString } from "node:v8"

/**
 * Lets the heap grow slowly, for a program that makes much garbage and keeps little of it. To be called before anything
 * is loaded: what the heap has grown to by then it keeps.
 */
export const keepHeapSmall = () => {
  setFlagsFromString("--semi-space-growth-factor=1")
  setFlagsFromString("--heap-growing-percent=80")
}
