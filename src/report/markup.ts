/**
 * Text from messages inside XML and HTML: it can't become markup, nor a character that XML forbids.
 */
import { shorten } from './text.js'

// XML 1.0 2.2: no other characters may stand in a document; lone surrogates are none
const forbidden = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu
// C1, and what changes the direction of the text after it; on one line
const misleading = /[\t\n\r\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069\uFFFE\uFFFF]/g

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** For a text node or a quoted attribute. */
export function markup(text: string): string {
  const allowed = text.replace(forbidden, '\uFFFD').replace(misleading, '\uFFFD')
  return allowed.replace(/[&<>"']/g, character => entities[character] ?? '')
}

/** A title is not longer than this, however long the name that a message brings. */
const longestTitle = 500

/** What is shown of a text, and the whole of it where that is more; both for a text node or a quoted attribute. */
export function shortened(text: string, columns: number): { readonly shown: string; readonly title: string | null } {
  const shown = shorten(text, columns)
  return { shown: markup(shown), title: shown === text ? null : markup(shorten(text, longestTitle)) }
}
