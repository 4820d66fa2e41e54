/**
 * Run by strace.test.ts under strace: a chain of one MTA with its spool on disk. Says where it listens, and ends with its
 * input.
 */
import { startChain } from '../../../src/chain/start.js'

const [, , folder = '', address = ''] = process.argv
const chain = await startChain({ mtas: [{ name: 'a', address }], spool: 'disk', mailbox: 'maildir' }, { folder })
console.log(`listening on ${chain.mtas[0]?.port}`)
process.stdin.on('end', () => void chain.close())
process.stdin.resume()
