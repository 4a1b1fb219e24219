/// The page's style: light and dark by the reader's own setting.
enum PageStyle {
    static let css = "\(SeriesColour.css)\n\(rules)"

    private static let rules = """
        :root { color-scheme: light dark; --back: #fbfbf9; --card: #ffffff; --ink: #1d2126; --soft: #626a73; --rule: #dfe2e5;
          --curve: #1d64b4; --second: #1a7f5a; --third: #8250a8; --accent: #c2410c; --other: #8a94a0; --warn: #fff4e0; }
        @media (prefers-color-scheme: dark) { :root { --back: #14171a; --card: #1d2125; --ink: #e8eaec; --soft: #a0a8b0;
          --rule: #343a40; --curve: #6fb0f5; --second: #56c596; --third: #c79bf0; --accent: #ff9a5c; --other: #76808a; --warn: #3a2d16; } }
        * { box-sizing: border-box; }
        body { margin: 0 auto; padding: 24px 20px 48px; max-width: 1180px; background: var(--back); color: var(--ink);
          font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
        h1 { font-size: 24px; margin: 0 0 2px; } h2 { font-size: 16px; margin: 0 0 6px; }
        p { margin: 0 0 8px; } .soft, .note-line { color: var(--soft); font-size: 13px; overflow-wrap: anywhere; }
        .warning { background: var(--warn); border-left: 4px solid var(--accent); padding: 8px 12px; margin: 12px 0 0; }
        .tiles { display: flex; flex-wrap: wrap; gap: 10px; margin: 18px 0; } .tile { flex: 1 1 138px; }
        .tile, .card { background: var(--card); border: 1px solid var(--rule); border-radius: 8px; padding: 12px 14px; }
        .tile b { display: block; font-size: 22px; font-weight: 600; font-variant-numeric: tabular-nums; }
        .tile span { color: var(--soft); font-size: 13px; }
        .charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 430px), 1fr)); gap: 14px; }
        .card { min-width: 0; } .tables .card { margin-top: 14px; } .scroll { overflow-x: auto; }
        table { border-collapse: collapse; font-size: 13px; font-variant-numeric: tabular-nums; white-space: nowrap; }
        th, td { padding: 3px 10px; text-align: right; border-bottom: 1px solid var(--rule); }
        th { color: var(--soft); font-weight: 500; } th:first-child, td:first-child { text-align: left; padding-left: 0; }
        svg { display: block; width: 100%; height: auto; font: 12px system-ui, sans-serif; }
        svg text { fill: var(--soft); } svg .note {
            fill: var(--ink); font-weight: 600; font-size: 13px; stroke: var(--card); stroke-width: 4px; paint-order: stroke; }
        .grid { stroke: var(--rule); stroke-width: 1; }
        .curve { fill: none; stroke: var(--curve); stroke-width: 2; stroke-linejoin: round; }
        .second { fill: none; stroke: var(--second); stroke-width: 2; stroke-linejoin: round; }
        .third { fill: none; stroke: var(--third); stroke-width: 2; stroke-linejoin: round; }
        .faint { fill: none; stroke: var(--curve); stroke-width: 1; stroke-linejoin: round; opacity: 0.3; }
        .dashed { fill: none; stroke: var(--other); stroke-width: 1.2; stroke-dasharray: 5 4; }
        .chosen { stroke: var(--accent); stroke-width: 1.5; } .dot { fill: var(--accent); } .small { fill: var(--curve); }
        .negative { fill: var(--other); } .positive { fill: var(--accent); }
        .gallery { display: flex; flex-wrap: wrap; gap: 18px; } figure { margin: 0; font-size: 13px; max-width: 100%; }
        figure div { display: flex; flex-wrap: wrap; gap: 4px; } figure img { display: block; border-radius: 4px; background: #000; }
        figcaption { margin-top: 4px; overflow-wrap: anywhere; }
        .key span { white-space: nowrap; margin-right: 10px; }
        dl { columns: 3 260px; column-gap: 36px; margin: 0; font-size: 13px; font-variant-numeric: tabular-nums; }
        dl div { display: flex; justify-content: space-between; gap: 14px; padding: 3px 0; break-inside: avoid;
          border-bottom: 1px solid var(--rule); }
        dt { color: var(--soft); } dd { margin: 0; text-align: right; overflow-wrap: anywhere; }
        .key i { display: inline-block; width: 10px; height: 10px; border-radius: 2px; margin: 0 5px 0 0; }
        .band { fill: transparent; } .hover { outline: none; } .tip { visibility: hidden; pointer-events: none; }
        .hover:hover .tip, .hover:focus .tip { visibility: visible; }
        .tip line { stroke: var(--soft); stroke-width: 1; } .tip circle { fill: var(--ink); }
        .tip rect { fill: var(--ink); } .tip text { fill: var(--card); font-size: 12px; }
        @media (max-width: 560px) { body { padding: 16px 12px 32px; } td:first-child { white-space: normal; }
          svg { font-size: 15px; } .card { padding: 12px 10px; } th, td { padding: 3px 6px; } }
        """
}
