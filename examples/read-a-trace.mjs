// The hops that any mail tells of, oldest first. No chain needed: node read-a-trace.mjs MESSAGE.eml
import { readFile } from 'node:fs/promises'
import { readTrace } from 'mta-chain'

const [, , file] = process.argv
if (file === undefined) {
  console.error('no message given: node read-a-trace.mjs MESSAGE.eml')
  process.exit(2)
}
const { hops, oddities } = readTrace(await readFile(file))
for (const { received, delayMs } of hops) {
  console.log(received.from.helo, '→', received.by.name, delayMs === null ? '' : `+${delayMs / 1000} s`)
}
for (const { code, message } of oddities) console.log('!', code, message)
