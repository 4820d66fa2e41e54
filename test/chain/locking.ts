/**
 * Run by lock.test.ts: takes the lock of each folder it is told, and says what came of it; gives it back when told so.
 */
import { createInterface } from 'node:readline'
import { takeLock, type Unlock } from '../../src/chain/lock.js'

const held = new Map<string, Unlock>()
console.log('ready')

for await (const line of createInterface(process.stdin)) {
  const [command, folder = ''] = line.split(' ')
  if (command === 'take') {
    const result = await takeLock(folder)
    if (typeof result === 'function') held.set(folder, result)
    console.log(typeof result === 'function' ? 'taken' : `held by ${result.heldBy}`)
  } else {
    await held.get(folder)?.()
    held.delete(folder)
    console.log('given back')
  }
}
