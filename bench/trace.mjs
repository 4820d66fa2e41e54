/**
 * Measures the reader of Received fields over a corpus of real mail, turn by turn with two others: `npm run bench:trace`.
 */
import { createRequire } from 'node:module'
import { simpleParser } from 'mailparser'
import { readReceived } from '../src/trace/received.ts'
import { corpusFields } from '../test/support/corpus.ts'

const { parseReceived } = createRequire(import.meta.url)('mailauth/lib/parse-received')

const rounds = Number(process.env['ROUNDS'] ?? 15)
const fields = corpusFields()
const texts = fields.map(field => field.toString('latin1').trimEnd())
// a message has some five fields; mailparser unfolds and decodes them, and tells none of their parts
const headers = []
for (let at = 0; at < fields.length; at += 5) {
  headers.push(Buffer.concat([...fields.slice(at, at + 5), Buffer.from('\r\n')]))
}

const readers = [
  ['mta-chain', () => fields.forEach(field => readReceived(field))],
  ['mailauth', () => texts.forEach(text => parseReceived(text))],
  [
    'mailparser (unfolds only)',
    async () => {
      for (const header of headers) await simpleParser(header)
    },
  ],
]

const best = new Map()
for (let round = 0; round < rounds; round++) {
  for (const [name, read] of readers) {
    if (name.startsWith('mailparser') && round > 2) continue
    const started = performance.now()
    await read()
    const micros = ((performance.now() - started) * 1000) / fields.length
    best.set(name, Math.min(best.get(name) ?? Infinity, micros))
  }
}

const octets = fields.reduce((sum, field) => sum + field.length, 0) / fields.length
console.log(
  `Node ${process.version}, ${fields.length} fields of ${octets.toFixed(0)} octets on average, best round each`,
)
const [ours] = best.values()
for (const [name, micros] of best) {
  console.log(`${name.padEnd(26)} ${micros.toFixed(2)} µs a field, ${(micros / ours).toFixed(2)} times ours`)
}

const piece = '(a b) <c@d> "e" [f] by x '
for (const size of [1_000, 10_000, 60_000, 1_000_000]) {
  const long = Buffer.from(`from a by b ${piece.repeat(size / piece.length)}; Tue, 24 Nov 2026 10:00:00 +0000`)
  let least = Infinity
  for (let round = 0; round < rounds; round++) {
    const started = performance.now()
    readReceived(long)
    least = Math.min(least, performance.now() - started)
  }
  console.log(`a field of ${long.length} octets: ${((least * 1000) / long.length).toFixed(4)} µs an octet`)
}
