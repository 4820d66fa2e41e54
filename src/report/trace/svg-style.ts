/**
 * How the picture of a trace looks, by day and by night. No `<` and no `&` may stand here: it is XML. Plain rules
 * without variables: many programs that show SVG know no more.
 */
export const svgStyle = `
text{font:13px system-ui,-apple-system,"Segoe UI",Roboto,Helvetica,Arial,sans-serif;fill:#1c2330}
.head{font-size:18px;font-weight:600}
.who{font:12.5px ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
.number{font-size:12px;text-anchor:middle}
.soft{font-size:12.5px;fill:#5d6675}
.last{text-anchor:end}
.strong{font-size:12.5px;font-weight:600}
.tls{font-size:12.5px;fill:#5d6675}
.tls.yes{fill:#1f7a4d}
.tls.no{fill:#b3261e}
.delay{font-size:12.5px}
.clock,.delay .clock{fill:#8a5a00}
.trust{font-weight:600;fill:#b3261e}
.oddity{font-size:12.5px}
.paper{fill:#fff;stroke:#dfe3e9}
.rule{stroke:#dfe3e9}
.dot{fill:#eef1f5}
.dot.warned{fill:#ffe2a8}
.lane{fill:#eef1f5}
.bar{fill:#3b6fd4}
.boundary{stroke:#b3261e;stroke-width:2;stroke-dasharray:6 5}
.lock rect{fill:#1f7a4d}
.lock path{fill:none;stroke:#1f7a4d;stroke-width:1.5}
.mark{fill:#c3cad5}
.mark.warning{fill:#e0a021}
.claim .who,.claim .soft,.claim .strong{opacity:.75}
.claim .bar{opacity:.5}
@media (prefers-color-scheme:dark){
text{fill:#e6e9ef}
.soft,.tls{fill:#9aa4b5}
.tls.yes,.lock rect{fill:#66c796}
.lock path{stroke:#66c796}
.tls.no,.trust{fill:#ff8a80}
.clock,.delay .clock{fill:#f0bf5c}
.paper{fill:#1a1e26;stroke:#2e3542}
.rule{stroke:#2e3542}
.dot,.lane{fill:#2a313e}
.dot.warned{fill:#5c4513}
.bar{fill:#7aa5f5}
.boundary{stroke:#ff8a80}
.mark{fill:#4a5364}
.mark.warning{fill:#f0bf5c}
}
`
