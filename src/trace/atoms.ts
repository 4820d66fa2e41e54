/**
 * Atoms of RFC 5322 3.2.3 in a text, told by a look at each character once. Octets beyond ASCII are UTF-8 (RFC 6531 3.3),
 * here one character each.
 */

const atext = new Uint8Array(256)
for (let code = 0; code < 256; code++) {
  atext[code] = code >= 128 || /[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]/.test(String.fromCharCode(code)) ? 1 : 0
}
const DOT = 46
const COLON = 58
const LEFT_ANGLE = 60
const RIGHT_ANGLE = 62

function isAtext(text: string, at: number): boolean {
  return atext[text.charCodeAt(at)] === 1
}

export function isAtom(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (!isAtext(text, at)) return false
  return end > start
}

/** Atoms with one dot between them. */
export function isDotAtom(text: string, start: number, end: number): boolean {
  let wasDot = true
  for (let at = start; at < end; at++) {
    const isDot = text.charCodeAt(at) === DOT
    if (isDot ? wasDot : !isAtext(text, at)) return false
    wasDot = isDot
  }
  return !wasDot
}

/** Looser than a domain: the client chooses its HELO, and a server that says what it said is not at fault. */
export function isHelo(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at)
    if (atext[code] !== 1 && code !== DOT && code !== COLON) return false
  }
  return end > start
}

/** <local-part@domain> (RFC 5321 4.1.2) as nearly all are: nothing quoted, no source route, no literal. */
export function isPlainPath(text: string, start: number, end: number): boolean {
  const at = text.indexOf('@', start)
  if (at === -1 || text.charCodeAt(start) !== LEFT_ANGLE || text.charCodeAt(end - 1) !== RIGHT_ANGLE) return false
  return isDotAtom(text, start + 1, at) && isDotAtom(text, at + 1, end - 1)
}
