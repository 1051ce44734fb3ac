"""What readers see: words, figures, pages, and what the terminal shows. Nothing here runs a simulation.

A study is published and told by the file of its name: `comparison` (also of one run), `sweep` (also of a batch),
`sensitivity`, `signs`, `equilibrium`, `theory_results` (regimes and knock-outs), `facts`, `findings`, `calibration`,
`policy_evidence`, `rerun`, `lessons`, `validity`. Beside them stand

    wording                     the catalogue of sentences, by language
    figures, pages              pictures and reports, one a file
    player, replay, film        the player of a run, its standalone page, films
    terminal, fitting, progress, ending
                                tables that fit a line, progress bars, how every study ends on the screen
    forms                       forms and widths of figures
    describe, described         what `clustersim describe` lists, in English and in other languages
    columns, response_columns, pairing_columns, benchmark_columns, game_columns
                                what every column of every result table means
"""
