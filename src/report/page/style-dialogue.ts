/**
 * How dialogues and headers look on a report's page. No `<` and no `&` may stand here.
 */
export const dialogueStyle = `
details{margin-top:8px;border:1px solid var(--line);border-radius:8px;background:var(--paper)}
summary{cursor:pointer;padding:8px 12px}
summary .dot{display:inline-block;margin:0 4px}
summary:hover{background:var(--ground)}
.hop{border-left:5px solid var(--own,var(--line))}
.hop .body{padding:2px 14px 14px}
.facts{color:var(--soft);font-size:13px;margin-bottom:4px}
.attempt{margin-top:10px}
.attempt.vain{border-left:3px solid var(--bad);margin-top:6px}
div.attempt.vain{padding:8px 12px}
.attempt summary{padding:6px 12px}
.attempt b{color:var(--bad)}
.attempt.done b{color:var(--good)}
.attempt.done details{background:var(--ground)}
.talk{padding:6px 10px;background:var(--ground);border-radius:6px;margin-top:6px}
details .talk{margin-top:0}
.talk li{display:grid;grid-template-columns:1.6rem minmax(0,1fr);padding:1px 0}
.talk .said{white-space:pre-wrap;unicode-bidi:isolate}
.talk .hint{font:12.5px/1.4 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;color:var(--soft);display:block;padding-bottom:2px}
.talk .hint::before{content:"\\2190\\00a0"}
.talk .client .side{color:var(--link)}
.talk .server .side{color:var(--good)}
.talk .no .side,.talk .no .said,.talk .event .said{color:var(--bad)}
.side{font-weight:700;text-decoration:none;cursor:help}
@media (min-width:900px),print{.talk .line{display:flex;gap:22px;justify-content:space-between;align-items:baseline}.talk .hint{flex:0 1 auto;max-width:56%;text-align:right;padding:0}}
.header{margin-top:8px}
.field{border-left:5px solid transparent;padding:3px 0 3px 10px;margin-top:3px;break-inside:avoid}
.field pre{white-space:pre-wrap;unicode-bidi:isolate;tab-size:4}
.field .tag{font-size:12px;font-weight:650;display:flex;gap:6px;align-items:center;flex-wrap:wrap}
.field.stamp{border-color:var(--own,var(--soft));background:var(--ground);border-radius:0 6px 6px 0;padding:6px 10px}
.field.untrusted{border-left-style:dashed}
.field.claim{border-left-style:dotted;border-color:var(--soft)}
.field.claim pre,.field.claim .tag{color:var(--soft);font-style:italic}
.field:target,.hop:target{outline:2px solid var(--warn)}
.tag .dot{min-width:1.2rem;height:1.2rem;font-size:11px;line-height:1.2rem}
.at li{font-size:13.5px}
`
