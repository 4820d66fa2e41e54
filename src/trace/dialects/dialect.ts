/**
 * A dialect: how one program writes its Received fields. Each is a row in one of the tables beside this file. To add
 * one, add its row, and examples with what they tell to fixtures/received/dialects/<name>.json.
 */
import type { FromReader } from '../from.js'
import type { Sight } from '../sight.js'

export interface Dialect {
  readonly name: string
  /**
   * Texts that this program alone writes: each the beginning of a comment, with its parenthesis and without inner
   * comments, or of the `with` clause, with its keyword. They count in comments instead of clauses and
   * in those of `by`, `with`, `id` and `tls` alone, where no client puts anything.
   */
  readonly marks?: readonly string[]
  /** True where the mark stands behind a comment with the sender. */
  readonly marksBehindSender?: true
  /** Domains of the service that runs the program, as the last two labels of the name after `by`. */
  readonly hosts?: readonly string[]
  /** What must hold beside a mark or host; without both, what tells the dialect by itself. Default: nothing. */
  readonly fits?: (sight: Sight) => boolean
  /** What the words after `from` are. Default: what the client said in HELO (RFC 5321 4.4). */
  readonly from?: FromReader
  /**
   * True where the program says ESMTPS and ESMTPA whenever that was spoken (RFC 3848), so that ESMTP alone tells of
   * neither.
   */
  readonly says3848?: true
}
