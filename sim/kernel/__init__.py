"""The kernel: how things are declared, what exists in a year (the World), where it is, and keyed draws.

Everything above stands on it:

    declare, codes, scenario_types
                                parameters, mechanisms, columns and metrics; codes in columns; what a scenario may say
    tables, world, records, typed, growing_table, row_order
                                what exists: its columns, the World of a year, records and their types, order of rows
    geography, neighbours, proximity
                                where things are, who is near whom, how far apart what they know is
    contract_index, niche_index, sellers, money
                                contracts, niches and sellers as they are looked up; money in a World
    draws                       every random draw
    compiling, turns            how rules are compiled and kept, once by programs that start at the same time
    state_hash, source_hash, fingerprint, arithmetic
                                hashes of a World, of this program, of any bytes, and of a machine's arithmetic
    brief, letters              large objects in one line; letters that look equal, or like nothing
"""
