/**
 * How the page of traces looks: on a wide screen, on a phone, on paper, by day and by night. No `<` and no `&` may
 * stand here: the page is XML too.
 */
export const htmlStyle = `
:root{--paper:#fff;--ground:#f6f7f9;--ink:#1c2330;--soft:#5d6675;--line:#dfe3e9;--bar:#3b6fd4;--good:#1f7a4d;--bad:#b3261e;--warn:#8a5a00;--warn-ground:#fff6e0}
@media (prefers-color-scheme:dark){:root{--paper:#1a1e26;--ground:#12151b;--ink:#e6e9ef;--soft:#9aa4b5;--line:#2e3542;--bar:#7aa5f5;--good:#66c796;--bad:#ff8a80;--warn:#f0bf5c;--warn-ground:#2e2717}}
*{box-sizing:border-box;margin:0;padding:0}
body{background:var(--ground);color:var(--ink);font:15px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:1080px;margin:0 auto;padding:20px 14px}
section{background:var(--paper);border:1px solid var(--line);border-radius:10px;padding:18px 20px;margin-bottom:18px}
h2{font-size:1.15rem;overflow-wrap:anywhere}
.summary{color:var(--soft);margin-bottom:8px}
ol,ul{list-style:none}
.hop{display:grid;grid-template-columns:2rem minmax(0,1fr) minmax(180px,34%);column-gap:10px;padding:10px 0;border-top:1px solid var(--line);break-inside:avoid}
.axis{display:flex;justify-content:space-between;width:max(180px,34%);margin-left:auto;color:var(--soft);font-size:12px;font-variant-numeric:tabular-nums}
.number{color:var(--soft);font-variant-numeric:tabular-nums;text-align:right}
.who{overflow-wrap:anywhere;font:13.5px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
.arrow{color:var(--soft)}
.facts{color:var(--soft);font-size:13px;display:flex;flex-wrap:wrap;gap:0 12px;overflow-wrap:anywhere}
.facts b{font-weight:600}
.tls svg{height:12px;width:10px;margin-right:3px;vertical-align:-1px;fill:currentColor;stroke:currentColor;stroke-width:1.3}
.tls.yes{color:var(--good)}
.tls.no{color:var(--bad)}
.time p{font-size:13px;font-variant-numeric:tabular-nums}
.lane{background:var(--ground);border-radius:4px;height:12px;margin:5px 0 3px;overflow:hidden}
.lane i{display:block;height:100%;background:var(--bar);border-radius:4px}
.clock{color:var(--warn)}
.claim .who,.claim .facts{opacity:.75}
.claim .lane i{opacity:.5}
.boundary{border-top:2px dashed var(--bad);color:var(--bad);font-size:13px;font-weight:600;padding:5px 0 9px 2rem;overflow-wrap:anywhere}
.oddities{grid-column:2/-1;margin-top:6px}
.oddities li{border-left:3px solid var(--line);color:var(--soft);font-size:13px;padding:2px 8px;margin-top:3px;overflow-wrap:anywhere}
.oddities .warning{border-color:var(--warn);background:var(--warn-ground);color:var(--ink)}
.warning code{color:var(--warn);font-weight:600}
@media (max-width:640px){main{padding:8px}section{padding:14px 12px}.hop{grid-template-columns:1.4rem minmax(0,1fr)}.time{grid-column:2}.axis{width:calc(100% - 1.4rem - 10px)}.boundary{padding-left:1.4rem}}
@media print{:root{--paper:#fff;--ground:#eef0f3;--ink:#000;--soft:#444;--line:#ccc;--bar:#3b6fd4;--good:#1f7a4d;--bad:#b3261e;--warn:#8a5a00;--warn-ground:#fff}body{background:none;font-size:11pt}main{max-width:none;padding:0}section{border:0;padding:0}.lane,.lane i{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
`
