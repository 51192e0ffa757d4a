extension EvaluationPage {
  static let style = """
    :root{--paper:#fbfaf8;--card:#fff;--ink:#1d1f23;--soft:#676c75;--line:#e3e1dc;--accent:#0b6e6e;\
    --dot:#c8501e}
    @media(prefers-color-scheme:dark){:root{--paper:#15171a;--card:#1d2024;--ink:#e8e6e1;--soft:#9a9fa8;\
    --line:#31353b;--accent:#5cc4bd;--dot:#f08a55}}
    *{box-sizing:border-box}
    body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,-apple-system,\
    "Segoe UI",sans-serif}
    header,main,footer{max-width:1120px;margin:0 auto;padding:0 24px}
    header{padding-top:40px}
    h1{font-size:30px;line-height:1.2;margin:0;overflow-wrap:anywhere}
    h2{font-size:19px;margin:0 0 8px}
    p{max-width:70ch;margin:4px 0 12px;color:var(--soft)}
    section{margin:32px 0;padding:20px 24px;background:var(--card);border:1px solid var(--line);\
    border-radius:10px}
    footer{padding-bottom:40px;font-size:13px}
    small{color:var(--soft);font-size:12px;font-weight:400}
    .wide{overflow:auto;max-height:80vh}
    table{border-collapse:collapse;font-variant-numeric:tabular-nums;width:100%}
    th,td{padding:5px 10px;text-align:right;border-bottom:1px solid var(--line);white-space:nowrap}
    tbody tr:last-child>*{border-bottom:0}
    tbody th,th:first-child{text-align:left;font-weight:500}
    thead th{position:sticky;top:0;background:var(--card);vertical-align:bottom;font-weight:600;\
    box-shadow:inset 0 -1px var(--line);border-bottom:0;z-index:1}
    .figures small{display:block;line-height:1.3}
    #labels tbody tr:hover>*{background:color-mix(in srgb,var(--accent) 8%,transparent)}
    #labels td{padding-top:2px;padding-bottom:2px}
    button{all:unset;cursor:pointer;font-weight:600}
    button:hover{color:var(--accent)}
    button:focus-visible,input:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
    [aria-sort=ascending] button::after{content:" ▲";font-size:10px}
    [aria-sort=descending] button::after{content:" ▼";font-size:10px}
    input{font:inherit;color:inherit;background:var(--paper);border:1px solid var(--line);\
    border-radius:6px;padding:5px 10px;margin-right:10px}
    svg{display:block;fill:none}
    svg.small{width:80px;height:36px;margin-left:auto}
    svg.large{width:100%;max-width:760px;height:auto}
    svg text{fill:var(--soft);font-size:12px}
    .frame,.grid{stroke:var(--line)}
    .curve{stroke:var(--accent);stroke-width:1.5;stroke-linejoin:round}
    .large .curve{stroke-width:3}
    .faint{stroke:var(--soft);stroke-opacity:.28}
    .faint:hover{stroke:var(--dot);stroke-opacity:1;stroke-width:2}
    .dot{fill:var(--dot);stroke:var(--card)}
    .mistakes{display:grid;grid-template-columns:repeat(auto-fill,minmax(190px,1fr));gap:18px;\
    margin-top:14px}
    figure{margin:0;min-width:0}
    figure img,figure .none{display:block;width:100%;aspect-ratio:4/3;object-fit:contain;\
    background:var(--paper);border:1px solid var(--line);border-radius:6px}
    figure .none{display:grid;place-items:center;color:var(--soft)}
    figcaption>*{display:block;overflow-wrap:anywhere;line-height:1.35}
    figcaption b{margin-top:6px;font-weight:600}
    figcaption span{font-variant-numeric:tabular-nums;font-size:13px}
    ul{margin:0;padding-left:20px}
    .names{columns:14em;list-style:none;padding:0}
    @media print{section{break-inside:avoid}.wide{max-height:none}}
    """

  /// Sorts the table by the column whose heading is clicked, and hides the labels that are not looked for.
  static let script = #"""
    const table=document.getElementById("labels");
    if(table){
      const body=table.tBodies[0],rows=[...body.rows];
      const heads=[...table.tHead.rows[0].cells].filter(head=>head.querySelector("button"));
      const text=(row,column)=>row.cells[column].textContent;
      heads.forEach((head,column)=>head.addEventListener("click",()=>{
        const isDown=head.getAttribute("aria-sort")==="descending"||column===0&&head.getAttribute("aria-sort")!=="ascending";
        heads.forEach(other=>other.setAttribute("aria-sort","none"));
        head.setAttribute("aria-sort",isDown?"ascending":"descending");
        const sign=isDown?1:-1;
        rows.sort((a,b)=>sign*(column===0?text(a,0).localeCompare(text(b,0)):text(a,column)-text(b,column)));
        body.append(...rows);
      }));
      document.getElementById("filter").addEventListener("input",event=>{
        const wanted=event.target.value.toLowerCase();
        rows.forEach(row=>{row.hidden=!text(row,0).toLowerCase().includes(wanted)});
      });
    }
    """#
}
