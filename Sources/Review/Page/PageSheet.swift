/// How the page looks. The page's policy admits this sheet by its hash and nothing else; a test
/// holds the two together.
enum PageSheet {
    static let hash: StaticString = "sha256-IYCueuKxXd8VKsgexepAC/NDFiQ/ob80+I3odMOSfJQ="

    static let text: StaticString = """
        :root{color-scheme:light dark;--ink:#1a1d21;--faint:#5c636b;--paper:#fff;--panel:#f3f5f7;\
        --line:#d5dae0;--accent:#0b5cad;--good:#1b6e3c;--bad:#b3261e}
        @media(prefers-color-scheme:dark){:root{--ink:#e6e9ec;--faint:#a3abb4;--paper:#14171a;\
        --panel:#1e2327;--line:#3a4249;--accent:#7db8f5;--good:#74cf97;--bad:#ff8a80}}
        body{margin:0 auto;max-width:70rem;padding:1.5rem;background:var(--paper);color:var(--ink);\
        font:1rem/1.5 system-ui,sans-serif}
        h1{margin:0 0 .5rem;font-size:1.7rem;overflow-wrap:anywhere}
        h2{margin:2.2rem 0 .6rem;border-bottom:1px solid var(--line);padding-bottom:.2rem;\
        font-size:1.25rem}
        h3{margin:1.4rem 0 .3rem;font-size:1rem}
        code,h3,.name{font-family:ui-monospace,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
        code{font-size:.88rem}
        dl{display:grid;grid-template-columns:9rem 1fr;gap:.15rem 1rem;margin:.3rem 0}
        dt,.faint,.note{color:var(--faint)}
        dd{margin:0;min-width:0;overflow-wrap:anywhere}
        table{border-collapse:collapse;width:100%}
        th,td{padding:.3rem .8rem .3rem 0;border-bottom:1px solid var(--line);text-align:left;\
        vertical-align:middle;overflow-wrap:anywhere}
        th{color:var(--faint);font-weight:normal}
        article p{margin:.2rem 0}
        nav a{margin-right:1rem}
        a{color:var(--accent)}
        .good{color:var(--good)}
        .bad{color:var(--bad);font-weight:600}
        .scroll{max-width:100%;max-height:36rem;overflow:auto}
        :focus-visible{outline:2px solid var(--accent);outline-offset:2px}
        details{margin:.15rem 0}
        details details{margin-left:1rem}
        details[open]>dl{margin:.2rem 0 .6rem 1.2rem;padding:.5rem .8rem;background:var(--panel)}
        summary{cursor:pointer;overflow-wrap:anywhere}
        svg{display:block;max-width:none}
        svg.saturation{background:var(--panel)}
        .curve{fill:none;stroke:var(--accent);stroke-width:2}
        .area{fill:var(--accent);opacity:.15}
        .limit{stroke:var(--faint);stroke-dasharray:3 3}
        .edge{fill:none;stroke:var(--faint)}
        rect.node{fill:var(--panel);stroke:var(--accent)}
        rect.leaf{fill:var(--paper);stroke:var(--line)}
        svg text{fill:var(--ink);font-size:13px}
        svg .note{fill:var(--faint);font-family:system-ui,sans-serif}
        rect.seen{fill:var(--accent)}
        rect.unseen{fill:var(--panel);stroke:var(--line)}
        @media print{.scroll{max-height:none;overflow:visible}}
        """
}
