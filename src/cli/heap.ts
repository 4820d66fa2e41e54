/**
 * How readily a process that runs for long takes memory. V8 would rather grow than collect: with many messages queued it
 * takes three times what it holds. Both are read each time it might grow, so they may be set while it runs; what it does
 * not know it would only warn of.
 */
import { setFlagsFromString } from 'node:v8'

export function keepHeapSmall(): void {
  // what is new stays as small as at the start; nearly all of it is let go at once
  setFlagsFromString('--semi-space-growth-factor=1')
  // the next full collection comes when what is held has grown by this part
  setFlagsFromString('--heap-growing-percent=50')
}
